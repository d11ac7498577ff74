"""What an operator may set about GitHub's client; the names are those of wave-metrics.

Without the prefix the old names are read as well, after the new ones, with a warning (W003).
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, field_validator
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, NoDecode, PydanticBaseSettingsSource

OLD_NAMES = (
    "GH_MAX_RETRIES",
    "GH_CONCURRENCY_PER_TOKEN",
    "GH_BACKOFF_BASE_SECONDS",
    "GH_BACKOFF_CAP_SECONDS",
    "GH_REDIS_PREFIX",
    "GH_SEMAPHORE_TTL_SECONDS",
    "GH_SEMAPHORE_ACQUIRE_TIMEOUT_SECONDS",
    "GH_COOLDOWN_MAX_WAIT_SECONDS",
    "TOKEN_REF_TTL_SECONDS_NORMAL",
    "TOKEN_REF_TTL_SECONDS_BULK",
    "TOKEN_REF_KEYS_JSON",
    "TOKEN_REF_ACTIVE_KEY_ID",
    "TOKEN_VAULT_KEYS_JSON",
    "TOKEN_VAULT_ACTIVE_KEY_ID",
    "USER_LOCK_TTL_SECONDS",
    "USER_LOCK_WAIT_TIMEOUT_SECONDS",
    "REPO_LANGUAGE_CACHE_MAX_REPOS",
    "RUNNING_JOB_STALE_SECONDS",
    "GITHUB_LOGIN_RESERVATION_TTL_SECONDS",
    "CACHE_TTL_SECONDS",
    "POPULATION_BASELINE_ID",
    "RUN_DB_MIGRATIONS",
    "DATABASE_URL",
    "REDIS_URL",
)
"""What wave-metrics called its settings; one that no setting of ours answers to is not read."""


class GitHubSettings(BaseSettings):
    """Settings of the client that reads GitHub."""

    github_tokens: Annotated[tuple[str, ...], NoDecode] = Field(
        (),
        repr=False,
        description="Tokens that syncs read GitHub with (service tokens), with commas between.",
    )
    github_app_id: str = Field(
        "", description="App id of a GitHub App whose installation tokens syncs read with."
    )
    github_app_key_file: Path | None = Field(
        None, description="File with that App's private key (PEM)."
    )
    gh_max_retries: int = Field(
        2, ge=0, le=10, description="How often a call is repeated after an error at GitHub's end."
    )
    gh_concurrency_per_token: int = Field(
        2, ge=1, le=50, description="Most calls with one token at a time, over all processes."
    )
    gh_backoff_base_seconds: int = Field(
        5, ge=1, le=600, description="First pause after GitHub told us to slow down."
    )
    gh_backoff_cap_seconds: int = Field(
        60, ge=1, le=3_600, description="Longest such pause; they double up to it."
    )
    gh_redis_prefix: str = Field(
        "gh:", min_length=1, max_length=40, description="What our keys in Redis begin with."
    )
    gh_semaphore_ttl_seconds: int = Field(
        300, ge=60, le=3_600, description="When the permit of a dead worker frees itself."
    )
    gh_semaphore_acquire_timeout_seconds: int = Field(
        60, ge=0, le=600, description="How long a call waits for a permit before it is put off."
    )
    gh_cooldown_max_wait_seconds: int = Field(
        600, ge=1, le=600, description="Longest cooldown after a secondary limit."
    )
    gh_budget_reserve: int = Field(
        500, ge=0, le=4_000, description="Points of an hour kept for people who wait on a page."
    )
    user_lock_ttl_seconds: int = Field(
        900, ge=60, le=86_400, description="When the lock of a sync whose worker died frees itself."
    )
    running_job_stale_seconds: int = Field(
        3_600,
        ge=60,
        le=86_400,
        description="When a job that reads a person is taken from a worker that says no more.",
    )
    pending_job_stale_seconds: int = Field(
        86_400,
        ge=60,
        le=2_592_000,
        description="When such a job that no worker ever took up is ended as `stale`.",
    )
    github_login_reservation_ttl_seconds: int = Field(
        86_400,
        ge=60,
        le=2_592_000,
        description="How long a login is kept for a person whom GitHub has not confirmed yet.",
    )
    metrics_daily_most: int = Field(
        500, ge=0, description="Most people whom one day's refresh of metrics enqueues; 0: none."
    )
    metrics_backfill_most: int = Field(
        50,
        ge=0,
        description="Most people a day who are read three years back where that lacks; 0: none.",
    )
    metrics_batch: int = Field(
        50, ge=1, description="So many of these jobs come due together, then there is a pause."
    )
    metrics_pause_seconds: int = Field(
        60, ge=0, le=86_400, description="The pause between two such batches."
    )
    sync_stale_days: int = Field(
        30, ge=1, le=3_650, description="Days without a move after which a pull request is stale."
    )
    sync_grace_days: int = Field(
        14, ge=1, le=3_650, description="Days after that warning until it is marked abandoned."
    )

    @field_validator("github_tokens", mode="before")
    @classmethod
    def _tokens(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(part.strip() for part in value.split(",") if part.strip())
        return value

    @field_validator("github_app_key_file")
    @classmethod
    def _key_file(cls, value: Path | None) -> Path | None:
        if value is not None and not value.is_file():
            raise ValueError("is not a file that can be read")
        return value


class OldNames(PydanticBaseSettingsSource):
    """The settings source that reads the old names, for what the new ones leave unset."""

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        """Return the value of one field."""
        return os.environ.get(field_name.upper()), field_name, False

    def __call__(self) -> dict[str, Any]:
        """Return every field that an old name gives a value."""
        known = self.settings_cls.model_fields
        return {old.lower(): os.environ[old] for old in old_names(os.environ, known)}


def old_names(environ: Mapping[str, str], known: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the old names that are set and read: those whose new name is not."""
    return tuple(
        name
        for name in OLD_NAMES
        if environ.get(name) and name.lower() in known and not environ.get(f"LAURELS_{name}")
    )
