from __future__ import annotations

import itertools
import random

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from laurels.apps.audit.actors import SYSTEM
from laurels.apps.people.models import Alias, Contributor
from laurels.apps.people.selectors import access_contributor, aliases_of
from laurels.apps.people.services import PeopleSeen, bots_refresh, people_observe
from laurels.domain.lifecycle.facts import PersonFact

pytestmark = pytest.mark.django_db


def fact(github_id: int, login: str, at: int, kind: str | None = "User") -> PersonFact:
    return PersonFact(github_id, login, kind, at)


def observe(*facts: PersonFact, bots: tuple[str, ...] = ()) -> PeopleSeen:
    return people_observe(facts, bot_logins=bots, now=1_000, acting=SYSTEM)


def rows() -> list[tuple[object, ...]]:
    people = Contributor.objects.order_by("github_id").values_list(
        "github_id", "login", "login_key", "login_seen_at", "kind", "is_bot", "first_seen_at"
    )
    aliases = Alias.objects.order_by("contributor__github_id", "login_key").values_list(
        "contributor__github_id", "login_key", "login"
    )
    return [*people, *aliases]


def former_logins(github_id: int) -> set[str]:
    return set(aliases_of(Contributor.objects.get(github_id=github_id).pk))


def statements(*facts: PersonFact) -> list[str]:
    with CaptureQueriesContext(connection) as queries:
        observe(*facts)
    return [query["sql"] for query in queries if "SAVEPOINT" not in query["sql"]]


def test_observe_when_somebody_is_new_then_a_ghost_with_a_random_reference_is_made() -> None:
    seen = observe(fact(7, "Ada", 100), fact(8, "bo", 50, None))
    ada, bo = Contributor.objects.order_by("github_id")
    assert seen.ids == {7: ada.pk, 8: bo.pk}
    assert (ada.login, ada.login_key, ada.login_seen_at) == ("Ada", "ada", 100)
    assert (ada.claimed_at, ada.first_seen_at, ada.is_bot, bo.kind) == (None, 100, False, "")
    assert len(ada.ref) == 32
    assert ada.ref != bo.ref
    assert not Alias.objects.exists()
    assert not (seen.withheld or seen.relogged or seen.rebotted)
    assert str(ada) == "Ada"


def test_observe_when_there_is_nothing_then_no_statement_is_needed() -> None:
    assert statements() == []


def test_observe_when_run_again_then_one_statement_reads_and_nothing_is_written() -> None:
    facts = [fact(number, f"p{number}", 100) for number in range(1, 500)]
    observe(*facts)
    before = rows()
    assert len(statements(*facts)) == 1
    assert rows() == before


def test_observe_when_people_are_new_then_the_statements_do_not_grow_with_them() -> None:
    few = statements(*[fact(number, f"p{number}", 1) for number in range(1, 11)])
    many = statements(*[fact(number, f"p{number}", 1) for number in range(100, 5_100)])
    assert len(few) == len(many) == 4


def test_observe_when_logins_changed_then_the_statements_do_not_grow_with_them() -> None:
    observe(*[fact(number, f"p{number}", 1) for number in range(1, 1_001)])
    few = statements(*[fact(number, f"q{number}", 2) for number in range(1, 11)])
    many = statements(*[fact(number, f"r{number}", 3) for number in range(1, 1_001)])
    assert len(few) == len(many) == 3
    assert Contributor.objects.filter(login__startswith="r").count() == 1_000


def test_observe_when_the_login_changed_then_the_old_one_becomes_an_alias() -> None:
    observe(fact(7, "ada", 1))
    seen = observe(fact(7, "ada-l", 5))
    person = Contributor.objects.get()
    assert (person.login, person.login_seen_at) == ("ada-l", 5)
    assert seen.relogged == {person.pk}
    assert aliases_of(person.pk) == ["ada"]
    assert access_contributor("ADA") == person


def test_observe_when_the_fact_is_older_then_only_an_alias_is_learned() -> None:
    observe(fact(7, "ada-l", 5))
    seen = observe(fact(7, "ada", 1))
    assert not seen.relogged
    assert Contributor.objects.get().login == "ada-l"
    assert Contributor.objects.get().first_seen_at == 1
    assert former_logins(7) == {"ada"}


def test_observe_when_somebody_goes_back_then_the_login_is_no_former_one() -> None:
    observe(fact(7, "ada", 1))
    observe(fact(7, "lovelace", 2))
    observe(fact(7, "ada", 3))
    assert Contributor.objects.get().login == "ada"
    assert former_logins(7) == {"lovelace"}


def test_observe_when_only_the_case_changed_then_there_is_no_alias() -> None:
    observe(fact(7, "ada", 1))
    seen = observe(fact(7, "Ada", 2))
    assert Contributor.objects.get().login == "Ada"
    assert seen.relogged
    assert former_logins(7) == set()


def test_observe_when_two_logins_share_a_second_then_the_greater_bytes_win() -> None:
    observe(fact(7, "B", 1), fact(7, "a", 1))
    observe(fact(8, "a", 1))
    observe(fact(8, "B", 1))
    observe(fact(9, "B", 1))
    observe(fact(9, "a", 1))
    assert set(Contributor.objects.values_list("login", flat=True)) == {"a"}
    assert former_logins(7) == former_logins(8) == former_logins(9) == {"B"}


