"""The shapes of jobs that read people; times are instants as `2026-05-14T09:30:00Z`."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from ninja import Field, Schema

from laurels.api.schemas import Closed
from laurels.domain.logins import LOGIN_MOST
from laurels.domain.windows import BACKFILL_DAYS_MOST


class Sync(Closed):
    """Whom to read, and how far back; one of id, login and token says who is meant."""

    user_id: UUID | None = None
    github_login: Annotated[str, Field(min_length=1, max_length=LOGIN_MOST)] | None = None
    github_token: Annotated[str, Field(min_length=1, max_length=300)] | None = Field(
        None, description="A token for GitHub to read with; or the header X-GitHub-Token."
    )
    backfill_days: Annotated[int, Field(ge=1, le=BACKFILL_DAYS_MOST)] | None = Field(
        None, description="Null: on from what was read, or 1,096 days back the first time."
    )
    queue: Literal["default", "bulk"] = "default"
    partition_key: Annotated[str, Field(max_length=80)] | None = None


class Enqueued(Schema):
    """A job that waits; ask for it by its number."""

    job_id: int
    status: Literal["enqueued"]
    user_id: str
    github_login: str


class PersonJob(Schema):
    """How a job stands; `error_message` begins with a stable word and a colon."""

    job_id: int
    status: Literal["PENDING", "RUNNING", "COMPLETED", "FAILED", "SKIPPED"]
    user_id: str | None
    github_login: str | None
    created_at: str
    started_at: str | None
    completed_at: str | None
    error_message: str | None
    triggered_by: str
    partition_key: str
    backfill_days: int | None
    sync_run: int | None
    metric_run: int | None
