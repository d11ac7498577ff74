"""The payloads of one or many people: from what is kept, else read in one statement for all."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from typing import Any

from laurels.apps.metrics.cache import Served, payloads_keep, payloads_kept, served_of
from laurels.apps.metrics.errors import MetricsMissing
from laurels.apps.metrics.models import MetricRecord
from laurels.apps.metrics.selectors.people import Tracked
from laurels.apps.metrics.selectors.runs import run_payload
from laurels.domain.metrics import eligibility_of
from laurels.domain.percentiles import Mode


def metrics_served(person: Tracked, mode: Mode = Mode.FAIR) -> Served:
    """Return the latest metrics of a person; raises MetricsMissing (at most one statement)."""
    served = metrics_served_many([person], mode).get(person.id)
    if served is None:
        raise MetricsMissing("no metrics of this person have been computed yet")
    return served


def metrics_served_many(people: Collection[Tracked], mode: Mode = Mode.FAIR) -> dict[int, Served]:
    """Return the latest metrics of people by row, who has none is absent (at most one statement).

    `people` are as `tracked_by_…` told them just now: their latest run is not looked up again.
    """
    found = payloads_kept(people, mode)
    lacking = [one for one in people if one.id not in found]
    made = [
        (one, served_of(payload))
        for one, payload in _payloads([one for one in lacking if one.run_id is not None], mode)
    ]
    payloads_keep(made, mode)
    return found | {one.id: served for one, served in made}


def metrics_read_many(
    people: Collection[Tracked], mode: Mode = Mode.FAIR
) -> dict[int, dict[str, Any]]:
    """Return the latest payloads by row and keep none of them: for all people there are."""
    held = [one for one in people if one.run_id is not None]
    return {one.id: payload for one, payload in _payloads(held, mode)}


def _payloads(people: list[Tracked], mode: Mode) -> Iterator[tuple[Tracked, dict[str, Any]]]:
    if not people:
        return
    rule = eligibility_of(mode).value
    runs = [one.run_id for one in people]
    records = defaultdict(list)
    for row in MetricRecord.objects.filter(run__in=runs, eligibility=rule).select_related("run"):
        records[row.run_id].append(row)
    for one in people:
        if held := records.get(one.run_id or 0):
            yield one, run_payload(held[0].run, held, one.ref, one.login, mode)
