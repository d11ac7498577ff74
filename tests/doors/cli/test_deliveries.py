"""`laurels deliveries`, and what `jobs drain` and `doctor` say of the inbox."""

from __future__ import annotations

import pytest

from laurels.apps.intake.models import DeliveryBody, DeliveryProgress
from tests.apps.intake.inbox import accept, arrival, merged
from tests.doors.cli.conftest import Laurels

COUNTS = ("received", "processed", "ignored", "failed", "dead", "pending")


@pytest.fixture
def inbox(laurels: Laurels) -> Laurels:
    """Return `laurels(…)` with three deliveries worked: one is dead, one ignored, one alarmed."""
    assert laurels("init").code == 0
    accept(arrival(b"{", guid="bad", event="push"), arrival(guid="odd", event="unheard_of"))
    accept(merged(guid="foreign"))
    assert laurels("jobs", "drain").code == 0
    accept(arrival(b"x\xff", guid="waits", event="ping"))
    return laurels


def test_list_when_asked_for_json_then_counts_that_add_up_and_rows(inbox: Laurels) -> None:
    found = inbox("deliveries", "list", "--json").json
    assert [found[name] for name in COUNTS] == [4, 0, 1, 0, 2, 1]
    assert [row["guid"] for row in found["rows"]] == ["waits", "foreign", "odd", "bad"]
    assert (found["total"], found["alarms"]) == (4, 1)
    row = found["rows"][-1]
    assert (row["state"], row["event"], row["hook_id"]) == ("dead", "push", 77)
    assert row["reason"]


@pytest.mark.parametrize(
    ("state", "guids"),
    [("dead", ["foreign", "bad"]), ("pending", ["waits"]), ("received", ["waits"]), ("failed", [])],
)
def test_list_when_a_state_is_asked_for_then_only_those(
    inbox: Laurels, state: str, guids: list[str]
) -> None:
    found = inbox("deliveries", "list", "--state", state, "--json").json
    assert [row["guid"] for row in found["rows"]] == guids
    assert found["total"] == len(guids)


def test_list_when_read_by_people_then_a_sentence_and_a_table(inbox: Laurels) -> None:
    out = inbox("deliveries", "list", "--limit", "1").out
    assert out.startswith(
        "4 deliveries: 0 processed, 1 ignored, 2 dead, 1 pending (0 of them failed before)."
    )
    assert "1 alarm:" in out
    assert "ping" in out
    assert "push" not in out
    assert "event" not in inbox("deliveries", "list", "--event", "nothing").out


def test_show_when_asked_then_how_it_went_and_what_was_alarmed(inbox: Laurels) -> None:
    rows = inbox("deliveries", "list", "--json").json["rows"]
    foreign = next(row["id"] for row in rows if row["guid"] == "foreign")
    shown = inbox("deliveries", "show", foreign, "--json").json
    assert (shown["state"], shown["has_body"]) == ("dead", True)
    assert [one["kind"] for one in shown["alarms"]] == ["mismatch"]
    assert "alarm" in inbox("deliveries", "show", foreign).out


def test_show_when_the_body_is_asked_for_then_it_alone(inbox: Laurels) -> None:
    newest = inbox("deliveries", "list", "--json").json["rows"][0]["id"]
    assert inbox("deliveries", "show", newest, "--body").out == "x\ufffd\n"
    DeliveryProgress.objects.filter(pk=newest).update(state="dead")
    DeliveryBody.objects.filter(pk=newest).delete()
    refused = inbox("deliveries", "show", newest, "--body")
    assert (refused.code, refused.out) == (2, "")
    assert "purged" in refused.err


def test_replay_when_one_or_all_dead_then_they_wait_again(inbox: Laurels) -> None:
    bad = inbox("deliveries", "list", "--state", "dead", "--json").json["rows"][-1]["id"]
    assert inbox("deliveries", "replay", bad, "--json").json == {"replayed": 1}
    assert "1 delivery waits again" in inbox("deliveries", "replay", "--all-dead").out
    assert inbox("deliveries", "list", "--json").json["pending"] == 3
    refused = inbox("deliveries", "replay", bad)
    assert (refused.code, "still waits" in refused.err) == (2, True)


@pytest.mark.parametrize("arguments", [[], ["5", "--all-dead"]])
def test_replay_when_neither_or_both_are_named_then_refused(
    laurels: Laurels, arguments: list[str]
) -> None:
    assert laurels("deliveries", "replay", *arguments).code == 2


@pytest.mark.parametrize("verb", ["show", "replay"])
def test_verbs_when_there_is_no_such_delivery_then_refused(inbox: Laurels, verb: str) -> None:
    refused = inbox("deliveries", verb, "999999")
    assert (refused.code, "no delivery 999999" in refused.err) == (2, True)


def test_purge_when_bodies_are_old_then_removed(inbox: Laurels) -> None:
    assert inbox("deliveries", "purge", "--json").json == {"removed": 0}
    assert "Removed 0 bodies" in inbox("deliveries", "purge", "--days", "3").out
    assert inbox("deliveries", "purge", "--days", "2").code == 2


def test_drain_when_deliveries_wait_then_works_them_and_says_what_is_left(inbox: Laurels) -> None:
    assert inbox("jobs", "drain", "--json").json["deliveries"] == 0
    assert inbox("deliveries", "list", "--json").json["pending"] == 0


def test_doctor_when_deliveries_are_dead_or_alarmed_then_says_so(inbox: Laurels) -> None:
    checks = inbox("doctor", "--json").json["checks"]
    found = [row["detail"] for row in checks if row["id"] == "D17"]
    assert found == ["2 deliveries dead", "1 alarm within a week"]


def test_doctor_when_the_inbox_is_well_then_counts(laurels: Laurels) -> None:
    laurels("init")
    checks = laurels("doctor", "--json").json["checks"]
    found = [(row["state"], row["detail"]) for row in checks if row["id"] == "D17"]
    assert found == [("ok", "0 deliveries, none dead or late")]
