"""Connect a repository with GitHub, step by step: rights, hook, ping, backfill.

Guarantee: every step may be killed and tried again. The hook is looked for by our address before
one is made, so that there is never a second; a hook that is there is given the secret we keep, or
one that we keep first. Where a hook is made in the place of one that went, the repository is read
again. Calls to GitHub are made outside any transaction. A limit of GitHub's ends
the attempt, and another is enqueued for when it is over.
Not guaranteed: that GitHub reaches us, or that what a new hook delivers in the moment before we
know its number is taken: so a ping is asked for afterwards, and the sweep asks for the rest again.
A ping that never comes leaves its step waiting; the page shows that, and what to do.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass

from django.db import transaction

from laurels.adapters.github.client import (
    Forbidden,
    GitHub,
    GitHubFault,
    Missing,
    Postponed,
    Rejected,
    TokenInvalid,
    Unavailable,
)
from laurels.adapters.github.client.resources import ADMINISTERING, RepositoryBody
from laurels.apps.audit.actors import SYSTEM
from laurels.apps.jobs.services import enqueue
from laurels.apps.people.services.github_tokens import HeldToken, github_token_invalidate
from laurels.apps.people.services.tokens import token_for
from laurels.apps.projects.errors import StateConflict
from laurels.apps.projects.models import (
    DisableCause,
    Registration,
    RegistrationStep,
    Repository,
    RepositoryHook,
)
from laurels.apps.projects.models_registering import HookState, Step, StepState
from laurels.apps.projects.selectors_hooks import secret_opened
from laurels.apps.projects.services.hooks import hook_keep
from laurels.apps.projects.services.registering import (
    CONNECT,
    backfill_enqueue,
    hook_url,
    repository_place,
)
from laurels.apps.projects.services.repositories import repository_enable

MOST_TRIES, AWAY_SECONDS = 5, 60
"""How often, and how far apart, a step is tried while GitHub does not answer."""


class StepFailed(Exception):
    """A step cannot be done as things are; `code` is stable, the message is a sentence."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True)
class _Way:
    """How this registration asks GitHub: as its registrar, or as our App."""

    github: GitHub
    is_app: bool
    token: HeldToken | None


def registration_connect(registration_id: int, *, github: GitHub, now: int) -> str:
    """Do the steps that are not done, in order, until one waits or fails; return how it ended.

    The answer is `done`, `waiting` (for the ping or for GitHub) or the code of the failed step.
    """
    registration = Registration.objects.filter(pk=registration_id).first()
    if registration is None:
        return "gone"
    for step, work in _WORK.items():
        row = RegistrationStep.objects.get(registration_id=registration_id, step=step)
        if row.state in (StepState.DONE, StepState.SKIPPED):
            continue
        way: _Way | None = None
        try:
            way = _way(registration, github)
            state = work(registration, way, now)
        except Postponed as wait:
            return _again(row, wait.until, now, "github_busy", "GitHub asks us to wait.")
        except (StepFailed, StateConflict, GitHubFault) as fault:
            if isinstance(fault, Unavailable) and row.attempts < MOST_TRIES:
                return _again(row, now + AWAY_SECONDS, now, fault.code, _sentence(fault))
            if isinstance(fault, TokenInvalid) and way is not None and way.token is not None:
                github_token_invalidate(
                    way.token.pk, reason="token_invalid", now=now, acting=SYSTEM
                )
            _note(row, StepState.FAILED, now, fault.code, _sentence(fault))
            return fault.code
        _note(row, state, now)
        if state == StepState.WAITING:
            return "waiting"
    return "done"


def _way(registration: Registration, github: GitHub) -> _Way:
    owner = registration.full_name.partition("/")[0]
    person = registration.registrar
    token = None if person is None else token_for(person)
    as_app = github.of_owner(owner)
    if as_app is not github:
        return _Way(as_app, True, token)
    if person is None or token is None:
        raise StepFailed(
            "token_missing", "Nobody's sign-in at GitHub can be used: sign in again, then retry."
        )
    return _Way(github.using(token.token, owner=person.ref), False, token)


def _rights(registration: Registration, way: _Way, now: int) -> StepState:
    owner, _, name = registration.full_name.partition("/")
    try:
        body = way.github.repository(owner, name)
    except Missing:
        raise StepFailed(
            "repository_missing", "GitHub shows no repository of this name to your sign-in."
        ) from None
    role = _role(registration, way, body)
    if role not in ADMINISTERING:
        raise StepFailed(
            "rights_missing", f"This needs admin or maintain rights at GitHub; yours are: {role}."
        )
    if body.private:
        raise StepFailed("private", "Private repositories are not taken: all work here is public.")
    with transaction.atomic():
        placed = repository_place(
            body.full_name or registration.full_name,
            body.id,
            registration.project_id,
            now=now,
            acting=SYSTEM,
            is_private=body.private,
            is_fork=body.fork,
        )
        earlier = (
            Registration.objects.filter(repository=placed.repository)
            .exclude(pk=registration.pk)
            .first()
        )
        if earlier is not None:
            earlier.delete()
        registration.repository = placed.repository
        registration.full_name = placed.repository.full_name
        registration.name_key = registration.full_name.casefold()
        registration.save(update_fields=["repository", "full_name", "name_key"])
        _enable(placed.repository, now)
    return StepState.DONE


