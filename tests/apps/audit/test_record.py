from __future__ import annotations

import json

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from laurels.apps.append_only import AppendOnlyError, create_triggers_sql, drop_triggers_sql
from laurels.apps.audit import services
from laurels.apps.audit.actors import SYSTEM, Actor, contributor, operator
from laurels.apps.audit.chain import GENESIS, row_hash
from laurels.apps.audit.models import AuditHead, AuditRow
from laurels.kit.canonical import NotCanonical

pytestmark = pytest.mark.django_db


def write(count: int) -> list[AuditRow]:
    return [
        services.record(
            acting=operator(),
            action="project:archive",
            subject=f"project:{place}",
            before={"archived": False},
            after={"archived": True, "é": [1, None]},
            reason="quiet for a year",
            request_id=f"r{place}",
            now=1_700_000_000 + place,
        )
        for place in range(1, count + 1)
    ]


def drop_guard() -> None:
    with connection.cursor() as cursor:
        for statement in drop_triggers_sql("audit_auditrow", connection.vendor):
            cursor.execute(statement)


def tamper(statement: str) -> None:
    drop_guard()
    with connection.cursor() as cursor:
        cursor.execute(statement)


def test_record_when_called_then_rows_are_numbered_and_chained() -> None:
    first, second = write(2)
    assert (first.id, second.id) == (1, 2)
    assert first.previous_hash == GENESIS
    assert second.previous_hash == first.hash
    head = AuditHead.objects.get()
    assert (head.sequence, head.hash) == (2, second.hash)


def test_record_when_read_back_then_the_row_says_who_what_when_and_why() -> None:
    write(1)
    row = AuditRow.objects.get()
    assert (row.actor, row.action, row.subject) == ("operator", "project:archive", "project:1")
    assert (row.at, row.reason, row.request_id) == (1_700_000_001, "quiet for a year", "r1")
    assert json.loads(row.before) == {"archived": False}
    assert row.after == '{"archived":true,"é":[1,null]}'
    assert row.hash == row_hash(row)
    assert str(row) == "project:archive project:1"


def test_record_when_nothing_before_or_after_then_they_are_empty() -> None:
    row = services.record(acting=SYSTEM, action="a:b", subject="s", now=1)
    assert (row.before, row.after) == ("", "")


def test_record_when_rolled_back_then_neither_row_nor_gap_is_left() -> None:
    write(1)
    with pytest.raises(RuntimeError), transaction.atomic():
        services.record(acting=SYSTEM, action="a:b", subject="s", now=1)
        raise RuntimeError
    assert services.record(acting=SYSTEM, action="a:b", subject="s", now=1).id == 2
    assert services.verify().ok


def test_record_when_called_then_the_head_is_taken_by_the_first_statement() -> None:
    with CaptureQueriesContext(
        connection,
    ) as queries:
        write(1)
    statements = [q["sql"] for q in queries if "SAVEPOINT" not in q["sql"]]
    assert statements[0].startswith("UPDATE audit_audithead")
    assert len(statements) == 3


@pytest.mark.parametrize("name", ["action", "subject", "reason", "request_id"])
def test_record_when_a_text_is_too_long_then_it_is_named_and_nothing_written(name: str) -> None:
    words = {"action": "a:b", "subject": "s", "reason": "", "request_id": "", name: "x" * 501}
    with pytest.raises(ValueError, match=name):
        services.record(acting=SYSTEM, now=1, **words)
    assert not AuditRow.objects.exists()
    assert services.verify().ok


def test_record_when_details_have_no_exact_form_then_it_refuses() -> None:
    with pytest.raises(NotCanonical):
        services.record(acting=SYSTEM, action="a:b", subject="s", after={"points": 0.5}, now=1)
    assert AuditHead.objects.get().sequence == 0


def test_record_when_the_head_row_is_lost_then_it_is_made_again() -> None:
    AuditHead.objects.all().delete()
    assert write(1)[0].id == 1
    assert services.verify().ok


def test_record_when_the_head_row_is_lost_under_a_chain_then_nothing_is_written_over() -> None:
    write(1)
    AuditHead.objects.all().delete()
    with pytest.raises(IntegrityError), transaction.atomic():
        write(1)
    assert AuditRow.objects.count() == 1


