"""Tokens for programs that act for somebody: from a browser's sign-in, refreshed, ended."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django.conf import settings
from django.http import HttpRequest
from ninja import Router, Status

from laurels.api import schemas
from laurels.api.access import EVERYBODY, IN_PERSON, Session, allow
from laurels.api.answers import REFUSALS
from laurels.apps.audit.actors import contributor as as_contributor
from laurels.apps.people.services import access
from laurels.apps.people.services.api_tokens import Pair, pair_issue, pair_refresh
from laurels.kit.times import format_instant

if TYPE_CHECKING:
    from laurels.adapters.tokens import AccessTokens

router = Router()


def _now() -> int:
    moment: int = settings.LAURELS_CLOCK.now()
    return moment


def _tokens() -> AccessTokens:
    tokens: Any = settings.LAURELS_ACCESS_TOKENS
    return cast("AccessTokens", tokens)


def _shown(pair: Pair) -> dict[str, Any]:
    return {
        "access_token": pair.access,
        "expires_at": format_instant(pair.access_expires_at),
        "refresh_token": pair.refresh,
        "refresh_expires_at": format_instant(pair.refresh_expires_at),
    }


@router.post("/token", auth=Session(), response={200: schemas.Pair, **REFUSALS})
def token(request: HttpRequest) -> dict[str, Any]:
    """Give a browser that is signed in a pair of tokens; they end with its session."""
    person = request.contributor  # type: ignore[attr-defined]
    allow(request, "token:manage", scope="write", person=person.pk)
    pair = pair_issue(
        person,
        sign_in=request.sign_in,  # type: ignore[attr-defined]
        tokens=_tokens(),
        now=_now(),
        acting=as_contributor(person.ref),
    )
    return _shown(pair)


@router.post("/refresh", auth=None, response={200: schemas.Pair, **REFUSALS})
def refresh(request: HttpRequest, body: schemas.Refresh) -> dict[str, Any]:
    """Exchange a refresh token for a new pair, once; a second time revokes all that came of it."""
    allow(request, "token:refresh", scope="")
    return _shown(pair_refresh(body.refresh_token, tokens=_tokens(), now=_now()))


@router.post("/logout", auth=IN_PERSON, response={204: None, **REFUSALS})
def logout(request: HttpRequest, everywhere: bool = False) -> Status[None]:
    """End the tokens of this family, or this browser's session with its tokens, or everything."""
    person = request.contributor  # type: ignore[attr-defined]
    acting = as_contributor(person.ref)
    bearer = getattr(request, "bearer", None)
    allow(request, "token:manage", scope="write", person=person.pk)
    if everywhere:
        access.access_end(person.pk, reason=access.EVERYWHERE, now=_now(), acting=acting)
    elif bearer is not None and bearer.family is not None:
        access.family_revoke(bearer.family, reason=access.LOGOUT, now=_now(), acting=acting)
    else:
        sign_in = request.sign_in  # type: ignore[attr-defined]
        access.sign_in_end(sign_in.pk, contributor_id=person.pk, now=_now(), acting=acting)
    return Status(204, None)


@router.get("/me", auth=EVERYBODY, response={200: schemas.Me, **REFUSALS})
def me(request: HttpRequest) -> dict[str, Any]:
    """Say who asks, and with what scopes."""
    person = request.contributor  # type: ignore[attr-defined]
    allow(request, "account:read", scope="read", person=person.pk)
    bearer = getattr(request, "bearer", None)
    scopes = None if bearer is None or bearer.scopes is None else sorted(bearer.scopes)
    return {
        "login": person.login,
        "github_id": person.github_id,
        "is_staff": request.user.is_staff,
        "scopes": scopes,
    }


@router.get("/keys", auth=None, response={200: schemas.Keys, **REFUSALS})
def keys(request: HttpRequest) -> dict[str, Any]:
    """Give the public keys that access tokens verify against."""
    return {"keys": settings.LAURELS_ACCESS_TOKENS.public_keys()}
