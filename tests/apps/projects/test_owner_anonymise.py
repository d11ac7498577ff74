from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from laurels.apps.audit.actors import SYSTEM, operator
from laurels.apps.people.services import forget, people_observe
from laurels.apps.projects.models import Project, Repository, SlugHistory
from laurels.apps.projects.register import Register
from laurels.apps.projects.selectors import memberships_for
from laurels.apps.projects.services import (
    Anonymised,
    RepositoriesSeen,
    owner_anonymise,
    project_create,
    project_rename,
    repositories_observe,
)
from laurels.domain.lifecycle.facts import PersonFact, RepositoryFact

pytestmark = pytest.mark.django_db
MARY = 8_150_815_081


@pytest.fixture(autouse=True)
def _fresh_key(tmp_path: Path, settings: Any) -> None:
    settings.LAURELS = settings.LAURELS.model_copy(update={"data_dir": tmp_path})


def fact(github_id: int, name: str, at: int, owner: int | None = None) -> RepositoryFact:
    login = name.partition("/")[0]
    return RepositoryFact(github_id, name, login, owner, None, None, None, at)


def observe(*facts: RepositoryFact) -> RepositoriesSeen:
    return repositories_observe(facts, register=Register.all(), now=9, acting=SYSTEM)


def erase() -> Anonymised:
    ids = people_observe(
        [PersonFact(MARY, "Mary", "User", 1)], bot_logins=(), now=1, acting=SYSTEM
    ).ids
    done = owner_anonymise(github_id=MARY, logins=["Mary"], now=50, acting=operator())
    forget(ids[MARY], now=50, acting=operator())
    return done


def names() -> str:
    return repr(
        [
            *Repository.objects.values_list("full_name", "owner_login", "owner_github_id"),
            *Project.objects.values_list("slug", "name", "owner_key"),
            *SlugHistory.objects.values_list("slug"),
        ]
    ).casefold()


def test_anonymise_when_called_then_repositories_and_project_lose_the_name() -> None:
    ids = observe(
        fact(1, "Mary/notes", 1, MARY), fact(2, "mary/tools", 1), fact(3, "kube/a", 1)
    ).ids
    ref = Project.objects.get(slug="mary").ref
    done = erase()
    assert done.repositories == {ids[1], ids[2]}
    assert "mary" not in names()
    assert str(MARY) not in names()
    first = Repository.objects.get(pk=ids[1])
    assert (first.full_name, first.owner_login) == (f"erased/repository-{ids[1]}", "")
    project = Project.objects.get(pk__in=done.projects)
    assert (project.slug, project.name) == (f"erased-{ref[:8]}", "Erased")
    assert Repository.objects.get(pk=ids[3]).full_name == "kube/a"


def test_anonymise_when_the_project_was_renamed_then_its_old_slug_goes_too() -> None:
    observe(fact(1, "Mary/notes", 1, MARY))
    project_rename(Project.objects.get().pk, slug="engines", now=2, acting=operator())
    erase()
    assert "mary" not in names()
    assert not SlugHistory.objects.exists()


def test_anonymise_when_the_repository_is_in_another_project_then_that_keeps_its_name() -> None:
    project_create(slug="hall", name="Hall", owner_login="kube", now=1, acting=SYSTEM)
    observe(fact(1, "kube/notes", 1, 70))
    observe(fact(1, "Mary/notes", 2, MARY))
    done = erase()
    assert len(done.repositories) == 1
    assert done.projects == frozenset()
    assert Project.objects.get().slug == "hall"


def test_anonymise_when_somebody_took_the_login_over_then_theirs_stay() -> None:
    observe(fact(1, "mary/new-things", 1, 900))
    assert erase().repositories == frozenset()
    assert Repository.objects.get().full_name == "mary/new-things"


def test_anonymise_when_the_id_is_unknown_then_logins_decide() -> None:
    observe(fact(1, "mary/notes", 1))
    done = owner_anonymise(github_id=None, logins=["MARY", ""], now=5, acting=operator())
    assert len(done.repositories) == 1
    assert owner_anonymise(github_id=None, logins=[], now=5, acting=operator()) == Anonymised(
        frozenset(), frozenset()
    )


@pytest.mark.parametrize("owner", [None, MARY])
def test_observe_when_the_owner_is_erased_then_the_name_does_not_come_back(
    owner: int | None,
) -> None:
    known = fact(1, "Mary/notes", 1, MARY)
    ids = observe(known).ids
    erase()
    for at in (1, 60):
        seen = observe(fact(1, "mary/notes-2", at, owner))
        assert seen.ids == ids
        assert not (seen.renamed or seen.changed)
    observe(known)
    assert "mary" not in names()
    assert str(MARY) not in names()
    assert Project.objects.count() == 1


@pytest.mark.parametrize("owner", [None, MARY])
def test_observe_when_a_new_repository_is_an_erased_persons_then_it_gets_no_name(
    owner: int | None,
) -> None:
    erase()
    seen = observe(fact(5, "Mary/more", 60, owner), fact(6, "mary/again", 60, owner))
    pk = seen.ids[5]
    assert Repository.objects.get(pk=pk).full_name == f"erased/repository-{pk}"
    assert "mary" not in names()
    project = Project.objects.get()
    assert (project.slug, project.name) == ("erased-owners", "Erased owners")
    assert {rows[0][2] for rows in memberships_for(seen.ids.values()).values()} == {project.pk}
    assert observe(fact(5, "Mary/more", 60, owner)).ids == {5: pk}


def test_observe_when_an_erased_owner_gave_it_away_then_the_new_name_is_taken() -> None:
    observe(fact(1, "Mary/notes", 1, MARY))
    erase()
    seen = observe(fact(1, "kube/notes", 60, 70))
    assert Repository.objects.get(pk=seen.ids[1]).full_name == "kube/notes"
    assert Repository.objects.get(pk=seen.ids[1]).owner_github_id == 70
    assert seen.renamed == seen.changed == {seen.ids[1]}


def test_observe_when_somebody_took_the_erased_login_over_then_their_name_is_taken() -> None:
    erase()
    seen = observe(fact(1, "mary/other", 60, 900))
    assert Repository.objects.get(pk=seen.ids[1]).full_name == "mary/other"


def test_observe_when_a_fact_comes_without_a_name_then_none_is_invented() -> None:
    nameless = RepositoryFact(1, "", "", None, None, None, None, 5)
    pk = observe(nameless).ids[1]
    assert Repository.objects.get().full_name == f"erased/repository-{pk}"
    assert (
        repositories_observe(
            [RepositoryFact(2, "", "", None, None, None, None, 5)],
            register=Register.orgs(["mary"]),
            now=9,
            acting=SYSTEM,
        ).ids
        == {}
    )