def test_row_when_changed_through_django_then_it_refuses() -> None:
    row = write(1)[0]
    with pytest.raises(AppendOnlyError):
        row.save()
    with pytest.raises(AppendOnlyError):
        row.delete()
    with pytest.raises(AppendOnlyError):
        AuditRow.objects.update(reason="")


@pytest.mark.parametrize(
    "verb", ["UPDATE audit_auditrow SET reason = ''", "DELETE FROM audit_auditrow"]
)
def test_row_when_changed_through_sql_then_the_engine_refuses(verb: str) -> None:
    write(1)
    with (
        pytest.raises(Exception, match="append-only"),
        transaction.atomic(),
        connection.cursor() as c,
    ):
        c.execute(verb)
    assert services.verify().ok


def test_verify_when_nothing_was_written_then_it_is_well() -> None:
    verdict = services.verify()
    assert (verdict.rows, verdict.ok, verdict.first_bad, verdict.head) == (0, True, None, GENESIS)


def test_verify_when_untouched_then_it_counts_the_rows_and_gives_the_head() -> None:
    rows = write(5)
    verdict = services.verify()
    assert (verdict.rows, verdict.ok, verdict.head) == (5, True, rows[-1].hash)


@pytest.mark.parametrize(
    ("statement", "first_bad", "fault"),
    [
        ("UPDATE audit_auditrow SET reason = 'loud' WHERE id = 3", 3, "not what was hashed"),
        ("UPDATE audit_auditrow SET at = at + 1 WHERE id = 1", 1, "not what was hashed"),
        ("DELETE FROM audit_auditrow WHERE id = 2", 2, "row 2 is missing"),
        ("DELETE FROM audit_auditrow WHERE id = 5", 5, "the head says 5 rows, there are 4"),
        ("DELETE FROM audit_auditrow", 1, "the head says 5 rows, there are 0"),
        ("UPDATE audit_auditrow SET previous_hash = hash WHERE id = 4", 4, "does not continue"),
        ("UPDATE audit_audithead SET hash = 'f'", 5, "the head has another hash"),
        ("UPDATE audit_audithead SET sequence = 3", 3, "the head has another hash"),
        ("UPDATE audit_auditrow SET id = 0 WHERE id = 1", 0, "row 1 is missing, row 0"),
    ],
)
def test_verify_when_tampered_with_then_it_names_the_first_bad_row(
    statement: str, first_bad: int, fault: str
) -> None:
    write(5)
    tamper(statement)
    verdict = services.verify()
    assert not verdict.ok
    assert verdict.first_bad == first_bad
    assert fault in verdict.fault


def test_verify_when_rows_are_swapped_then_it_names_the_first_of_them() -> None:
    write(4)
    drop_guard()
    with connection.cursor() as cursor:
        for old, new in ((2, 99), (3, 2), (99, 3)):
            cursor.execute("UPDATE audit_auditrow SET id = %s WHERE id = %s", [new, old])
    assert services.verify().first_bad == 2


def test_verify_when_a_row_is_put_behind_the_head_then_it_is_named() -> None:
    good = write(2)[-1]
    forged = AuditRow(id=3, at=1, actor="x", action="a:b", subject="s", previous_hash=good.hash)
    forged.hash = row_hash(forged)
    forged.save()
    verdict = services.verify()
    assert (verdict.ok, verdict.first_bad) == (False, 3)
    assert "follows the head" in verdict.fault


def test_guard_when_put_back_then_it_refuses_again() -> None:
    write(1)
    drop_guard()
    with connection.cursor() as cursor:
        for statement in create_triggers_sql("audit_auditrow", connection.vendor):
            cursor.execute(statement)
    with (
        pytest.raises(Exception, match="append-only"),
        transaction.atomic(),
        connection.cursor() as c,
    ):
        c.execute("DELETE FROM audit_auditrow")
    assert AuditRow.objects.count() == 1


def test_actor_when_system_then_it_is_no_person() -> None:
    assert not SYSTEM.is_person
    assert operator().is_person
    assert contributor("ab12") == Actor("contributor:ab12")
