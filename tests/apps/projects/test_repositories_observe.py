from __future__ import annotations

import json
import random

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from laurels.apps.audit.actors import SYSTEM
from laurels.apps.projects.models import Project, Repository, RepositoryMembership
from laurels.apps.projects.register import Register
from laurels.apps.projects.selectors import memberships_for
from laurels.apps.projects.services import RepositoriesSeen, project_create, repositories_observe
from laurels.domain.lifecycle.facts import RepositoryFact

pytestmark = pytest.mark.django_db
COLUMNS = [field.attname for field in Repository._meta.concrete_fields if field.attname != "id"]


def fact(
    github_id: int,
    full_name: str,
    at: int,
    *,
    owner: int | None = None,
    fork: bool | None = None,
    private: bool | None = None,
    topics: tuple[str, ...] | None = None,
) -> RepositoryFact:
    login = full_name.partition("/")[0]
    return RepositoryFact(github_id, full_name, login, owner, fork, private, topics, at)


def observe(*facts: RepositoryFact, register: Register | None = None) -> RepositoriesSeen:
    return repositories_observe(facts, register=register or Register.all(), now=9, acting=SYSTEM)


def rows() -> list[tuple[object, ...]]:
    return list(Repository.objects.order_by("github_id").values_list(*COLUMNS))


def statements(*facts: RepositoryFact) -> list[str]:
    with CaptureQueriesContext(connection) as queries:
        observe(*facts)
    return [query["sql"] for query in queries if "SAVEPOINT" not in query["sql"]]


def test_observe_when_a_repository_is_new_then_it_joins_its_owners_project() -> None:
    seen = observe(fact(1, "Kube/api", 5, owner=70, fork=False, topics=("go", "api")))
    repository, project = Repository.objects.get(), Project.objects.get()
    assert seen == RepositoriesSeen(
        {1: repository.pk}, frozenset([repository.pk]), frozenset(), frozenset()
    )
    assert (repository.full_name, repository.owner_login) == ("Kube/api", "Kube")
    assert (repository.owner_github_id, repository.is_fork) == (70, False)
    assert repository.is_private is None
    assert json.loads(repository.topics or "") == ["api", "go"]
    assert str(repository) == "Kube/api"
    assert (project.slug, project.name, project.kind) == ("kube", "Kube", "project")
    assert str(project) == "Kube"
    assert memberships_for([repository.pk]) == {repository.pk: ((None, None, project.pk),)}


def test_observe_when_there_is_nothing_then_no_statement_is_needed() -> None:
    assert statements() == []


def test_observe_when_owners_differ_in_case_only_then_they_share_a_project() -> None:
    observe(fact(1, "Kube/a", 1))
    observe(fact(2, "kube/b", 2), fact(3, "KUBE/c", 2))
    assert Project.objects.get().name == "Kube"
    assert RepositoryMembership.objects.count() == 3


def test_observe_when_run_again_then_one_statement_reads_and_nothing_is_written() -> None:
    facts = [fact(n, f"o{n % 7}/r{n}", n, owner=n % 7 + 1, topics=("x",)) for n in range(1, 400)]
    observe(*facts)
    before = rows()
    assert len(statements(*facts)) == 1
    assert rows() == before


def test_observe_when_repositories_are_new_then_the_statements_do_not_grow_with_them() -> None:
    few = statements(*[fact(n, f"a{n}/r", 1, owner=n) for n in range(1, 6)])
    many = statements(*[fact(n, f"b{n}/r", 1, owner=n) for n in range(100, 2_100)])
    assert len(few) == len(many) == 10


def test_observe_when_names_change_then_the_statements_do_not_grow_with_them() -> None:
    observe(*[fact(n, f"o/r{n}", 1) for n in range(1, 501)])
    few = statements(*[fact(n, f"o/s{n}", 2, owner=9) for n in range(1, 6)])
    many = statements(*[fact(n, f"o/t{n}", 3, owner=9) for n in range(1, 501)])
    assert len(few) == len(many) == 4


def test_observe_when_renamed_then_the_newest_name_wins() -> None:
    seen = observe(fact(1, "kube/old", 5))
    assert observe(fact(1, "kube/new", 9)).renamed == set(seen.ids.values())
    assert observe(fact(1, "kube/older", 1)).renamed == frozenset()
    assert Repository.objects.get().full_name == "kube/new"


def test_observe_when_transferred_then_the_project_stays() -> None:
    observe(fact(1, "kube/api", 1))
    observe(fact(1, "other/api", 9))
    assert Repository.objects.get().owner_login == "other"
    assert Project.objects.get().slug == "kube"


