"""Banning on the command line: from when, until when, and what becomes of points."""

from __future__ import annotations

import pytest

from laurels.apps.audit.models import AuditRow
from laurels.apps.people.models import Ban, Contributor
from laurels.apps.people.selectors_access import is_banned
from laurels.kit.times import format_instant
from tests.doors.cli.conftest import NOW, Laurels

WHY = ("--reason", "spam")


def bob() -> int:
    return int(Contributor.objects.get(login="bob").pk)


def test_ban_when_lifted_then_in_force_between_and_audited(program: Laurels) -> None:
    told = program("person", "ban", "bob", *WHY, "--json")
    assert told.json == {"login": "bob", "starts_at": format_instant(NOW), "ends_at": None}
    assert is_banned(bob(), NOW)
    again = program("person", "ban", "bob", *WHY)
    assert (again.code, again.out) == (2, "")
    assert "is banned no longer" in program("person", "unban", "bob", *WHY).out
    assert not is_banned(bob(), NOW)
    assert program("person", "unban", "bob", *WHY).code == 2
    found = AuditRow.objects.filter(action__startswith="ban:").order_by("pk")
    assert [(row.action, row.actor, row.reason) for row in found] == [
        ("ban:start", "operator", "spam"), ("ban:lift", "operator", "spam"),
    ]  # fmt: skip


def test_ban_when_until_a_day_then_ends_then(program: Laurels) -> None:
    ran = program("person", "ban", "bob", *WHY, "--until", "2030-01-31")
    assert "bob is banned until 31 January 2030" in ran.out or "2030-01-31" in ran.out
    assert is_banned(bob(), NOW)
    end = Ban.objects.get().ends_at
    assert end is not None and not is_banned(bob(), end)
    assert program("person", "ban", "alice", *WHY, "--until", "2001-01-01").code == 2


def test_ban_when_it_covers_what_was_done_then_points_go_and_come_back_with_the_annulment(
    program: Laurels,
) -> None:
    def points() -> int:
        assert program("jobs", "drain").code == 0
        return int(program("explain", "bob", "--json").json["points"])

    before = points()
    assert before > 0
    program("person", "ban", "bob", *WHY)
    Ban.objects.update(starts_at=0)
    assert points() == 0
    program("person", "unban", "bob", *WHY, "--annul")
    assert points() == before


@pytest.mark.parametrize("verb", ["ban", "unban"])
def test_ban_when_nobody_is_meant_or_the_reason_names_them_then_refused(
    program: Laurels, verb: str
) -> None:
    assert program("person", verb, "nobody-here", *WHY).code == 2
    named = program("person", verb, "bob", "--reason", "Bob again")
    assert (named.code, "must not name the person" in named.err) == (2, True)
    assert program("person", verb, "bob").code == 2
    assert not Ban.objects.exists()
