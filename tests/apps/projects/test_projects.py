from __future__ import annotations

import json

import pytest
from django.db import connection

from laurels.apps.audit.actors import SYSTEM, operator
from laurels.apps.audit.models import AuditRow
from laurels.apps.projects.errors import ProjectFaults, ProjectNotFound, StateConflict
from laurels.apps.projects.models import Project, SlugHistory, Tag
from laurels.apps.projects.selectors import access_project, archivals_for, projects_list
from laurels.apps.projects.services import (
    project_archive,
    project_create,
    project_rename,
    project_unarchive,
    project_update,
    tags_set,
)

pytestmark = pytest.mark.django_db
REASON = "quiet for a year"


def create(slug: str, **more: str) -> Project:
    fields = {"name": slug.title(), **more}
    return project_create(slug=slug, now=100, acting=operator(), **fields)


def faults_of(**fields: str) -> dict[str, str]:
    with pytest.raises(ProjectFaults) as caught:
        create(**{"slug": "fine", "name": "Fine", **fields})
    return dict(caught.value.faults)


def actions() -> list[str]:
    return list(AuditRow.objects.order_by("id").values_list("action", flat=True))


def test_create_when_all_is_well_then_it_is_there_with_a_random_reference() -> None:
    hall = create("hall", kind="chapter", description="Where we meet", difficulty="beginner")
    assert Project.objects.get() == hall
    assert (hall.kind, hall.created_at, len(hall.ref)) == ("chapter", 100, 32)
    row = AuditRow.objects.get()
    assert (row.action, row.subject) == ("project:create", f"project:{hall.ref}")


def test_create_when_many_things_are_wrong_then_all_are_named() -> None:
    faults = faults_of(
        slug="Not Good", name=" ", kind="club", description="x" * 1001, difficulty="y" * 21
    )
    assert set(faults) == {"slug", "name", "kind", "description", "difficulty"}
    assert not Project.objects.exists()
    assert actions() == []


@pytest.mark.parametrize("slug", ["", "-a", "a-", "a b", "Ab", "ä", "a/b", "x" * 101, "new", "all"])
def test_create_when_the_slug_cannot_be_used_then_it_is_refused(slug: str) -> None:
    assert set(faults_of(slug=slug)) == {"slug"}


@pytest.mark.parametrize("slug", ["a", "1", "a.b", "a-b_c", "x" * 100])
def test_create_when_the_slug_can_be_used_then_it_is_taken(slug: str) -> None:
    assert create(slug).slug == slug


@pytest.mark.parametrize("name", ["x" * 201, "two\nlines", "\t"])
def test_create_when_the_name_cannot_be_used_then_it_is_refused(name: str) -> None:
    assert set(faults_of(name=name)) == {"name"}


def test_create_when_slug_or_owner_are_taken_then_both_are_named() -> None:
    create("hall", owner_login="Kube")
    faults = faults_of(slug="hall", owner_login="kuBE")
    assert faults == {
        "slug": "is taken",
        "owner_login": "another project takes this owner's repositories",
    }


def test_rename_when_the_slug_changes_then_the_old_one_still_leads_there() -> None:
    hall = create("hall")
    project_rename(hall.pk, slug="lobby", name="Lobby", now=200, acting=operator())
    assert access_project("hall") == access_project("LOBBY") == hall
    assert access_project("hall").slug == "lobby"
    assert actions() == ["project:create", "project:rename"]


def test_rename_when_going_back_then_the_slug_is_no_old_one() -> None:
    hall = create("hall")
    project_rename(hall.pk, slug="lobby", now=200, acting=operator())
    project_rename(hall.pk, slug="hall", now=300, acting=operator())
    assert list(SlugHistory.objects.values_list("slug", flat=True)) == ["lobby"]
    assert access_project("lobby").slug == "hall"


def test_rename_when_only_the_name_changes_then_no_old_slug_is_kept() -> None:
    hall = create("hall")
    assert project_rename(hall.pk, name="  Great Hall ", now=2, acting=SYSTEM).name == "Great Hall"
    assert not SlugHistory.objects.exists()


def test_rename_when_the_slug_is_or_was_anothers_then_it_is_refused() -> None:
    hall, attic = create("hall"), create("attic")
    project_rename(hall.pk, slug="lobby", now=200, acting=operator())
    for slug in ("lobby", "hall"):
        with pytest.raises(ProjectFaults, match="slug: is taken"):
            project_rename(attic.pk, slug=slug, now=300, acting=operator())
    assert set(faults_of(slug="hall")) == {"slug"}


def test_rename_when_an_old_slug_is_odd_then_a_new_name_is_still_possible() -> None:
    odd = Project.objects.create(ref="r" * 32, slug="new", name="New", created_at=1)
    assert project_rename(odd.pk, name="Fresh", now=2, acting=SYSTEM).slug == "new"


