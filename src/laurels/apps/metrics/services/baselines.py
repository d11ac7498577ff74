"""Load baselines, and choose one by hand.

Guarantee: a load replaces the whole baseline of its id in one transaction or changes nothing; what
is stored passed every check of `faults_of`, and its thresholds are the texts that were given. Each
load and each choice leaves an audit row. Serving processes see the new one at their next look.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction

from laurels.apps import sql
from laurels.apps.audit.actors import Actor
from laurels.apps.audit.services import record
from laurels.apps.metrics.models import BaselinePin, LoadedBaseline, LoadedThresholds
from laurels.domain.metric_names import TEN
from laurels.domain.percentiles import (
    ID_MOST,
    Baseline,
    BaselineRefused,
    BaselineUnknown,
    csv_checksum,
    faults_of,
    id_faults,
)

_HEAD = (
    "key",
    "starts_on",
    "ends_on",
    "method",
    "checksum",
    "content",
    "population",
    "loaded_at",
    "loaded_by",
)
_SLOT = 1


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a load did: the checksum that the id had before, None where it is new."""

    baseline_id: str
    checksum: str
    checksum_before: str | None

    @property
    def is_new(self) -> bool:
        """Whether nothing had this id before."""
        return self.checksum_before is None

    @property
    def is_changed(self) -> bool:
        """Whether it came from another file than before, or is new."""
        return self.checksum != self.checksum_before


def check_id(baseline_id: str) -> None:
    """Raise BaselineRefused for an id that could not be typed or linked to."""
    if faults := id_faults(baseline_id):
        raise BaselineRefused(faults)


@transaction.atomic
def baseline_load(
    baseline: Baseline, *, now: int, acting: Actor, required: Iterable[str] = TEN
) -> Loaded:
    """Store a baseline in place of the one of its id; raises BaselineRefused with every fault.

    `required` are the metrics that it must have.
    """
    check_id(baseline.id)
    if faults := faults_of(baseline, required):
        raise BaselineRefused(faults)
    before = LoadedBaseline.objects.filter(key=baseline.id).values_list("checksum", flat=True)
    done = Loaded(baseline.id, baseline.checksum, before.first())
    record(
        acting=acting,
        action="baseline:load",
        subject=f"baseline:{baseline.id}",
        before={"checksum": done.checksum_before},
        after={
            "checksum": baseline.checksum,
            "start": baseline.start,
            "end": baseline.end,
            "method": baseline.method,
            "population": baseline.population,
        },
        now=now,
    )
    head = (baseline.id, baseline.start, baseline.end, baseline.method, baseline.checksum)
    own = (csv_checksum(baseline), baseline.population, now, acting.name)
    sql.upsert(
        LoadedBaseline,
        (*_HEAD, "loads"),
        [(*head, *own, 1)],
        key=("key",),
        merge={"loads": "metrics_loadedbaseline.loads + 1"},
        guard="1 = 1",
    )
    row = LoadedBaseline.objects.get(key=baseline.id)
    row.thresholds.all().delete()
    sql.insert(
        LoadedThresholds,
        ("baseline", "metric", "population", "texts"),
        [
            (row.pk, name, held.population, " ".join(held.texts))
            for name, held in sorted(baseline.thresholds.items())
        ],
    )
    return done


@transaction.atomic
def baseline_pin(baseline_id: str, *, now: int, acting: Actor) -> None:
    """Choose a baseline for all percentiles given from now on; raises BaselineUnknown."""
    row = LoadedBaseline.objects.filter(key=baseline_id).first()
    if row is None:
        raise BaselineUnknown(f"no baseline has the id {baseline_id[:ID_MOST]!r}")
    record(
        acting=acting,
        action="baseline:pin",
        subject=f"baseline:{baseline_id}",
        before=_pinned(),
        after=baseline_id,
        now=now,
    )
    sql.upsert(
        BaselinePin,
        ("slot", "baseline", "pinned_at", "pinned_by"),
        [(_SLOT, row.pk, now, acting.name)],
        key=("slot",),
    )


@transaction.atomic
def baseline_unpin(*, now: int, acting: Actor) -> str | None:
    """Let the newest baseline be used again; return the id that was pinned, None where none was."""
    pinned = _pinned()
    if pinned is not None:
        record(
            acting=acting,
            action="baseline:unpin",
            subject=f"baseline:{pinned}",
            before=pinned,
            now=now,
        )
        BaselinePin.objects.all().delete()
    return pinned


def _pinned() -> str | None:
    return BaselinePin.objects.values_list("baseline__key", flat=True).first()