def _enable(repository: Repository, now: int) -> None:
    """Let a repository count again that was lost to us, now that somebody administers it."""
    causes = (DisableCause.RIGHTS_LOST, DisableCause.TRANSFERRED)
    if repository.disablements.filter(ends_at=None, cause__in=causes).exists():
        repository_enable(
            repository.pk, reason="rights at GitHub were proved", now=now, acting=SYSTEM
        )


def _role(registration: Registration, way: _Way, body: RepositoryBody) -> str:
    """Return the registrar's role at GitHub; the App asks for it, a person's token knows its own.

    The App is asked by login, so the answer must be about the account that we know by its id.
    """
    if not way.is_app:
        return "none" if body.permissions is None else body.permissions.role
    person = registration.registrar
    if person is None or person.github_id is None:
        return "none"
    owner, _, name = registration.full_name.partition("/")
    rights = way.github.rights(owner, name, person.login)
    return rights.role if rights.account_id == person.github_id else "none"


def _hook(registration: Registration, way: _Way, now: int) -> StepState:
    if way.is_app:
        return StepState.SKIPPED  # the App's own webhook delivers
    owner, _, name = registration.full_name.partition("/")
    repository = registration.repository
    assert repository is not None
    url = hook_url()
    try:
        there = next((one for one in way.github.hooks(owner, name) if one.config.url == url), None)
        known = RepositoryHook.objects.filter(repository=repository, state=HookState.ACTIVE).first()
        if there is None or known is None or known.hook_id != there.id:
            _missed(registration, now)
        if there is None:
            secret = secrets.token_urlsafe(32)
            made = way.github.hook_create(owner, name, url=url, secret=secret)
            hook_keep(
                repository.pk, hook_id=made.id, secret=secret.encode(), now=now, acting=SYSTEM
            )
            return StepState.DONE
        if known is not None and known.hook_id == there.id:
            secret = secret_opened(known.secret, repository.github_id).decode()
        else:
            secret = secrets.token_urlsafe(32)
            hook_keep(
                repository.pk, hook_id=there.id, secret=secret.encode(), now=now, acting=SYSTEM
            )
        way.github.hook_update(owner, name, there.id, url=url, secret=secret)
    except (Forbidden, Missing):
        # GitHub answers 404 where a token may not see hooks at all.
        raise StepFailed(
            "scope_missing", "Your sign-in may not make webhooks yet: allow it, then try again."
        ) from None
    except Rejected as refused:
        raise StepFailed("hook_rejected", f"GitHub will not make the webhook: {refused}") from None
    return StepState.DONE


def _missed(registration: Registration, now: int) -> None:
    """Have the repository read again where an earlier hook went: what it missed nobody sends.

    The reading goes on from what is covered, so it begins before the last delivery.
    """
    if RepositoryHook.objects.filter(repository=registration.repository).exists():
        RegistrationStep.objects.filter(
            registration=registration, step=Step.BACKFILL, state=StepState.DONE
        ).update(state=StepState.WAITING, changed_at=now)


def _ping(registration: Registration, way: _Way, now: int) -> StepState:
    if way.is_app:
        return StepState.SKIPPED
    hook = RepositoryHook.objects.filter(
        repository=registration.repository, state=HookState.ACTIVE
    ).first()
    if hook is None:
        raise StepFailed("hook_missing", "There is no webhook any more: try that step again.")
    if hook.ping_at is not None:
        return StepState.DONE
    owner, _, name = registration.full_name.partition("/")
    try:
        way.github.hook_ping(owner, name, hook.hook_id)
    except Missing:
        raise StepFailed("hook_missing", "GitHub has no such webhook any more.") from None
    # The delivery may have come while GitHub answered.
    hook.refresh_from_db()
    return StepState.WAITING if hook.ping_at is None else StepState.DONE


def _backfill(registration: Registration, way: _Way, now: int) -> StepState:
    repository = registration.repository_id
    assert repository is not None
    is_known = backfill_enqueue(repository, registration_id=registration.pk, now=now, acting=SYSTEM)
    return StepState.DONE if is_known else StepState.SKIPPED


_WORK: dict[Step, Callable[[Registration, _Way, int], StepState]] = {
    Step.RIGHTS: _rights,
    Step.HOOK: _hook,
    Step.PING: _ping,
    Step.BACKFILL: _backfill,
}


def _again(row: RegistrationStep, at: int, now: int, code: str, detail: str) -> str:
    """Leave the step waiting and have the registration taken up again at an instant."""
    with transaction.atomic():
        _note(row, StepState.WAITING, now, code, detail)
        arguments = {"registration": row.registration_id}
        enqueue(CONNECT, arguments, run_after=at, now=now, acting=SYSTEM)
    return "waiting"


def _note(
    row: RegistrationStep, state: StepState, now: int, error: str = "", detail: str = ""
) -> None:
    """Write how a step went; one that a ping has finished meanwhile stays finished."""
    rows = RegistrationStep.objects.filter(pk=row.pk)
    if state == StepState.WAITING:
        rows = rows.exclude(state=StepState.DONE)
    rows.update(state=state, error=error, detail=detail, attempts=row.attempts + 1, changed_at=now)


def _sentence(fault: Exception) -> str:
    text = str(fault)[:290].replace("\x00", "")
    return text[:1].upper() + text[1:] + ("" if text.endswith(".") else ".")
