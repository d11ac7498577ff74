"""Personal tokens: list, make (shown once) and revoke; they cannot make or see one another."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest
from ninja import Router, Status

from laurels.api import schemas
from laurels.api.access import IN_PERSON, allow
from laurels.api.answers import REFUSALS
from laurels.apps.audit.actors import contributor as as_contributor
from laurels.apps.people.models import PersonalToken
from laurels.apps.people.selectors_access import personal_tokens_of
from laurels.apps.people.services.access import personal_token_revoke
from laurels.apps.people.services.api_tokens import personal_token_create
from laurels.kit.times import format_instant

router = Router(auth=IN_PERSON)


def _shown(row: PersonalToken) -> dict[str, Any]:
    used = row.last_used_at
    return {
        "id": row.pk,
        "name": row.name,
        "hint": row.hint,
        "scopes": row.scopes.split(),
        "created_at": format_instant(row.created_at),
        "expires_at": format_instant(row.expires_at),
        "last_used_at": None if used is None else format_instant(used),
    }


@router.get("", response={200: schemas.PersonalTokens, **REFUSALS})
def listed(request: HttpRequest) -> dict[str, Any]:
    """List your personal tokens."""
    person = request.contributor  # type: ignore[attr-defined]
    allow(request, "token:manage", scope="", person=person.pk)
    return {"rows": [_shown(row) for row in personal_tokens_of(person.pk)]}


@router.post("", response={201: schemas.MadeToken, **REFUSALS})
def made(request: HttpRequest, body: schemas.NewToken) -> Status[dict[str, Any]]:
    """Make a personal token; it is shown this once."""
    person = request.contributor  # type: ignore[attr-defined]
    allow(request, "token:manage", scope="", person=person.pk)
    row, token = personal_token_create(
        person,
        name=body.name,
        scopes=body.scopes,
        lasts_days=body.lasts_days,
        now=settings.LAURELS_CLOCK.now(),
        acting=as_contributor(person.ref),
    )
    return Status(201, {**_shown(row), "token": token})


@router.api_operation(["DELETE"], "/{token_id}", response={204: None, **REFUSALS})
def revoked(request: HttpRequest, token_id: int) -> Status[None]:
    """Revoke one of your tokens."""
    person = request.contributor  # type: ignore[attr-defined]
    allow(request, "token:manage", scope="", person=person.pk)
    is_done = personal_token_revoke(
        token_id,
        contributor_id=person.pk,
        now=settings.LAURELS_CLOCK.now(),
        acting=as_contributor(person.ref),
    )
    if not is_done:
        raise Http404
    return Status(204, None)
