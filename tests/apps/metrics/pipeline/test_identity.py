"""Who is meant by an id, a login or a token; logins kept for people to come."""

from __future__ import annotations

import uuid

import pytest
from django.conf import settings

from laurels.apps.audit.actors import SYSTEM
from laurels.apps.metrics.errors import IdentityMismatch, IdentityWithheld, PersonUnknown
from laurels.apps.metrics.services.identity import Identity, identity_find, identity_keep
from laurels.apps.metrics.services.pipeline import ingest_user_github_activity
from laurels.apps.people.errors import LoginTaken
from laurels.apps.people.models import Alias, Contributor, LoginReservation
from laurels.apps.people.selectors import person_by_ref
from laurels.apps.people.services.reservations import login_reserve, reservations_sweep
from laurels.apps.recognition.services import person_erase
from tests.apps import factories
from tests.apps.intake.sync.conftest import Hall
from tests.apps.metrics.pipeline.conftest import carl


def find(hall: Hall, user_id: str | None = None, login: str | None = None) -> Identity:
    return identity_find(user_id, login, now=hall.now())


def kept(hall: Hall, user_id: str | None = None, login: str | None = None) -> Identity:
    return identity_keep(find(hall, user_id, login), now=hall.now(), acting=SYSTEM)


def test_id_when_known_then_it_wins_and_another_login_is_refused(hall: Hall) -> None:
    person = carl(hall)
    factories.contributor("otto")
    user_id = str(uuid.UUID(person.ref))
    assert find(hall, user_id).contributor == person
    assert find(hall, user_id, "CARL").login == "carl"
    for login in ("otto", "stranger"):
        with pytest.raises(IdentityMismatch):
            find(hall, user_id, login)


def test_id_when_known_and_the_login_is_one_they_had_then_theirs(hall: Hall) -> None:
    person = carl(hall)
    Alias.objects.create(contributor=person, login="kalle", login_key="kalle", last_seen_at=1)
    assert find(hall, str(uuid.UUID(person.ref)), "kalle").contributor == person
    assert find(hall, None, "Kalle").contributor == person


def test_id_when_unknown_then_it_needs_a_login_that_nobody_has(hall: Hall) -> None:
    carl(hall)
    user_id = str(uuid.uuid4())
    with pytest.raises(PersonUnknown):
        find(hall, user_id)
    with pytest.raises(IdentityMismatch):
        find(hall, user_id, "carl")
    found = kept(hall, user_id, "newcomer")
    assert (found.user_id, found.contributor) == (user_id, None)
    assert hall.town.hub.faults.count() == 0
    # Kept, the id alone says who is meant; another login, or another id for the login, is refused.
    assert find(hall, user_id).login == "newcomer"
    with pytest.raises(IdentityMismatch):
        find(hall, user_id, "other")
    with pytest.raises(IdentityMismatch):
        find(hall, str(uuid.uuid4()), "NewComer")


def test_login_when_asked_for_twice_then_one_reservation_in_any_case(hall: Hall) -> None:
    first, second = kept(hall, None, "newcomer"), kept(hall, None, "NewComer")
    assert (first.ref, first.login) == (second.ref, second.login)
    assert LoginReservation.objects.count() == 1
    assert first.user_id == str(uuid.UUID(first.ref))


def test_reservation_when_it_ran_out_then_the_login_is_free_and_the_id_unknown(hall: Hall) -> None:
    first = kept(hall, None, "newcomer")
    hall.town.clock.forward(settings.LAURELS.github_login_reservation_ttl_seconds)
    with pytest.raises(PersonUnknown):
        find(hall, first.user_id)
    second = kept(hall, None, "newcomer")
    assert second.ref != first.ref
    assert LoginReservation.objects.count() == 1
    hall.town.clock.forward(settings.LAURELS.github_login_reservation_ttl_seconds)
    assert reservations_sweep(now=hall.now()) == 1


def test_reservation_when_confirmed_then_never_swept(hall: Hall) -> None:
    user_id = ingest_user_github_activity(github_login="carl")["user_id"]
    hall.town.clock.forward(settings.LAURELS.github_login_reservation_ttl_seconds * 2)
    assert reservations_sweep(now=hall.now()) == 0
    assert find(hall, user_id).contributor == Contributor.objects.get()


def test_reservation_when_two_ask_at_once_then_the_second_is_refused(hall: Hall) -> None:
    def reserve(login: str, ref: str) -> LoginReservation:
        return login_reserve(login, ref=ref, lasts_seconds=60, now=hall.now(), acting=SYSTEM)

    row = reserve("newcomer", "a" * 32)
    assert reserve("newcomer", "a" * 32).pk == row.pk
    for login, ref in (("newcomer", "b" * 32), ("another", "a" * 32)):
        with pytest.raises(LoginTaken):
            reserve(login, ref)


def test_token_when_github_names_somebody_new_then_a_person_at_once(hall: Hall) -> None:
    token = hall.town.hub.world.token_for(hall.town.outsider)
    theirs = hall.github.using(token)
    found = identity_find(None, None, theirs, now=hall.now())
    assert (found.login, found.github_id, found.is_new) == ("otto", hall.town.outsider.id, True)
    person = identity_keep(found, now=hall.now(), acting=SYSTEM).contributor
    assert person == Contributor.objects.get(ref=found.ref)
    assert identity_find(None, None, theirs, now=hall.now()).contributor == person


def test_erased_when_meant_then_nobody_and_the_logins_kept_for_them_are_gone(hall: Hall) -> None:
    user_id = ingest_user_github_activity(github_login="carl")["user_id"]
    person = Contributor.objects.get()
    person_erase(person.pk, reason="asked", now=hall.now(), acting=SYSTEM)
    assert person_by_ref(person.ref) is None
    assert not LoginReservation.objects.exists()
    with pytest.raises(PersonUnknown):
        find(hall, user_id)
    theirs = hall.github.using(hall.town.hub.world.token_for(hall.town.contributor))
    found = identity_find(None, None, theirs, now=hall.now())
    with pytest.raises(IdentityWithheld):
        identity_keep(found, now=hall.now(), acting=SYSTEM)