FACTS = (
    fact(7, "ada", 1),
    fact(7, "lovelace", 2, None),
    fact(7, "ada", 3),
    fact(7, "countess", 3),
    fact(7, "LoveLace", 4, "Bot"),
)


@pytest.mark.parametrize("order", list(itertools.permutations(range(5)))[::7])
def test_observe_when_facts_come_in_any_order_then_login_and_aliases_are_the_same(
    order: tuple[int, ...],
) -> None:
    for place in order:
        observe(FACTS[place])
    person = Contributor.objects.get()
    assert (person.login, person.login_seen_at, person.kind) == ("LoveLace", 4, "Bot")
    assert (person.is_bot, person.first_seen_at) == (True, 1)
    assert former_logins(7) == {"ada", "countess"}


@pytest.mark.parametrize("seed", range(12))
def test_observe_when_facts_are_split_at_random_then_the_rows_are_those_of_one_call(
    seed: int,
) -> None:
    chance = random.Random(seed)
    facts = [
        fact(
            chance.randint(1, 4),
            chance.choice(["a", "A", "b", "c[bot]", "d"]),
            chance.randint(1, 6),
            chance.choice([None, "User", "Organization"]),
        )
        for _ in range(30)
    ]
    observe(*facts)
    expected = rows()
    Contributor.objects.all().delete()
    chance.shuffle(facts)
    while facts:
        size = chance.randint(1, 6)
        observe(*facts[:size])
        if chance.random() < 0.3:
            observe(*facts[:size])
        facts = facts[size:]
    assert rows() == expected


@pytest.mark.parametrize(
    ("login", "kind", "is_bot"),
    [
        ("dependabot[bot]", None, True),
        ("Renovate[Bot]", "User", True),
        ("helper", "Bot", True),
        ("K8s-CI-Robot", "User", True),
        ("robotics-fan", "User", False),
        ("robot", "Organization", False),
    ],
)
def test_observe_when_an_account_is_a_robot_then_it_is_known(
    login: str, kind: str | None, is_bot: bool
) -> None:
    observe(fact(7, login, 1, kind), bots=("k8s-ci-robot",))
    assert Contributor.objects.get().is_bot is is_bot


def test_observe_when_somebody_turns_out_a_robot_then_it_is_told() -> None:
    observe(fact(7, "ada", 1, None))
    seen = observe(fact(7, "ada", 1, "Bot"))
    person = Contributor.objects.get()
    assert seen.rebotted == {person.pk}
    assert person.is_bot
    assert not observe(fact(7, "ada", 2, "User")).rebotted
    assert Contributor.objects.get().kind == "Bot"


def test_observe_when_the_fact_is_about_nobody_then_it_is_dropped() -> None:
    assert observe(fact(0, "x", 1)).ids == {}
    assert not Contributor.objects.exists()


def test_observe_when_another_transaction_made_the_row_first_then_both_logins_are_kept() -> None:
    """Between the first read and the write: the row is there although it was not when we looked."""
    done: list[bool] = []

    def interfere(execute, sql, params, many, context):  # type: ignore[no-untyped-def]
        if sql.startswith("INSERT INTO people_contributor") and not done:
            done.append(True)
            observe(fact(7, "newer", 9, "Bot"))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(interfere):
        seen = observe(fact(7, "older", 3))
    person = Contributor.objects.get()
    assert seen.ids == {7: person.pk}
    assert (person.login, person.kind, person.is_bot) == ("newer", "Bot", True)
    assert former_logins(7) == {"older"}


def test_observe_when_another_transaction_renamed_meanwhile_then_the_newest_login_stays() -> None:
    observe(fact(7, "first", 1))
    done: list[bool] = []

    def interfere(execute, sql, params, many, context):  # type: ignore[no-untyped-def]
        if sql.startswith("INSERT INTO people_contributor") and not done:
            done.append(True)
            observe(fact(7, "third", 9))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(interfere):
        observe(fact(7, "second", 5))
    assert Contributor.objects.get().login == "third"
    assert former_logins(7) == {"first", "second"}


def test_observe_when_one_call_brings_facts_backwards_then_the_earliest_is_first_seen() -> None:
    observe(fact(7, "ada", 9), fact(7, "ada", 4), fact(7, "ada", 6))
    person = Contributor.objects.get()
    assert (person.first_seen_at, person.login_seen_at) == (4, 9)


def test_bots_refresh_when_the_list_changed_then_who_changed_is_told() -> None:
    seen = observe(
        fact(1, "k8s-ci-robot", 1), fact(2, "ada", 1), fact(3, "x[bot]", 1), bots=("ada",)
    )
    changed = bots_refresh(["K8S-ci-robot"], now=5, acting=SYSTEM)
    assert changed == {seen.ids[1], seen.ids[2]}
    flags = dict(Contributor.objects.values_list("login", "is_bot"))
    assert flags == {"k8s-ci-robot": True, "ada": False, "x[bot]": True}
    assert bots_refresh(["K8S-ci-robot"], now=6, acting=SYSTEM) == frozenset()
