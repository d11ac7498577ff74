"""The shapes that the API takes and gives; times are instants as `2026-05-14T09:30:00Z`."""

from __future__ import annotations

from typing import Annotated

from ninja import Field, Schema
from pydantic import ConfigDict


class Closed(Schema):
    """A body in which an unknown field is refused rather than ignored."""

    model_config = ConfigDict(extra="forbid")


class FieldFault(Schema):
    """What is wrong with one field."""

    field: str
    fault: str


class Problem(Schema):
    """An error (RFC 9457); `code` stays the same, whatever the words."""

    type: str
    title: str
    status: int
    code: str
    detail: str
    errors: list[FieldFault] = []


class Pair(Schema):
    """Tokens to work with: send `access_token` as `Authorization: Bearer …`."""

    access_token: str
    token_type: str = "Bearer"
    expires_at: str
    refresh_token: str
    refresh_expires_at: str


class Refresh(Closed):
    """A refresh token, which is exchanged once."""

    refresh_token: Annotated[str, Field(min_length=1, max_length=200)]


class Me(Schema):
    """Who asks."""

    login: str
    github_id: int
    is_staff: bool
    scopes: list[str] | None = Field(None, description="Of a personal token; null: everything.")


class Keys(Schema):
    """Public keys (JSON Web Keys) that access tokens verify against."""

    keys: list[dict[str, str]]


class NewToken(Closed):
    """A personal token to make."""

    name: Annotated[str, Field(min_length=1, max_length=80)]
    scopes: Annotated[list[str], Field(min_length=1, max_length=10)]
    lasts_days: Annotated[int, Field(ge=1, le=366)] = 90


class PersonalToken(Schema):
    """A personal token, without itself."""

    id: int
    name: str
    hint: str
    scopes: list[str]
    created_at: str
    expires_at: str
    last_used_at: str | None


class MadeToken(PersonalToken):
    """A personal token as it is shown once, when it is made."""

    token: str


class PersonalTokens(Schema):
    """The tokens of who asks, the latest first."""

    rows: list[PersonalToken]
