"""The populations that people are compared with; everybody may read them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from ninja import Router

from laurels.api import schemas_metrics as schemas
from laurels.api.access import allow
from laurels.api.answers import OPEN, REFUSALS, UNCHANGED, tagged
from laurels.apps.metrics.cache import served_of
from laurels.apps.metrics.selectors import baseline_get, baseline_heads
from laurels.domain.percentiles import BaselineUnknown, notes
from laurels.domain.percentiles.figures import figures
from laurels.kit.times import format_day, format_instant

if TYPE_CHECKING:
    from laurels.apps.metrics.selectors import Head

router = Router(auth=None)


@router.get("", url_name="baselines", response={200: schemas.Baselines, **UNCHANGED, **REFUSALS})
def listed(request: HttpRequest) -> HttpResponseBase:
    """List the populations, the one that ends last first."""
    allow(request, "program:read", scope="")
    return _told(request, {"rows": [_head(one) for one in baseline_heads()]})


@router.get(
    "/{baseline_id}",
    url_name="baseline",
    response={200: schemas.BaselineFigures, **UNCHANGED, **REFUSALS},
)
def one(request: HttpRequest, baseline_id: str) -> HttpResponseBase:
    """Give a population with the figures of its metrics."""
    allow(request, "program:read", scope="")
    head = next((one for one in baseline_heads() if one.id == baseline_id), None)
    if head is None:
        raise BaselineUnknown(f"no baseline has the id {baseline_id[:80]!r}")
    told = notes(head.method)
    shown = {
        name: of | {"note": told.get(name)}
        for name, of in figures(baseline_get(baseline_id)).items()
    }
    return _told(request, _head(head) | {"metrics": shown})


def _head(head: Head) -> dict[str, Any]:
    return {
        "id": head.id,
        "start": format_day(head.start),
        "end": format_day(head.end),
        "method": head.method,
        "population": head.population,
        "checksum": head.checksum,
        "content": head.content,
        "loaded_at": format_instant(head.loaded_at),
        "is_pinned": head.is_pinned,
        "is_current": head.is_current,
    }


def _told(request: HttpRequest, told: dict[str, Any]) -> HttpResponseBase:
    served = served_of(told)
    return tagged(request, served.body, served.etag, keeping=OPEN)
