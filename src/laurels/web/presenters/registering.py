"""How repositories and the steps of their registrations are told on a project's settings page."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from laurels.apps.projects.models import Registration, RegistrationStep
from laurels.apps.projects.models_registering import Step
from laurels.apps.projects.selectors_registering import RegisteredRow
from laurels.web.presenters.faults import Wrong

PATIENCE_SECONDS = 120
"""After so long without a ping the page says what may be wrong."""

_NAMES = {
    Step.RIGHTS: "Rights at GitHub",
    Step.HOOK: "Webhook",
    Step.PING: "First ping",
    Step.BACKFILL: "Earlier work",
}
_LOOKS = {
    "done": ("is-approved", "i-approved", "done"),
    "waiting": ("is-review", "i-open", "waiting"),
    "failed": ("is-refused", "i-care", "failed"),
    "skipped": ("", "i-closed", "not asked for"),
}
_TOKENLESS = ("token_missing", "token_invalid")
_CAUSES = {
    "manual": "disabled",
    "privatised": "made private on GitHub",
    "deleted": "deleted on GitHub",
    "archived": "archived on GitHub",
    "transferred": "given to another owner on GitHub",
    "rights_lost": "nobody on the team administers it on GitHub",
}
_WAYS_OUT = {
    "archived": "It counts again when it is taken out of the archive.",
    "privatised": "It counts again when it is public again.",
    "transferred": "Enable it if it should count, or check its registration again.",
    "rights_lost": "It counts again when somebody who administers it tries its registration again.",
}


@dataclass(frozen=True, slots=True)
class StepView:
    """One step: its name, how it looks, and what is to be said about it."""

    name: str
    look: str
    icon: str
    state: str
    detail: str
    error: str
    changed_at: int


@dataclass(frozen=True, slots=True)
class RegistrationView:
    """A registration: `is_whole` when nothing is left to do, `is_failed` when a person must.

    It may want a right at GitHub that the token has not, or a token where there is none any more.
    """

    pk: int
    full_name: str
    steps: tuple[StepView, ...]
    is_whole: bool
    is_failed: bool
    wants_scope: bool
    wants_token: bool


@dataclass(frozen=True, slots=True)
class StandingView:
    """A repository for everybody: since when nothing done there earns, and by which cause."""

    full_name: str
    is_fork: bool
    disabled_at: int | None
    cause: str


@dataclass(frozen=True, slots=True)
class RepositoryView:
    """A repository with whether it counts, and why not."""

    github_id: int
    full_name: str
    has_hook: bool
    disabled_at: int | None
    cause: str
    way_out: str
    reason: str
    disable: Wrong
    move: Wrong

    @property
    def key(self) -> str:
        """Return what tells its forms from another repository's."""
        return str(self.github_id)


def registration_views(found: Iterable[Registration], now: int) -> list[RegistrationView]:
    """Return the registrations as the page shows them; those without GitHub are left out."""
    views = (_registration(one, now) for one in found)
    return [one for one in views if any(step.state != "not asked for" for step in one.steps)]


def repository_views(found: Iterable[RegisteredRow], wrong: Wrong) -> list[RepositoryView]:
    """Return repositories as the page shows them, `wrong` being the form that was not done."""
    return [
        RepositoryView(
            github_id=one.github_id,
            full_name=one.full_name,
            has_hook=one.hook_id is not None,
            disabled_at=one.disabled_at,
            cause=_CAUSES.get(one.disabled_cause, ""),
            way_out=_WAYS_OUT.get(one.disabled_cause, ""),
            reason=one.disabled_reason if one.disabled_cause == "manual" else "",
            disable=wrong.of("disable", one.github_id),
            move=wrong.of("move", one.github_id),
        )
        for one in found
    ]


def standing_views(found: Iterable[Any]) -> list[StandingView]:
    """Return the repositories of `repositories_of` as a project's public page shows them."""
    return [
        StandingView(
            row.full_name, bool(row.is_fork), row.disabled_at, _CAUSES.get(row.disabled_cause, "")
        )
        for row in found
    ]


def _registration(one: Registration, now: int) -> RegistrationView:
    rows = {row.step: row for row in one.steps.all()}
    ordered = [rows[step] for step in Step if step in rows]
    return RegistrationView(
        pk=one.pk,
        full_name=one.full_name,
        steps=tuple(_step(row, now) for row in ordered),
        is_whole=all(row.state in ("done", "skipped") for row in ordered),
        is_failed=any(row.state == "failed" for row in ordered),
        wants_scope=any(row.error == "scope_missing" for row in ordered),
        wants_token=any(row.error in _TOKENLESS for row in ordered),
    )


def _step(row: RegistrationStep, now: int) -> StepView:
    look, icon, state = _LOOKS[row.state]
    detail = row.detail
    is_late = now - row.changed_at >= PATIENCE_SECONDS and row.attempts > 0
    if row.step == Step.PING and row.state == "waiting" and is_late and not detail:
        detail = "GitHub sent a ping and none has come: can it reach the address below?"
    return StepView(
        name=_NAMES[Step(row.step)],
        look=look,
        icon=icon,
        state=state,
        detail=detail,
        error=row.error,
        changed_at=row.changed_at,
    )
