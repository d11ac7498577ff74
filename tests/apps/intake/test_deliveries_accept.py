"""Arrivals into the inbox: once for each key, whole, and never changed afterwards."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, transaction

from laurels.apps import sql
from laurels.apps.append_only import AppendOnlyError
from laurels.apps.intake.arrivals import Verdict
from laurels.apps.intake.models import Delivery, DeliveryAlarm, DeliveryBody, DeliveryProgress
from laurels.apps.intake.selectors_deliveries import delivery_body
from laurels.apps.intake.services.deliveries_accept import OTHER_BODY
from tests.apps.intake.inbox import NOW, accept, arrival

pytestmark = pytest.mark.django_db
STORED, KNOWN, CONFLICT = Verdict.STORED, Verdict.KNOWN, Verdict.CONFLICT


def test_accept_when_new_then_key_body_and_progress_are_there() -> None:
    raw = bytes(range(256)) * 5
    one = arrival(raw, guid="g", event="push", hook_id=2**40, via=2**41)
    assert accept(one) == [STORED]
    row = Delivery.objects.select_related("progress").get()
    assert (row.hook_id, row.guid, row.event, row.via) == (2**40, "g", "push", 2**41)
    assert (row.sha256, row.size_bytes, row.received_at) == (one.sha256, 1280, NOW)
    assert delivery_body(row.pk) == raw
    assert (row.progress.state, row.progress.attempts) == ("received", 0)
    assert str(row) == f"push #{row.pk}"


def test_accept_when_many_then_each_has_its_own_body() -> None:
    many = [arrival(b"%d" % number, via=number or None) for number in range(300)]
    assert accept(*many) == [STORED] * 300
    assert {row.guid: bytes(row.body.body) for row in Delivery.objects.select_related("body")} == {
        one.guid: one.body for one in many
    }
    assert DeliveryProgress.objects.count() == 300


@pytest.mark.parametrize("number", [1, 2, 31, 32, 33, 63, 100])
def test_accept_when_some_of_many_are_known_then_each_has_its_own_verdict_and_body(
    number: int,
) -> None:
    given = [arrival({"number": place}, guid=f"g{place:03}") for place in range(number)]
    known = given[::3]
    assert accept(*known) == [Verdict.STORED] * len(known)
    expected = [Verdict.KNOWN if one in known else Verdict.STORED for one in given]
    assert accept(*given) == expected
    assert {
        (one.guid, bytes(one.body.body), one.progress.state) for one in Delivery.objects.all()
    } == {(one.guid, one.body, "received") for one in given}


@pytest.mark.parametrize("is_known", [False, True])
def test_accept_when_the_server_need_not_be_durable_then_this_transaction_is(
    is_known: bool,
) -> None:
    if not sql.is_postgres():
        assert sql.fetch("PRAGMA synchronous") == [(2,)]
        return
    if is_known:
        accept(arrival(b"1", guid="a"))
    sql.execute("SET LOCAL synchronous_commit = off")
    accept(arrival(b"1", guid="a"))
    assert sql.fetch("SHOW synchronous_commit") == [("on",)]


def test_accept_when_redelivered_then_known_and_stored_once() -> None:
    one, two = arrival(b"1", guid="a"), arrival(b"2", guid="b")
    assert accept(one) == [STORED]
    assert accept(two, one) == [STORED, KNOWN]
    assert accept(one, one) == [KNOWN, KNOWN]
    assert Delivery.objects.count() == DeliveryBody.objects.count() == 2


def test_accept_when_one_group_holds_copies_then_stored_once() -> None:
    one = arrival(b"1", guid="a")
    assert accept(one, one, one) == [STORED, KNOWN, KNOWN]
    assert Delivery.objects.count() == 1


def test_accept_when_two_hooks_send_one_guid_then_both_are_stored() -> None:
    assert accept(arrival(guid="a", hook_id=1), arrival(guid="a", hook_id=2)) == [STORED] * 2


def test_accept_when_a_known_key_has_another_body_then_refused_and_told_once() -> None:
    first, other, third = (arrival(raw, guid="a") for raw in (b"1", b"22", b"3"))
    assert accept(first) == [STORED]
    assert accept(other, arrival(guid="b")) == [CONFLICT, STORED]
    assert accept(other, other) == [CONFLICT, CONFLICT]
    assert accept(third) == [CONFLICT]
    alarms = DeliveryAlarm.objects.order_by("id")
    assert [(one.kind, one.sha256, one.at) for one in alarms] == [
        (OTHER_BODY, other.sha256, NOW),
        (OTHER_BODY, third.sha256, NOW),
    ]
    assert delivery_body(alarms[0].delivery_id) == b"1"


def test_accept_when_one_group_holds_two_bodies_of_a_key_then_the_first_counts() -> None:
    assert accept(arrival(b"1", guid="a"), arrival(b"2", guid="a")) == [STORED, CONFLICT]
    assert DeliveryAlarm.objects.count() == 1


def test_accept_when_nothing_waits_then_nothing_happens() -> None:
    assert accept() == []


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE intake_delivery SET sha256 = 'x'",
        "UPDATE intake_delivery SET event = 'x'",
        "DELETE FROM intake_delivery",
        "UPDATE intake_deliverybody SET body = body",
        "DELETE FROM intake_deliverybody",
        "DELETE FROM intake_deliveryalarm",
        "UPDATE intake_deliveryalarm SET kind = 'x'",
        "TRUNCATE intake_deliverybody",
        "TRUNCATE intake_delivery CASCADE",
    ],
)
def test_inbox_when_changed_by_a_statement_then_the_database_refuses(statement: str) -> None:
    if statement.startswith("TRUNCATE") and connection.vendor == "sqlite":
        statement = statement.replace("TRUNCATE", "DELETE FROM").removesuffix(" CASCADE")
    accept(arrival(b"1", guid="a"))
    accept(arrival(b"2", guid="a"))
    if connection.vendor == "postgresql":
        sql.execute("SET CONSTRAINTS ALL IMMEDIATE")
    refusal = r"append-only|never changed|still to be worked"
    with pytest.raises(DatabaseError, match=refusal), transaction.atomic():
        sql.execute(statement)
    assert Delivery.objects.count() == DeliveryBody.objects.count() == 1


@pytest.mark.parametrize(
    ("state", "is_kept"),
    [
        ("received", True),
        ("failed", True),
        ("processed", False),
        ("ignored", False),
        ("dead", False),
    ],
)
def test_body_when_its_delivery_has_not_ended_then_it_cannot_be_removed(
    state: str, is_kept: bool
) -> None:
    accept(arrival())
    DeliveryProgress.objects.update(state=state)
    if is_kept:
        with pytest.raises(DatabaseError, match="still to be worked"), transaction.atomic():
            DeliveryBody.objects.all().delete()
    else:
        DeliveryBody.objects.all().delete()
    assert DeliveryBody.objects.exists() is is_kept


def test_delivery_when_saved_again_then_refused() -> None:
    accept(arrival())
    with pytest.raises(AppendOnlyError):
        Delivery.objects.get().save()