def test_observe_when_a_field_is_not_carried_then_it_stays() -> None:
    observe(fact(1, "k/a", 1, owner=3, fork=True, private=False, topics=("x",)))
    seen = observe(fact(1, "k/b", 5))
    assert not seen.changed
    repository = Repository.objects.get()
    assert (repository.owner_github_id, repository.is_fork, repository.is_private) == (
        3,
        True,
        False,
    )
    assert repository.topics == '["x"]'


def test_observe_when_a_carried_field_differs_then_the_change_is_told() -> None:
    observe(fact(1, "k/a", 1, private=False, topics=("x",)), fact(2, "k/b", 1, private=False))
    seen = observe(fact(1, "k/a", 2, private=True, topics=()), fact(2, "k/b", 2, private=False))
    assert seen.changed == {seen.ids[1]}
    assert Repository.objects.get(github_id=1).topics == "[]"
    assert not observe(fact(1, "k/a", 1, topics=("late",))).changed


@pytest.mark.parametrize("seed", range(12))
def test_observe_when_facts_are_split_at_random_then_the_rows_are_those_of_one_call(
    seed: int,
) -> None:
    chance = random.Random(seed)
    facts = [
        fact(
            chance.randint(1, 3),
            chance.choice(["k/a", "k/B", "l/c"]),
            chance.randint(1, 5),
            owner=chance.choice([None, 1, 2]),
            fork=chance.choice([None, True, False]),
            private=chance.choice([None, True, False]),
            topics=chance.choice([None, (), ("x",), ("y", "x")]),
        )
        for _ in range(30)
    ]
    observe(*facts)
    expected = rows()
    Repository.objects.all().delete()
    chance.shuffle(facts)
    while facts:
        size = chance.randint(1, 6)
        observe(*facts[:size])
        if chance.random() < 0.3:
            observe(*facts[:size])
        facts = facts[size:]
    assert rows() == expected


def test_observe_when_another_transaction_was_first_then_the_rows_are_those_of_one_call() -> None:
    done: list[bool] = []

    def interfere(execute, sql, params, many, context):  # type: ignore[no-untyped-def]
        if sql.startswith("INSERT INTO projects_repository ") and not done:
            done.append(True)
            observe(fact(1, "k/newer", 9, owner=5, private=True))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(interfere):
        observe(fact(1, "k/older", 3, owner=4, fork=True))
    repository = Repository.objects.get()
    assert (repository.full_name, repository.owner_github_id) == ("k/newer", 5)
    assert (repository.is_fork, repository.is_private) == (True, True)
    assert RepositoryMembership.objects.count() == Project.objects.count() == 1


def test_observe_when_register_is_none_then_unknown_repositories_are_skipped() -> None:
    observe(fact(1, "k/a", 1))
    seen = observe(fact(1, "k/b", 2), fact(2, "k/c", 2), register=Register.none())
    assert set(seen.ids) == {1}
    assert Repository.objects.get().full_name == "k/b"


def test_observe_when_register_names_owners_then_only_theirs_are_registered() -> None:
    seen = observe(
        fact(1, "Kube/a", 1), fact(2, "other/b", 1), register=Register.orgs(["kuBE", "none"])
    )
    assert set(seen.ids) == {1}
    assert Project.objects.get().slug == "kube"


def test_observe_when_a_project_waits_for_the_owner_then_it_takes_the_repository() -> None:
    chapter = project_create(
        slug="paris", name="Paris", kind="chapter", owner_login="Kube-Paris", now=1, acting=SYSTEM
    )
    seen = observe(fact(1, "kube-paris/site", 1))
    assert memberships_for(seen.ids.values())[seen.ids[1]] == ((None, None, chapter.pk),)


def test_observe_when_the_slug_is_taken_then_a_number_follows() -> None:
    for slug in ("kube", "kube-2"):
        project_create(slug=slug, name="Another", now=1, acting=SYSTEM)
    observe(fact(1, "kube/a", 1), fact(2, "new/b", 1), fact(3, "x_/c", 1), fact(4, "x/d", 1))
    slugs = dict(Project.objects.exclude(owner_key="").values_list("owner_key", "slug"))
    assert slugs == {"kube": "kube-3", "new": "new-2", "x": "x", "x_": "x-2"}


def test_observe_when_the_slug_is_taken_meanwhile_then_the_next_is_used() -> None:
    done: list[bool] = []

    def interfere(execute, sql, params, many, context):  # type: ignore[no-untyped-def]
        if sql.startswith("INSERT INTO projects_project ") and not done:
            done.append(True)
            project_create(slug="kube", name="Quick", now=1, acting=SYSTEM)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(interfere):
        observe(fact(1, "kube/a", 1))
    assert set(Project.objects.values_list("slug", flat=True)) == {"kube", "kube-2"}
