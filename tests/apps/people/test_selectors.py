from __future__ import annotations

import pytest

from laurels.apps.audit.actors import SYSTEM
from laurels.apps.people.errors import ContributorNotFound
from laurels.apps.people.selectors import access_contributor, aliases_of, contributors_by_login
from laurels.apps.people.services import people_observe
from laurels.domain.lifecycle.facts import PersonFact

pytestmark = pytest.mark.django_db


def observe(*seen: tuple[int, str, int]) -> dict[int, int]:
    facts = [PersonFact(github_id, login, "User", at) for github_id, login, at in seen]
    return people_observe(facts, bot_logins=(), now=1, acting=SYSTEM).ids


def test_access_when_a_login_was_recycled_then_its_present_holder_is_found() -> None:
    ids = observe((1, "ada", 1), (1, "ada-old", 5), (2, "ada", 9))
    assert access_contributor("ada").pk == ids[2]
    assert access_contributor("Ada-Old").pk == ids[1]


def test_access_when_two_rows_hold_the_login_then_the_latest_is_found() -> None:
    ids = observe((1, "ada", 1), (2, "ada", 9))
    assert access_contributor("ada").pk == ids[2]
    observe((1, "ada", 10))
    assert access_contributor("ada").pk == ids[1]


def test_access_when_two_had_the_login_then_the_newest_alias_is_found() -> None:
    ids = observe((1, "ada", 1), (1, "one", 5), (2, "ada", 7), (2, "two", 9))
    assert access_contributor("ada").pk == ids[2]


@pytest.mark.parametrize("login", ["nobody", "", "ada lovelace"])
def test_access_when_nobody_has_the_login_then_not_found(login: str) -> None:
    observe((1, "ada", 1))
    with pytest.raises(ContributorNotFound):
        access_contributor(login)


def test_by_login_when_asked_for_many_then_they_are_keyed_as_asked() -> None:
    ids = observe((1, "ada", 1), (1, "countess", 2), (2, "bo", 1))
    found = contributors_by_login(["ADA", "Countess", "bo", "none", ""])
    assert {login: person.pk for login, person in found.items()} == {
        "ADA": ids[1],
        "Countess": ids[1],
        "bo": ids[2],
    }


def test_aliases_when_there_are_several_then_the_latest_comes_first() -> None:
    ids = observe((1, "a", 1), (1, "b", 3), (1, "c", 2), (1, "d", 4))
    assert aliases_of(ids[1]) == ["b", "c", "a"]
