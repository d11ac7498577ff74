"""The payloads of one or many people: from what is kept, else read in one statement for all."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection

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
    lacking = {one.run_id: one for one in people if one.id not in found and one.run_id is not None}
    if lacking:
        made = _made(lacking, mode)
        payloads_keep(made, mode)
        found |= {one.id: served for one, served in made}
    return found


def _made(lacking: dict[int, Tracked], mode: Mode) -> list[tuple[Tracked, Served]]:
    rule = eligibility_of(mode).value
    records = defaultdict(list)
    for row in MetricRecord.objects.filter(run__in=lacking, eligibility=rule).select_related("run"):
        records[row.run_id].append(row)
    return [
        (one, served_of(run_payload(held[0].run, held, one.ref, one.login, mode)))
        for run_id, one in lacking.items()
        if (held := records.get(run_id))
    ]
