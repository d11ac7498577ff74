"""Sets of rows in and out: what goes in comes out again, on both engines."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from laurels.apps import sql
from laurels.apps.contributions.models import PullRequest
from laurels.apps.intake.models import Delivery, DeliveryBody
from laurels.apps.sql_arrays import array, plain, texts
from tests.apps import factories

pytestmark = pytest.mark.django_db

FIELDS = (
    "repository", "number", "fold", "is_shown", "title", "labels", "labelled_by", "created_at",
    "draft", "is_gone", "version", "state", "association",
)  # fmt: skip
LARGE = st.integers(-(2**63), 2**63 - 1)
WORDS = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]))
AWKWARD = [
    "",
    "NULL",
    "null",
    "{}",
    'a"b',
    "a\\b",
    "\\",
    '"',
    '","',
    "a,b",
    " a ",
    "é\n",
    "'",
    "%s",
]


@pytest.fixture(autouse=True)
def repository() -> None:
    """Have the repository that rows of `of` are of."""
    factories.repository(id=7)


def stored() -> list[tuple[Any, ...]]:
    """Return what is stored, in the order of `FIELDS`."""
    columns = [str(PullRequest._meta.get_field(name).column) for name in FIELDS]  # type: ignore[union-attr]
    return [
        tuple(bytes(one) if isinstance(one, memoryview) else one for one in row)
        for row in sql.fetch(
            f"SELECT {', '.join(columns)} FROM contributions_pullrequest ORDER BY number"
        )
    ]


def of(
    number: int,
    fold: bytes,
    title: str,
    labels: str | None = None,
    flag: bool | None = None,
    at: int | None = None,
) -> tuple[Any, ...]:
    """Return a row of `FIELDS`."""
    return (7, number, fold, True, title, labels, title, at, flag, False, 1, "", "")


@pytest.mark.parametrize("texts_", [AWKWARD, AWKWARD[:1], ["plain", "words"]])
def test_insert_when_texts_hold_anything_then_they_come_back(texts_: list[str]) -> None:
    given = [of(n, b"", text, text) for n, text in enumerate(texts_)]
    assert sql.insert(PullRequest, FIELDS, given) == len(given)
    assert stored() == given


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    drawn=st.lists(
        st.tuples(st.binary(), WORDS, st.none() | WORDS, st.none() | st.booleans(),
                  st.none() | LARGE),
        max_size=5,
    )
)  # fmt: skip
def test_insert_and_update_when_any_rows_then_they_come_back(drawn: list[tuple[Any, ...]]) -> None:
    given = [of(number, *one) for number, one in enumerate(drawn)]
    with transaction.atomic():
        sql.insert(PullRequest, FIELDS, given)
        assert stored() == given
        changed = [(title[::-1], fold + b"\0'", row[1]) for row in given
                   for fold, title in [(row[2], row[4])]]  # fmt: skip
        assert sql.update(PullRequest, ("title", "fold"), changed, key="number") == len(given)
        found = {row[1]: (row[4], row[2]) for row in stored()}
        assert found == {number: (title, fold) for title, fold, number in changed}
        transaction.set_rollback(True)


def test_in_texts_when_texts_hold_anything_then_only_those_are_found() -> None:
    sql.insert(PullRequest, FIELDS, [of(n, b"", x) for n, x in enumerate(AWKWARD)])
    for chosen in ([], AWKWARD, AWKWARD[4:6], ["elsewhere"]):
        where, parameters = sql.in_texts("title", chosen)
        query = f"SELECT title FROM contributions_pullrequest WHERE {where} ORDER BY number"
        found = [row[0] for row in sql.fetch(query, parameters)]
        assert found == [one for one in AWKWARD if one in chosen]


def test_in_ids_and_pairs_when_many_or_none_then_only_those_are_found() -> None:
    sql.insert(PullRequest, FIELDS, [of(n, b"", "") for n in range(9)])
    for chosen in ([], [3], range(2, 7), {2**63 - 1, 8}):
        where, parameters = sql.in_ids("number", chosen)
        pairs, more = sql.in_pairs("repository_id", "number", [(7, one) for one in chosen])
        for condition, values in ((where, parameters), (pairs, more)):
            query = f"SELECT number FROM contributions_pullrequest WHERE {condition} ORDER BY 1"
            assert [row[0] for row in sql.fetch(query, values)] == [
                n for n in range(9) if n in chosen
            ]


def test_fetch_bytes_when_asked_then_as_stored_beside_numbers_and_texts() -> None:
    body = bytes(range(256)) * 300
    delivery = Delivery.objects.create(
        hook_id=1, guid="g", event="push", sha256="0" * 64, size_bytes=len(body), received_at=5
    )
    DeliveryBody.objects.create(delivery=delivery, body=body)
    where, ids = sql.in_ids("d.id", [delivery.pk])
    query = (
        "SELECT d.hook_id, d.via, d.event, b.body FROM intake_delivery d"
        f" JOIN intake_deliverybody b ON b.delivery_id = d.id WHERE {where}"
    )
    ((hook, via, event, found),) = sql.fetch_bytes(query, ids)
    assert (hook, via, event, bytes(found)) == (1, None, "push", body)


def test_array_when_type_is_known_then_a_text_else_a_list() -> None:
    assert plain([1, None, -3, True]) == "{1,NULL,-3,True}"
    assert texts([]) == texts(()) == "{}"
    assert texts(["a", "NULL"]) == '{"a","NULL"}'
    assert texts(["a", None]) == '{"a",NULL}'
    assert texts(['a"', "\\"]) == '{"a\\"","\\\\"}'
    assert array("bytea", [b"\x01\xff", None]) == '{"\\\\x01ff",NULL}'
    assert array("double precision", (0.5, None)) == [0.5, None]
    assert array("boolean", (True, None)) == "{True,NULL}"


def test_engine_when_asked_then_what_the_connection_says() -> None:
    assert sql.is_postgres() == (connection.vendor == "postgresql")
