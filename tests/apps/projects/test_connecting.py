"""Connecting a repository, against the stand-in GitHub over real HTTP."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from laurels.adapters.github.client import GitHub
from laurels.apps.audit.actors import SYSTEM, operator
from laurels.apps.audit.models import AuditRow
from laurels.apps.jobs.models import Job
from laurels.apps.people.models import Contributor, GitHubToken
from laurels.apps.people.services.github_tokens import github_token_keep
from laurels.apps.projects.errors import ProjectFaults, ProjectNotFound, RegistrationNotFound
from laurels.apps.projects.models import (
    Project,
    Registration,
    Repository,
    RepositoryHook,
)
from laurels.apps.projects.selectors_hooks import hook_secrets
from laurels.apps.projects.services import (
    registration_begin,
    registration_repair,
    repository_add,
    repository_disable,
)
from laurels.apps.projects.services.connecting import MOST_TRIES, registration_connect
from laurels.apps.projects.services.happenings import hook_pinged
from laurels.apps.projects.services.registering import hook_url
from laurels.config import wiring
from laurels.kit.clock import ManualClock
from laurels.lab.github.things import Account
from tests.apps import factories
from tests.fakes import github as fakes

pytestmark = pytest.mark.django_db
NOW = fakes.START
STEPS = ("rights", "hook", "ping", "backfill")
HOOKS = "/repos/harbour/tide/hooks"


@pytest.fixture
def town() -> Iterator[fakes.Town]:
    with fakes.town() as town:
        yield town


@pytest.fixture
def door(settings: Any) -> Iterator[fakes.Door]:
    with fakes.door() as door:
        base = door.url.removesuffix("/webhooks/github")
        settings.LAURELS = settings.LAURELS.model_copy(update={"public_url": base})
        yield door


@pytest.fixture
def github(town: fakes.Town, door: fakes.Door, settings: Any) -> Iterator[GitHub]:
    ours = settings.LAURELS.model_copy(update={"github_api_url": town.hub.api})
    settings.LAURELS_CLOCK = ManualClock(NOW)
    client = wiring.github_client(ours, settings.LAURELS_CLOCK)()
    yield client
    client.core.close()


def person(town: fakes.Town, account: Account, settings: Any, *scopes: str) -> Contributor:
    """Return somebody who signed in with GitHub, and the token they gave us."""
    made = factories.contributor(account.login, github_id=account.id)
    token = town.hub.world.token_for(account, scopes or ("read:user", "admin:repo_hook"))
    github_token_keep(
        made,
        token=token,
        refresh="",
        expires_at=None,
        scopes=" ".join(scopes),
        vault=settings.LAURELS_VAULT,
        now=NOW,
        acting=SYSTEM,
    )
    return made


@pytest.fixture
def olga(town: fakes.Town, github: GitHub, settings: Any) -> Contributor:
    return person(town, town.owner, settings)


@pytest.fixture
def hall(db: None) -> Project:
    return factories.project("hall")


def begin(hall: Project, who: Contributor, name: str = "harbour/tide") -> Registration:
    return registration_begin(hall.pk, name, registrar_id=who.pk, now=NOW, acting=operator())


def repair(made: Registration, who: Contributor) -> None:
    registration_repair(made.project_id, made.pk, registrar_id=who.pk, now=NOW, acting=operator())


def connect(made: Registration, github: GitHub) -> str:
    return registration_connect(made.pk, github=github, now=NOW)


def states(made: Registration) -> list[str]:
    rows = {row.step: row.state for row in made.steps.all()}
    return [rows[step] for step in STEPS]


def failure(made: Registration) -> tuple[str, str, str]:
    row = made.steps.get(state="failed")
    return row.step, row.error, row.detail


def test_connect_when_all_is_well_then_each_step_is_done_and_the_ping_waited_for(
    hall: Project, olga: Contributor, github: GitHub, town: fakes.Town, door: fakes.Door
) -> None:
    made = begin(hall, olga, f"{town.hub.web}/harbour/tide")
    assert states(made) == ["waiting"] * 4
    assert Job.objects.filter(kind="repository.connect").count() == 1

    assert connect(made, github) == "waiting"
    assert states(made) == ["done", "done", "waiting", "waiting"]
    repository = Repository.objects.get()
    assert (repository.github_id, repository.full_name) == (town.repository.id, "harbour/tide")
    assert repository.memberships.get().project == hall
    hook = RepositoryHook.objects.get()
    assert town.hub.post.drain()
    assert {one.headers["X-GitHub-Hook-ID"] for one in door.taken} == {str(hook.hook_id)}
    (secret,) = hook_secrets(hook.hook_id)[1]
    assert town.hub.world.hooks[hook.hook_id].secret == secret.decode()

    jobs = Job.objects.filter(kind="repository.connect")
    hook_pinged(hook.hook_id, at=NOW)
    hook_pinged(hook.hook_id, at=NOW)
    assert (jobs.count(), states(made)[2]) == (2, "done")
    assert connect(made, github) == "done"
    assert states(made)[:3] == ["done"] * 3


def test_connect_when_repeated_then_there_is_one_hook_and_one_secret(
    hall: Project, olga: Contributor, github: GitHub, town: fakes.Town
) -> None:
    made = begin(hall, olga)
    connect(made, github)
    before = hook_secrets(RepositoryHook.objects.get().hook_id)
    for _ in range(2):
        repair(made, olga)
        connect(made, github)
    assert len(town.hub.world.hooks) == 1
    assert hook_secrets(RepositoryHook.objects.get().hook_id) == before


def test_connect_when_killed_after_github_made_the_hook_then_that_one_is_taken_up(
    hall: Project, olga: Contributor, github: GitHub, town: fakes.Town
) -> None:
    made = begin(hall, olga)
    connect(made, github)
    RepositoryHook.objects.all().delete()  # as if killed before the row was written
    repair(made, olga)
    connect(made, github)
    hook = RepositoryHook.objects.get()
    assert list(town.hub.world.hooks) == [hook.hook_id]
    (secret,) = hook_secrets(hook.hook_id)[1]
    assert town.hub.world.hooks[hook.hook_id].secret == secret.decode()


def test_connect_when_the_hook_was_deleted_at_github_then_repair_makes_another(
    hall: Project, olga: Contributor, github: GitHub, town: fakes.Town
) -> None:
    made = begin(hall, olga)
    connect(made, github)
    first = RepositoryHook.objects.get().hook_id
    hook_pinged(first, at=NOW)
    github.using(town.hub.world.token_for(town.owner)).hook_delete("harbour", "tide", first)
    repair(made, olga)
    assert connect(made, github) == "waiting"
    second = RepositoryHook.objects.get(state="active").hook_id
    assert second != first
    assert hook_secrets(first) == (None, ())
    assert states(made) == ["done", "done", "waiting", "waiting"]


def test_connect_when_a_hook_is_made_again_then_what_it_missed_is_read(
    hall: Project, olga: Contributor, github: GitHub, town: fakes.Town
) -> None:
    readings = Job.objects.filter(kind="sync.first")
    made = begin(hall, olga)
    connect(made, github)
    hook_pinged(RepositoryHook.objects.get().hook_id, at=NOW)
    assert (connect(made, github), readings.count()) == ("done", 1)
    readings.update(state="done")
    # Looked at again while all is well, nothing is read.
    repair(made, olga)
    assert (connect(made, github), readings.count()) == ("done", 1)
    first = RepositoryHook.objects.get().hook_id
    github.using(town.hub.world.token_for(town.owner)).hook_delete("harbour", "tide", first)
    repair(made, olga)
    assert connect(made, github) == "waiting"
    assert states(made) == ["done", "done", "waiting", "waiting"]
    hook_pinged(RepositoryHook.objects.get(state="active").hook_id, at=NOW)
    assert (connect(made, github), readings.count()) == ("done", 2)


@pytest.mark.parametrize(("who", "role"), [("contributor", "read"), ("outsider", "read")])
def test_connect_when_rights_are_missing_then_told_which_and_nothing_is_registered(
    hall: Project, github: GitHub, town: fakes.Town, settings: Any, who: str, role: str
) -> None:
    made = begin(hall, person(town, getattr(town, who), settings))
    assert connect(made, github) == "rights_missing"
    step, error, detail = failure(made)
    assert (step, error) == ("rights", "rights_missing")
    assert f"yours are: {role}." in detail
    assert not Repository.objects.exists()


def test_connect_when_the_sign_in_may_not_make_hooks_then_told_so_and_mended_by_another(
    hall: Project, olga: Contributor, github: GitHub, town: fakes.Town, settings: Any
) -> None:
    mira = person(town, town.maintainer, settings, "read:user")
    made = begin(hall, mira)
    assert connect(made, github) == "scope_missing"
    assert failure(made)[:2] == ("hook", "scope_missing")
    assert states(made) == ["done", "failed", "waiting", "waiting"]
    repair(made, olga)
    assert connect(made, github) == "waiting"
    made.refresh_from_db()
    assert made.registrar == olga


def test_connect_when_there_is_no_such_repository_then_told_so(
    hall: Project, olga: Contributor, github: GitHub
) -> None:
    made = begin(hall, olga, "harbour/nothing")
    assert connect(made, github) == "repository_missing"
    assert failure(made)[0] == "rights"


def test_connect_when_private_then_not_taken(
    hall: Project, olga: Contributor, github: GitHub, town: fakes.Town
) -> None:
    town.repository.is_private = True
    made = begin(hall, olga)
    assert connect(made, github) == "private"
    assert not Repository.objects.exists()


def test_connect_when_it_belongs_to_another_project_then_refused(
    hall: Project, olga: Contributor, github: GitHub, town: fakes.Town
) -> None:
    repository_add("harbour/tide", github_id=town.repository.id, now=NOW, acting=operator())
    made = begin(hall, olga)
    assert connect(made, github) == "state_conflict"
    assert "belongs to another project" in failure(made)[2]


def test_connect_when_registered_without_github_before_then_one_registration_is_left(
    hall: Project, olga: Contributor, github: GitHub, town: fakes.Town
) -> None:
    repository_add(
        "harbour/old", github_id=town.repository.id, project_id=hall.pk, now=1, acting=operator()
    )
    made = begin(hall, olga)
    assert connect(made, github) == "waiting"
    assert Registration.objects.get().pk == made.pk
    assert Repository.objects.get().full_name == "harbour/tide"


def test_connect_when_renamed_at_github_then_the_new_name_is_kept(
    hall: Project, olga: Contributor, github: GitHub, town: fakes.Town
) -> None:
    town.hub.places.rename(town.repository, town.owner, "swell")
    made = begin(hall, olga, "harbour/tide")
    assert connect(made, github) == "waiting"
    made.refresh_from_db()
    assert made.full_name == Repository.objects.get().full_name == "harbour/swell"


def test_connect_when_the_token_is_gone_then_told_to_sign_in_again(
    hall: Project, olga: Contributor, github: GitHub
) -> None:
    GitHubToken.objects.all().delete()
    made = begin(hall, olga)
    assert connect(made, github) == "token_missing"
    assert "sign in again" in failure(made)[2]


def test_connect_when_github_refuses_the_token_then_it_holds_no_longer(
    hall: Project, olga: Contributor, github: GitHub, town: fakes.Town
) -> None:
    for grant in town.hub.world.grants.values():
        grant.is_revoked = True
    made = begin(hall, olga)
    assert connect(made, github) == "token_invalid"
    assert GitHubToken.objects.get().invalidated_reason == "token_invalid"


def test_connect_when_github_has_to_wait_then_tried_again_when_it_is_over(
    hall: Project, olga: Contributor, github: GitHub, town: fakes.Town
) -> None:
    town.hub.faults.add("secondary", seconds=120)
    made = begin(hall, olga)
    assert connect(made, github) == "waiting"
    row = made.steps.get(step="rights")
    assert (row.state, row.error, row.attempts) == ("waiting", "github_busy", 1)
    later = Job.objects.filter(kind="repository.connect").order_by("id").last()
    assert later is not None
    assert later.run_after == NOW + 120
    assert json.loads(later.arguments) == {"registration": made.pk}


def test_connect_when_github_does_not_answer_then_tried_a_few_times_and_given_up(
    hall: Project, olga: Contributor, github: GitHub, town: fakes.Town
) -> None:
    town.hub.faults.add("503", 100)
    made = begin(hall, olga)
    ended = [registration_connect(made.pk, github=github, now=NOW) for _ in range(2)]
    made.steps.filter(step="rights").update(attempts=MOST_TRIES)
    github.core.breaker.worked()
    assert [*ended, connect(made, github)] == ["waiting", "waiting", "github_unavailable"]


def test_connect_when_the_address_cannot_be_reached_then_githubs_words_are_told(
    hall: Project, olga: Contributor, github: GitHub, settings: Any
) -> None:
    settings.LAURELS = settings.LAURELS.model_copy(update={"public_url": "ftp://harbour"})
    made = begin(hall, olga)
    connect(made, github)
    step, error, detail = failure(made)
    assert (step, error) == ("hook", "hook_rejected")
    assert detail.startswith("GitHub will not make the webhook: ")


def test_connect_when_the_registration_is_gone_then_nothing(github: GitHub) -> None:
    assert registration_connect(99, github=github, now=NOW) == "gone"


def test_begin_when_asked_twice_then_the_same_is_tried_again(
    hall: Project, olga: Contributor
) -> None:
    first = begin(hall, olga)
    assert begin(hall, olga, "Harbour/TIDE").pk == first.pk
    assert Registration.objects.count() == 1
    actions = AuditRow.objects.order_by("id").values_list("action", flat=True)
    assert list(actions) == ["registration:begin", "registration:repair"]


def test_begin_when_something_is_wrong_then_refused(hall: Project, olga: Contributor) -> None:
    with pytest.raises(ProjectFaults):
        begin(hall, olga, "harbour")
    with pytest.raises(ProjectNotFound):
        registration_begin(99, "a/b", registrar_id=olga.pk, now=NOW, acting=operator())
    assert not Registration.objects.exists()


def test_repair_when_it_is_another_projects_then_not_found(
    hall: Project, olga: Contributor
) -> None:
    made, attic = begin(hall, olga), factories.project("attic")
    with pytest.raises(RegistrationNotFound):
        registration_repair(attic.pk, made.pk, registrar_id=olga.pk, now=NOW, acting=operator())


def test_hook_url_when_asked_then_under_the_public_address(door: fakes.Door) -> None:
    assert hook_url() == door.url


@pytest.mark.parametrize("cause", ["rights_lost", "transferred"])
def test_connect_when_rights_are_proved_again_then_what_was_lost_counts_again(
    hall: Project, olga: Contributor, github: GitHub, cause: str
) -> None:
    made = begin(hall, olga)
    connect(made, github)
    row = Repository.objects.get()
    repository_disable(row.pk, reason="x", cause=cause, now=NOW, acting=SYSTEM)
    repair(made, olga)
    connect(made, github)
    assert row.disablements.get().ends_at == NOW


def test_connect_when_disabled_by_hand_then_stays_disabled(
    hall: Project, olga: Contributor, github: GitHub
) -> None:
    made = begin(hall, olga)
    connect(made, github)
    row = Repository.objects.get()
    repository_disable(row.pk, reason="x", now=NOW, acting=SYSTEM)
    repair(made, olga)
    connect(made, github)
    assert row.disablements.get().ends_at is None