def test_update_when_called_then_only_what_is_given_changes() -> None:
    hall = create("hall", description="old", difficulty="easy")
    project_update(hall.pk, description="new", now=2, acting=operator())
    hall.refresh_from_db()
    assert (hall.description, hall.difficulty) == ("new", "easy")
    project_update(hall.pk, difficulty="hard", now=2, acting=operator())
    with pytest.raises(ProjectFaults, match="difficulty"):
        project_update(hall.pk, difficulty="x" * 21, now=2, acting=operator())
    assert actions() == ["project:create", "project:update", "project:update"]


def test_archive_when_done_and_undone_then_the_interval_is_kept() -> None:
    hall = create("hall")
    project_archive(hall.pk, reason=REASON, now=200, acting=operator())
    project_unarchive(hall.pk, reason="busy again", now=300, acting=operator())
    project_archive(hall.pk, reason=REASON, now=350, at=320, acting=operator())
    assert archivals_for([hall.pk]) == {hall.pk: ((200, 300), (320, None))}
    row = AuditRow.objects.filter(action="project:archive").order_by("id")[0]
    assert (row.reason, json.loads(row.after)) == (REASON, {"starts_at": 200})


def test_archive_when_it_is_so_already_then_it_is_refused() -> None:
    hall = create("hall")
    with pytest.raises(StateConflict):
        project_unarchive(hall.pk, reason="", now=1, acting=operator())
    project_archive(hall.pk, reason=REASON, now=200, acting=operator())
    with pytest.raises(StateConflict):
        project_archive(hall.pk, reason=REASON, now=201, acting=operator())
    assert archivals_for([hall.pk]) == {hall.pk: ((200, None),)}
    assert actions() == ["project:create", "project:archive"]


def interfering(statement: str, verb: str):  # type: ignore[no-untyped-def]
    """Let another transaction be faster, just before the first statement of this verb."""
    done: list[bool] = []

    def interfere(execute, sql, params, many, context):  # type: ignore[no-untyped-def]
        if sql.startswith(verb) and not done:
            done.append(True)
            with connection.cursor() as cursor:
                cursor.execute(statement)
        return execute(sql, params, many, context)

    return connection.execute_wrapper(interfere)


def test_unarchive_when_somebody_else_was_first_then_it_is_refused() -> None:
    hall = create("hall")
    project_archive(hall.pk, reason=REASON, now=200, acting=operator())
    statement = "UPDATE projects_projectarchival SET ends_at = 250"
    with interfering(statement, "UPDATE"), pytest.raises(StateConflict, match="somebody else"):
        project_unarchive(hall.pk, reason="", now=300, acting=operator())


def test_rename_when_somebody_takes_the_slug_meanwhile_then_it_is_refused() -> None:
    hall, attic = create("hall"), create("attic")
    statement = f"UPDATE projects_project SET slug = 'lobby' WHERE id = {attic.pk}"
    with interfering(statement, "UPDATE"), pytest.raises(ProjectFaults, match="slug: is taken"):
        project_rename(hall.pk, slug="lobby", now=300, acting=operator())


def test_tags_when_set_then_exactly_these_are_carried() -> None:
    hall = create("hall")
    assert tags_set(hall.pk, [" Go ", "c++", "go"], now=1, acting=operator()) == ("c++", "go")
    assert tags_set(hall.pk, ["go", "rust"], now=2, acting=operator()) == ("go", "rust")
    assert projects_list()[0].tags == ("go", "rust")
    assert str(Tag.objects.get(key="rust")) == "rust"
    tags_set(hall.pk, ["rust", "go"], now=3, acting=operator())
    assert actions() == ["project:create", "project:tag", "project:tag"]
    assert tags_set(hall.pk, [], now=4, acting=operator()) == ()


@pytest.mark.parametrize("key", ["", "a b", "x" * 61, "é"])
def test_tags_when_one_cannot_be_used_then_nothing_changes(key: str) -> None:
    hall = create("hall")
    with pytest.raises(ProjectFaults):
        tags_set(hall.pk, ["go", key], now=1, acting=operator())
    assert not Tag.objects.exists()


def test_services_when_there_is_no_such_project_then_not_found() -> None:
    with pytest.raises(ProjectNotFound):
        project_rename(1, name="x", now=1, acting=operator())
    with pytest.raises(ProjectNotFound):
        project_archive(1, reason="", now=1, acting=operator())
    with pytest.raises(ProjectNotFound):
        access_project("nowhere")


def test_list_when_asked_then_counts_and_filters_hold() -> None:
    hall, attic, cellar = create("hall"), create("attic", kind="chapter"), create("cellar")
    tags_set(attic.pk, ["go"], now=1, acting=operator())
    project_archive(cellar.pk, reason=REASON, now=1, acting=operator())
    assert [row.slug for row in projects_list()] == ["attic", "cellar", "hall"]
    assert [row.slug for row in projects_list(kind="chapter")] == ["attic"]
    assert [row.slug for row in projects_list(tag="go")] == ["attic"]
    assert [row.slug for row in projects_list(search="ALL")] == ["hall"]
    assert [row.slug for row in projects_list(include_archived=False)] == ["attic", "hall"]
    archived = {row.slug: row.is_archived for row in projects_list()}
    assert archived == {"attic": False, "cellar": True, "hall": False}
    assert projects_list(search="hall")[0].id == hall.pk
