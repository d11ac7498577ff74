"""What somebody did in three years and where that stands: theirs, or other people's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

import msgspec
from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from ninja import Query, Router

from laurels.api import schemas_metrics as schemas
from laurels.api.access import EVERYBODY
from laurels.api.answers import REFUSALS, UNCHANGED, tagged
from laurels.api.metrics_access import Batch, batch_of, person_of
from laurels.apps.metrics.cache import served_of
from laurels.apps.metrics.selectors import (
    evidence_payload,
    history_payload,
    metric_evidence,
    metrics_latest,
    metrics_served,
    tracked_by_login,
    tracked_by_ref,
)
from laurels.domain.logins import checked_login
from laurels.domain.percentiles import Mode
from laurels.kit import cursors
from laurels.kit.times import format_instant

if TYPE_CHECKING:
    from laurels.apps.metrics.selectors import Tracked

router = Router(auth=EVERYBODY)
ROWS, ROWS_MOST = 50, 200

_Limit = Annotated[int, Query(ge=1, le=ROWS_MOST)]
_After = Annotated[str, Query(max_length=cursors.MAX_LENGTH)]
_Many = Annotated[str, Query(max_length=8_000)]


def _now() -> int:
    moment: int = settings.LAURELS_CLOCK.now()
    return moment


def _by_id(request: HttpRequest, user_id: UUID) -> Tracked:
    return person_of(request, tracked_by_ref([user_id.hex], now=_now()).get(user_id.hex))


@router.get("", url_name="metrics", response={200: schemas.Metrics, **UNCHANGED, **REFUSALS})
def by_id(request: HttpRequest, user_id: UUID, mode: Mode = Mode.FAIR) -> HttpResponseBase:
    """Give somebody's metrics by their id here."""
    served = metrics_served(_by_id(request, user_id), mode)
    return tagged(request, served.body, served.etag)


@router.get(
    "/by-login",
    url_name="metrics_by_login",
    response={200: schemas.Metrics, **UNCHANGED, **REFUSALS},
)
def by_login(request: HttpRequest, login: str, mode: Mode = Mode.FAIR) -> HttpResponseBase:
    """Give somebody's metrics by their login at GitHub, or one that they had before."""
    wanted = checked_login(login)
    person = person_of(request, tracked_by_login([wanted], now=_now()).get(wanted))
    served = metrics_served(person, mode)
    return tagged(request, served.body, served.etag)


@router.get(
    "/batch", url_name="metrics_batch", response={200: schemas.Batch, **UNCHANGED, **REFUSALS}
)
def batch(
    request: HttpRequest, ids: _Many = "", logins: _Many = "", mode: Mode = Mode.FAIR
) -> HttpResponseBase:
    """Give the metrics of up to a hundred people: ids, logins or both, with commas between."""
    return _answer(request, batch_of(request, _parted(ids), _parted(logins), mode, now=_now()))


@router.post("/batch", url_name="metrics_batch", response={200: schemas.Batch, **REFUSALS})
def batch_asked(request: HttpRequest, body: schemas.BatchWish) -> HttpResponseBase:
    """Give the metrics of up to a hundred people, for lists too long for an address."""
    ids = [str(one) for one in body.user_ids]
    return _answer(request, batch_of(request, ids, body.logins, body.mode, now=_now()))


@router.get(
    "/{user_id}/history",
    url_name="metrics_history",
    response={200: schemas.History, **UNCHANGED, **REFUSALS},
)
def history(
    request: HttpRequest,
    user_id: UUID,
    mode: Mode = Mode.FAIR,
    after: _After = "",
    limit: _Limit = ROWS,
) -> HttpResponseBase:
    """List the computations of somebody's metrics, the latest first."""
    person = _by_id(request, user_id)
    return _told(request, person, history_payload(person.id, mode=mode, after=after, limit=limit))


@router.get(
    "/{user_id}/evidence/{metric}",
    url_name="metric_evidence",
    response={200: schemas.Evidence, **UNCHANGED, **REFUSALS},
)
def evidence(
    request: HttpRequest,
    user_id: UUID,
    metric: str,
    mode: Mode = Mode.FAIR,
    after: _After = "",
    limit: _Limit = ROWS,
) -> HttpResponseBase:
    """List the pull requests behind one of somebody's numbers, and those left out of it."""
    person = _by_id(request, user_id)
    run = metrics_latest(person.id)
    page = metric_evidence(run, metric, mode=mode, after=after, limit=limit)
    told = evidence_payload(page) | {"computed_at": format_instant(run.computed_at)}
    return _told(request, person, told)


def _told(request: HttpRequest, person: Tracked, told: dict[str, Any]) -> HttpResponseBase:
    who = {"user_id": str(UUID(person.ref)), "github_login": person.login}
    served = served_of(who | told)
    return tagged(request, served.body, served.etag)


def _answer(request: HttpRequest, found: Batch) -> HttpResponseBase:
    rows = [msgspec.Raw(one.body) for one in found.rows]
    missing = [{"asked": asked, "code": code} for asked, code in found.missing]
    served = served_of({"rows": rows, "missing": missing})
    return tagged(request, served.body, served.etag)


def _parted(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]
