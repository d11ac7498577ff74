"""Recalculation, certificates, erasure: commands that write."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings

from laurels.apps.audit.models import AuditRow
from laurels.apps.contributions.models import Contribution
from laurels.apps.people.models import Contributor
from laurels.apps.recognition.models import Certificate
from laurels.apps.recognition.providers import Draft, LocalProvider, Made, Refused, Retryable
from laurels.apps.scoring.models import LedgerEntry
from laurels.apps.scoring.services import appraise
from laurels.cli import issuing, lock
from tests.doors.cli.conftest import Laurels

KEYS = {
    "examined",
    "created",
    "changed",
    "unchanged",
    "entries_posted",
    "certificates_queued",
    "failed",
}


def withdraw_all() -> None:
    """Let everybody's facts vanish, as corrections of what was imported would."""
    Contribution.objects.update(is_withdrawn=True, revision=99)


def fail_for(monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    whole = appraise.appraise

    def appraise_or_fail(work: Any, ruleset: Any) -> Any:
        if work.kind == kind:
            raise ArithmeticError("the rule divides by zero")
        return whole(work, ruleset)

    monkeypatch.setattr(appraise, "appraise", appraise_or_fail)


def test_recalculate_when_nothing_changed_then_the_agreed_keys_and_no_entries(
    program: Laurels,
) -> None:
    ran = program("score", "recalculate", "--json")
    assert ran.code == 0
    told = ran.json
    assert set(told) == KEYS
    assert (told["examined"], told["unchanged"]) == (11, 11)
    assert (told["created"], told["changed"], told["entries_posted"]) == (0, 0, 0)
    assert told["failed"] == []


def test_recalculate_when_read_by_people_then_told_in_words(program: Laurels) -> None:
    out = program("score", "recalculate").out
    assert out.startswith("Looked at 11 contributions: 0 new, 0 changed, 11 as they were.\n")
    assert out.endswith("Posted 0 entries; queued 0 certificates.\n")


def test_recalculate_when_facts_vanished_then_taken_back(program: Laurels) -> None:
    withdraw_all()
    ran = program("score", "recalculate", "--json")
    assert ran.json["entries_posted"] > 0
    assert program("leaderboard", "--json").json["total"] == 0
    assert program("ledger", "digest", "--json").json["active_items"] == 0
    assert program("ledger", "verify").code == 0


def test_recalculate_when_dry_then_told_and_nothing_is_written(program: Laurels) -> None:
    withdraw_all()
    before = LedgerEntry.objects.count()
    ran = program("score", "recalculate", "--dry-run")
    assert "Would post " in ran.out
    assert LedgerEntry.objects.count() == before
    posted = program("score", "recalculate", "--dry-run", "--json").json["entries_posted"]
    assert program("score", "recalculate", "--json").json["entries_posted"] == posted > 0


def test_recalculate_when_one_is_named_then_only_theirs(program: Laurels) -> None:
    withdraw_all()
    assert program("score", "recalculate", "--login", "Alice").code == 0
    rows = program("leaderboard", "--json").json["rows"]
    assert [row["login"] for row in rows] == ["bob", "carol"]


def test_recalculate_when_one_is_named_then_only_what_came_out_otherwise_is_changed(
    program: Laurels,
) -> None:
    told = program("score", "recalculate", "--login", "alice", "--json").json
    assert (told["created"], told["changed"]) == (0, 0)
    assert told["unchanged"] == told["examined"] > 0
    withdraw_all()
    dry = program("score", "recalculate", "--login", "alice", "--dry-run", "--json").json
    told = program("score", "recalculate", "--login", "alice", "--json").json
    assert told == dry
    assert told["changed"] > 0


def test_recalculate_when_one_is_unknown_then_refused_for_all(program: Laurels) -> None:
    withdraw_all()
    ran = program("score", "recalculate", "--login", "alice", "--login", "zed", "--login", "yan")
    assert (ran.code, ran.out) == (2, "")
    assert "No contributor has the login zed, yan." in ran.err
    assert program("leaderboard", "--json").json["total"] == 3


def test_recalculate_when_since_a_day_then_only_who_changed_since(program: Laurels) -> None:
    withdraw_all()
    # The rules were published on 14 December: a change for everybody since any earlier day.
    assert program("score", "recalculate", "--since", "2023-12-15", "--json").json["examined"] == 0
    assert program("score", "recalculate", "--since", "2023-12-01", "--json").json["examined"] == 11


def test_recalculate_when_somebody_fails_then_named_others_done_and_no_success_line(
    program: Laurels, monkeypatch: pytest.MonkeyPatch
) -> None:
    withdraw_all()
    alice = Contributor.objects.get(login="alice")
    Contribution.objects.filter(contributor=alice).update(is_withdrawn=False, revision=100)
    fail_for(monkeypatch, "issue_completed")
    ran = program("score", "recalculate")
    assert (ran.code, ran.out) == (1, "")
    assert "alice could not be computed: " in ran.err
    assert "divides by zero" in ran.err
    rows = program("leaderboard", "--json").json["rows"]
    assert [(row["login"], row["points"]) for row in rows] == [("alice", 35)]
    ran = program("score", "recalculate", "--json")
    assert (ran.code, [one["login"] for one in ran.json["failed"]]) == (1, ["alice"])


def test_certificates_when_issued_then_listed_and_shown(program: Laurels) -> None:
    ran = program("certificate", "issue-pending", "--json")
    assert (ran.code, ran.json) == (
        0,
        {"issued": 2, "already": 0, "queued": 0, "refused": 0, "failed": 0},
    )
    told = program("certificate", "list", "--json").json
    assert told["total"] == 2
    assert {(row["login"], row["tier"], row["state"]) for row in told["rows"]} == {
        ("alice", "leaf", "active"),
        ("bob", "leaf", "active"),
    }
    number = told["rows"][0]["number"]
    spelt = f"{number[:4]}-{number[4:8]}-{number[8:]}".lower()
    assert program("certificate", "show", spelt, "--json").json["number"] == number
    assert f"{number} holds." in program("certificate", "show", number).out
    assert program("certificate", "issue-pending").out == "Issued 0 certificates; 0 still wait.\n"


def test_certificates_when_filtered_then_only_those(program: Laurels) -> None:
    program("certificate", "issue-pending")
    rows = program("certificate", "list", "--login", "BOB", "--json").json["rows"]
    assert [row["login"] for row in rows] == ["bob"]
    assert program("certificate", "list", "--state", "revoked", "--json").json["rows"] == []
    assert "no such certificates" in program("certificate", "list", "--state", "revoked").out
    assert "1 of 2 certificates" in program("certificate", "list", "--limit", 1).out


def test_certificate_when_revoked_then_never_comes_back_but_by_hand(program: Laurels) -> None:
    program("certificate", "issue-pending")
    number = Certificate.objects.get(recipient_login="bob").number
    ran = program("certificate", "revoke", number, "--reason", "a copy of other work")
    assert ran.out == f"{number} is revoked: a copy of other work.\n"
    again = program("certificate", "revoke", number, "--reason", "again")
    assert (again.code, again.out) == (2, "")
    program("score", "recalculate", "--login", "bob")
    program("certificate", "issue-pending")
    rows = program("certificate", "list", "--login", "bob", "--json").json["rows"]
    assert [row["state"] for row in rows] == ["revoked"]
    assert "was revoked on 14 December 2023" in program("certificate", "show", number).out
    assert program("certificate", "reinstate", number, "--reason", "it was theirs").code == 0
    assert f"{number} holds." in program("certificate", "show", number).out


@pytest.mark.parametrize("verb", ["show", "revoke", "reinstate"])
def test_certificate_when_nobody_has_the_number_then_refused(program: Laurels, verb: str) -> None:
    reason = () if verb == "show" else ("--reason", "x")
    ran = program("certificate", verb, "H59JAV4Y0X4Z", *reason)
    assert (ran.code, ran.out) == (2, "")
    assert "There is no certificate H59JAV4Y0X4Z." in ran.err


@pytest.mark.parametrize(
    ("fault", "code", "message"),
    [
        (Retryable("the line is down"), 1, "2 certificates could not be made now"),
        (Refused("no such template"), 0, "2 certificates will never be made"),
    ],
)
def test_certificates_when_the_provider_cannot_then_said(
    program: Laurels,
    monkeypatch: pytest.MonkeyPatch,
    fault: Exception,
    code: int,
    message: str,
) -> None:
    class Unable(LocalProvider):
        def make(self, draft: Draft) -> Made:
            raise fault

    monkeypatch.setattr(issuing, "provider_get", lambda name: Unable())
    ran = program("certificate", "issue-pending")
    assert ran.code == code
    assert message in ran.err
    assert ("Issued" in ran.out) == (code == 0)


def test_erase_when_nobody_is_asked_then_refused(program: Laurels) -> None:
    ran = program("person", "erase", "bob")
    assert (ran.code, ran.out) == (2, "")
    assert "give --yes" in ran.err
    assert Contributor.objects.filter(login="bob").exists()


@pytest.mark.parametrize(("answer", "code"), [("y\n", 0), ("n\n", 2)])
def test_erase_when_somebody_is_asked_then_as_they_answer(
    program: Laurels, monkeypatch: pytest.MonkeyPatch, answer: str, code: int
) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setattr("sys.stdin", Terminal(answer))
    ran = program("person", "erase", "bob")
    assert ran.code == code
    assert "Erase bob for good? This cannot be undone." in ran.err
    assert ("Nothing was erased." in ran.err) == (code == 2)
    assert Contributor.objects.filter(login="bob").exists() == (code == 2)


def test_erase_when_the_reason_names_them_then_refused(program: Laurels) -> None:
    ran = program("person", "erase", "bob", "--yes", "--reason", "Bob wrote to us")
    assert ran.code == 2
    assert "must not name the person" in ran.err
    assert Contributor.objects.filter(login="bob").exists()


def test_erase_when_sure_then_gone_and_the_ledger_still_verifies(
    program: Laurels, season: Path
) -> None:
    program("certificate", "issue-pending")
    ran = program("person", "erase", "bob", "--yes", "--json")
    assert ran.code == 0
    assert ran.json["certificates_revoked"] == 1
    assert len(ran.json["ref"]) == 32
    assert program("explain", "bob").code == 2
    assert program("ledger", "verify").code == 0
    assert program("import", "gharchive", season, "--json").json["entries_posted"] == 0
    rows = program("leaderboard", "--json").json["rows"]
    assert [row["login"] for row in rows] == ["alice", "carol"]
    assert "(erased)" in program("certificate", "list").out
    assert AuditRow.objects.filter(action="person:erase", actor="operator").count() == 1


def test_staff_link_when_asked_for_then_printed_for_ten_minutes(program: Laurels) -> None:
    told = program("staff", "link", "--json").json
    assert told["address"].startswith("http://127.0.0.1:8000/staff/")
    assert told["seconds"] == 600
    assert "within 10 minutes" in program("staff", "link").out


def test_staff_link_when_a_server_runs_then_its_address_unless_settings_name_one(
    program: Laurels, data_dir: Path, settings: LazySettings
) -> None:
    def origin() -> str:
        address: str = program("staff", "link", "--json").json["address"]
        return address.partition("/staff/")[0]

    with lock.held(data_dir) as tell:
        assert origin() == "http://127.0.0.1:8000"
        tell("http://127.0.0.1:8123/", 1)
        assert origin() == "http://127.0.0.1:8123"
        told = settings.LAURELS.model_copy(update={"public_url": "https://laurels.example"})
        settings.LAURELS = told
        assert origin() == "https://laurels.example"
    settings.LAURELS = settings.LAURELS.model_copy(update={"public_url": "http://here"})
    assert origin() == "http://here"
