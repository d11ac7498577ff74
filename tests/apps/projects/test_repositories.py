from __future__ import annotations

import json

import pytest
from django.db import IntegrityError, connection, transaction

from laurels.apps.audit.actors import SYSTEM, operator
from laurels.apps.audit.models import AuditRow
from laurels.apps.projects.errors import ProjectNotFound, RepositoryNotFound, StateConflict
from laurels.apps.projects.models import Project, Repository, RepositoryMembership
from laurels.apps.projects.selectors import (
    access_repository,
    disablements_for,
    memberships_for,
    project_at,
    projects_list,
    repositories_of,
)
from laurels.apps.projects.services import (
    project_create,
    repository_disable,
    repository_enable,
    repository_move,
)

pytestmark = pytest.mark.django_db


def project(slug: str) -> Project:
    return project_create(slug=slug, name=slug, now=1, acting=SYSTEM)


@pytest.fixture
def repository() -> Repository:
    return Repository.objects.create(
        github_id=1, full_name="kube/api", owner_login="kube", seen_at=1
    )


def move(repository: Repository, to: Project, at: int) -> RepositoryMembership:
    return repository_move(repository.pk, to.pk, now=at, acting=operator())


def test_move_when_repeated_then_the_intervals_meet(repository: Repository) -> None:
    hall, attic = project("hall"), project("attic")
    move(repository, hall, 100)
    move(repository, attic, 200)
    move(repository, hall, 300)
    assert memberships_for([repository.pk]) == {
        repository.pk: (
            (None, 200, hall.pk),
            (200, 300, attic.pk),
            (300, None, hall.pk),
        )
    }
    counts = {row.slug: row.repositories for row in projects_list()}
    assert counts == {"attic": 0, "hall": 1}
    assert list(repositories_of(hall.pk)) == [repository]
    row = AuditRow.objects.filter(action="repository:move").order_by("id")[1]
    assert json.loads(row.before) == {"project": hall.ref}
    assert json.loads(row.after) == {"project": attic.ref, "at": 200}


def test_move_when_it_is_there_already_or_came_later_then_it_is_refused(
    repository: Repository,
) -> None:
    hall, attic = project("hall"), project("attic")
    move(repository, hall, 100)
    with pytest.raises(StateConflict, match="already"):
        move(repository, hall, 150)
    move(repository, attic, 200)
    with pytest.raises(StateConflict, match="after that time"):
        repository_move(repository.pk, hall.pk, now=300, at=200, acting=operator())
    assert len(memberships_for([repository.pk])[repository.pk]) == 2


def test_move_when_repository_or_project_are_unknown_then_not_found(
    repository: Repository,
) -> None:
    with pytest.raises(ProjectNotFound):
        repository_move(repository.pk, 1, now=1, acting=operator())
    with pytest.raises(RepositoryNotFound):
        repository_move(repository.pk + 1, 1, now=1, acting=operator())


def steal(statement: str, verb: str):  # type: ignore[no-untyped-def]
    """Let another transaction be faster, just before the first statement of this verb."""
    done: list[bool] = []

    def interfere(execute, sql, params, many, context):  # type: ignore[no-untyped-def]
        if sql.startswith(verb) and not done:
            done.append(True)
            with connection.cursor() as cursor:
                cursor.execute(statement)
        return execute(sql, params, many, context)

    return connection.execute_wrapper(interfere)


def test_move_when_somebody_else_was_first_then_it_is_refused(repository: Repository) -> None:
    hall, attic = project("hall"), project("attic")
    move(repository, hall, 100)
    table = "projects_repositorymembership"
    with steal(f"UPDATE {table} SET ends_at = 150", "UPDATE"), pytest.raises(StateConflict):
        move(repository, attic, 200)
    assert repository.memberships.get().project == hall


def test_move_when_somebody_else_placed_it_first_then_it_is_refused(
    repository: Repository,
) -> None:
    hall, attic = project("hall"), project("attic")
    into = "projects_repositorymembership (repository_id, project_id)"
    statement = f"INSERT INTO {into} VALUES ({repository.pk}, {attic.pk})"
    with steal(statement, "INSERT INTO"), pytest.raises(StateConflict):
        move(repository, hall, 100)
    assert not AuditRow.objects.filter(action="repository:move").exists()


def test_enable_when_somebody_else_was_first_then_it_is_refused(repository: Repository) -> None:
    repository_disable(repository.pk, reason="manual", now=100, acting=operator())
    statement = "UPDATE projects_repositorydisablement SET ends_at = 150"
    with steal(statement, "UPDATE"), pytest.raises(StateConflict, match="somebody else"):
        repository_enable(repository.pk, reason="", now=200, acting=operator())


def test_membership_when_two_are_open_then_the_engine_refuses(repository: Repository) -> None:
    hall = project("hall")
    repository.memberships.create(project=hall)
    for interval in ({"starts_at": 5}, {"ends_at": 5}):
        with pytest.raises(IntegrityError), transaction.atomic():
            repository.memberships.create(project=hall, **interval)
    assert repository.memberships.count() == 1


def test_disable_when_done_and_undone_then_the_interval_is_kept(repository: Repository) -> None:
    repository_disable(repository.pk, reason="privatised", now=100, acting=operator())
    repository_enable(repository.pk, reason="public again", now=200, acting=operator())
    repository_disable(repository.pk, reason="manual", now=300, at=250, acting=operator())
    assert disablements_for([repository.pk]) == {repository.pk: ((100, 200), (250, None))}
    actions = AuditRow.objects.order_by("id").values_list("action", "reason")
    assert list(actions)[:2] == [
        ("repository:disable", "privatised"),
        ("repository:enable", "public again"),
    ]


def test_disable_when_it_is_so_already_then_it_is_refused(repository: Repository) -> None:
    with pytest.raises(StateConflict):
        repository_enable(repository.pk, reason="", now=1, acting=operator())
    repository_disable(repository.pk, reason="manual", now=100, acting=operator())
    with pytest.raises(StateConflict):
        repository_disable(repository.pk, reason="manual", now=101, acting=operator())
    with pytest.raises(RepositoryNotFound):
        repository_disable(repository.pk + 1, reason="manual", now=1, acting=operator())
    assert disablements_for([repository.pk]) == {repository.pk: ((100, None),)}


@pytest.mark.parametrize(
    ("memberships", "opened_at", "expected"),
    [
        ((), 5, None),
        (((None, None, 1),), None, 1),
        (((None, 10, 1), (10, None, 2)), 9, 1),
        (((None, 10, 1), (10, None, 2)), 10, 2),
        (((None, 10, 1), (10, 20, 2), (20, None, 1)), 25, 1),
        (((50, None, 3),), 5, 3),
        (((None, 10, 1), (10, None, 2)), None, 1),
    ],
)
def test_project_at_when_work_was_opened_then_its_project_is_told(
    memberships: tuple[tuple[int | None, int | None, int], ...],
    opened_at: int | None,
    expected: int | None,
) -> None:
    assert project_at(memberships, opened_at) == expected


def test_access_when_a_name_was_reused_then_the_latest_repository_is_found(
    repository: Repository,
) -> None:
    later = Repository.objects.create(
        github_id=2, full_name="Kube/API", owner_login="Kube", seen_at=5
    )
    assert access_repository("kube/api") == later
    with pytest.raises(RepositoryNotFound):
        access_repository("kube/none")
