"""Other people's titles that name an erased person."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from laurels.apps.audit.actors import SYSTEM
from laurels.apps.contributions.models import Issue
from laurels.apps.intake.services import import_gharchive
from laurels.apps.people.selectors import access_contributor
from laurels.apps.projects.register import Register
from laurels.apps.recognition.services import person_erase
from laurels.apps.scoring.services import program_init
from laurels.kit.clock import ManualClock

pytestmark = pytest.mark.django_db
NOW = 1_777_000_000


def _event(number: int, login: str, person: int, title: str) -> dict[str, object]:
    at = f"2026-01-0{number}T00:00:00Z"
    user = {"id": person, "login": login, "type": "User"}
    return {
        "id": str(number),
        "type": "IssuesEvent",
        "actor": user,
        "repo": {"id": 77, "name": "guild/loom"},
        "payload": {
            "action": "opened",
            "issue": {
                "id": number, "number": number, "title": title, "user": user, "state": "open",
                "created_at": at, "updated_at": at, "closed_at": None, "labels": [],
            },
        },
        "created_at": at,
    }  # fmt: skip


def test_titles_that_name_an_erased_person_lose_the_name_and_never_get_it_back(
    tmp_path: Path,
) -> None:
    path = tmp_path / "2026-01-01-0.json"
    events = [
        _event(1, "weaver-ann", 501, "The shuttle sticks"),
        _event(2, "other", 502, "Thanks to @Weaver-Ann for the shuttle"),
        _event(3, "other", 502, "Weaving annuals"),
    ]
    path.write_text("\n".join(json.dumps(event) for event in events))
    program_init("nest", now=NOW, acting=SYSTEM)

    def bring_in() -> int:
        report = import_gharchive(
            [path], register=Register.all(), clock=ManualClock(NOW), acting=SYSTEM
        )
        return report.entries_posted

    assert bring_in() == 3
    person_erase(access_contributor("weaver-ann").pk, reason="asked", now=NOW, acting=SYSTEM)
    expected = ["", "Thanks to @[erased] for the shuttle", "Weaving annuals"]
    assert list(Issue.objects.order_by("number").values_list("title", flat=True)) == expected
    assert bring_in() == 0
    assert list(Issue.objects.order_by("number").values_list("title", flat=True)) == expected
    for issue in Issue.objects.all():
        assert b"ann" not in bytes(issue.fold).lower().replace(b"annuals", b"")
