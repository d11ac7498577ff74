from __future__ import annotations

import json

import pytest
from django.db import IntegrityError, connection, transaction

from laurels.apps.audit.actors import operator
from laurels.apps.audit.models import AuditRow
from laurels.apps.people.errors import AlreadyBanned, ContributorNotFound, NotBanned
from laurels.apps.people.models import Ban, Contributor
from laurels.apps.people.selectors import bans_for
from laurels.apps.people.services import ban_lift, ban_start

pytestmark = pytest.mark.django_db


def make(login: str, **fields: object) -> Contributor:
    return Contributor.objects.create(
        ref=login.ljust(32, "0"), login=login, login_key=login, first_seen_at=1, **fields
    )


@pytest.fixture
def contributor() -> Contributor:
    return make("ada")


def start(person: Contributor, **more: int | None) -> Ban:
    return ban_start(person.pk, reason="spam", now=100, acting=operator(), **more)


def lift(person: Contributor, now: int, **more: bool) -> Ban:
    return ban_lift(person.pk, reason="sorry", now=now, acting=operator(), **more)


def test_ban_when_started_then_it_runs_from_now_until_lifted(contributor: Contributor) -> None:
    start(contributor)
    assert bans_for([contributor.pk]) == {contributor.pk: ((100, None),)}
    lift(contributor, 200)
    assert bans_for([contributor.pk]) == {contributor.pk: ((100, 200),)}


def test_ban_when_lifted_and_annulled_then_it_never_was(contributor: Contributor) -> None:
    start(contributor)
    lift(contributor, 200, annul=True)
    assert bans_for([contributor.pk]) == {}
    start(contributor, starts_at=50)
    assert bans_for([contributor.pk]) == {contributor.pk: ((50, None),)}


def test_ban_when_it_has_not_begun_then_lifting_takes_it_away(contributor: Contributor) -> None:
    start(contributor, starts_at=500, ends_at=600)
    lift(contributor, 200)
    assert bans_for([contributor.pk]) == {}


def test_ban_when_started_and_lifted_then_both_leave_an_audit_row(contributor: Contributor) -> None:
    start(contributor)
    lift(contributor, 200)
    first, second = AuditRow.objects.order_by("id")
    assert (first.action, first.reason) == ("ban:start", "spam")
    assert json.loads(first.after) == {"starts_at": 100, "ends_at": None}
    assert (second.action, json.loads(second.after)["ends_at"]) == ("ban:lift", 200)
    assert first.subject == second.subject == f"contributor:{contributor.ref}"


@pytest.mark.parametrize(
    ("first", "second", "overlaps"),
    [
        ((100, None), (200, 300), True),
        ((100, None), (50, 100), False),
        ((100, 200), (200, None), False),
        ((100, 200), (199, 300), True),
        ((100, 200), (50, 101), True),
        ((100, 200), (50, 300), True),
        ((100, 200), (50, None), True),
    ],
)
def test_ban_when_another_runs_in_that_time_then_it_is_refused(
    contributor: Contributor,
    first: tuple[int, int | None],
    second: tuple[int, int | None],
    overlaps: bool,
) -> None:
    start(contributor, starts_at=first[0], ends_at=first[1])
    if overlaps:
        with pytest.raises(AlreadyBanned):
            start(contributor, starts_at=second[0], ends_at=second[1])
    else:
        start(contributor, starts_at=second[0], ends_at=second[1])
    assert Ban.objects.count() == 2 - overlaps


def test_ban_when_it_ends_before_it_starts_then_it_is_refused(contributor: Contributor) -> None:
    with pytest.raises(ValueError, match="end after"):
        start(contributor, starts_at=100, ends_at=100)


def test_ban_when_nobody_or_erased_then_not_found() -> None:
    gone = make("bo", erased_at=5)
    for pk in (gone.pk, gone.pk + 1):
        with pytest.raises(ContributorNotFound):
            ban_start(pk, reason="spam", now=100, acting=operator())


def test_lift_when_no_ban_is_in_force_then_it_is_refused(contributor: Contributor) -> None:
    with pytest.raises(NotBanned):
        lift(contributor, 100)
    start(contributor, starts_at=100, ends_at=150)
    with pytest.raises(NotBanned):
        lift(contributor, 150)


def test_lift_when_somebody_else_was_first_then_it_is_refused(contributor: Contributor) -> None:
    start(contributor)

    def interfere(execute, sql, params, many, context):  # type: ignore[no-untyped-def]
        if sql.startswith("UPDATE"):
            with connection.cursor() as cursor:
                cursor.cursor.execute("UPDATE people_ban SET ends_at = 150")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(interfere), pytest.raises(NotBanned, match="somebody else"):
        lift(contributor, 200)


def test_start_when_somebody_else_was_first_then_it_is_refused(contributor: Contributor) -> None:
    def interfere(execute, sql, params, many, context):  # type: ignore[no-untyped-def]
        if sql.startswith('INSERT INTO "people_ban"') and not Ban.objects.exists():
            with connection.cursor() as cursor:
                cursor.cursor.execute(
                    "INSERT INTO people_ban (contributor_id, starts_at, reason)"
                    f" VALUES ({contributor.pk}, 90, 'first')"
                )
        return execute(sql, params, many, context)

    with connection.execute_wrapper(interfere), pytest.raises(AlreadyBanned):
        start(contributor)
    assert not AuditRow.objects.exists()


def test_ban_when_two_have_no_end_then_the_engine_refuses(contributor: Contributor) -> None:
    start(contributor)
    with pytest.raises(IntegrityError), transaction.atomic():
        contributor.bans.create(starts_at=1, reason="again")


def test_bans_for_when_asked_for_many_then_each_has_their_own_in_order() -> None:
    ada, bo, cy = make("ada"), make("bo"), make("cy")
    start(ada, starts_at=300)
    start(ada, starts_at=10, ends_at=20)
    start(bo, starts_at=5, ends_at=6)
    found = bans_for([ada.pk, bo.pk, cy.pk])
    assert found == {ada.pk: ((10, 20), (300, None)), bo.pk: ((5, 6),)}
