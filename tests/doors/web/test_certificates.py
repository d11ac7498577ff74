from __future__ import annotations

from urllib.parse import quote

import pytest

from laurels.apps.audit.actors import operator
from laurels.apps.recognition.models import Certificate
from laurels.apps.recognition.services import certificate_reinstate, certificate_revoke
from laurels.kit.crockford import grouped
from laurels.web.presenters.certificates import work_words
from tests.doors.web.conftest import DAY, NOW, Get, World


def test_certificate_when_in_force_then_verified_step_by_step(world: World, get: Get) -> None:
    held = Certificate.objects.get(number=world.certificate)
    answer = get(f"/certificates/{world.certificate}/")

    assert answer.status == 200
    assert "Verified. This certificate is in force." in answer.text
    assert f"{held.tier_label} with {held.points:,} points" in answer.text
    assert grouped(world.certificate) in answer.text
    assert "3 of 3 passed" in answer.text
    assert "Certificates carry no signature yet" in answer.text
    assert f"/certificates/{world.certificate}/" in answer.body


def test_certificate_when_revoked_then_said_first_with_the_reason(world: World, get: Get) -> None:
    certificate_revoke(world.certificate, reason="copied work", now=NOW, acting=operator())
    text = get(f"/certificates/{world.certificate}/").text

    assert "Revoked. Do not rely on this certificate." in text
    assert "Reason: copied work." in text
    assert "Verified" not in text
    assert "2 of 3 passed" in text


def test_certificate_when_reinstated_then_verified_and_the_revocation_is_told(
    world: World, get: Get
) -> None:
    certificate_revoke(world.certificate, reason="in error", now=NOW - DAY, acting=operator())
    certificate_reinstate(world.certificate, reason="it holds", now=NOW, acting=operator())
    text = get(f"/certificates/{world.certificate}/").text

    assert "Verified. This certificate is in force." in text
    assert "It was revoked 13 May 2026 and reinstated 14 May 2026." in text


def test_certificate_when_number_is_spelt_otherwise_then_led_to_its_address(
    world: World, get: Get
) -> None:
    exact = f"/certificates/{world.certificate}/"
    spoken = world.certificate.replace("0", "o").replace("1", "l").lower()
    for spelling in (spoken, grouped(world.certificate), grouped(world.certificate).lower()):
        if spelling != world.certificate:
            assert get(f"/certificates/{spelling}/").response["Location"] == exact
        assert get(f"/certificates/?q={quote(spelling)}").response["Location"] == exact
    asked = quote(f"https://laurels.example{exact}")
    assert get(f"/certificates/?q={asked}").response["Location"] == exact


@pytest.mark.parametrize(
    ("number", "why"),
    [
        ("4H7K-Q2M9-XWTD", "The check character does not fit"),
        ("4H7K", "A certificate number has 12 characters, this has 4"),
        ("UUUUUUUUUUUU", "'U' is in no certificate number"),
        ("000000000000", "The number is well formed, but it was never given out here"),
    ],
)
def test_certificate_when_there_is_none_then_404_and_why(
    world: World, get: Get, number: str, why: str
) -> None:
    answer = get(f"/certificates/{number}/")
    assert answer.status == 404
    assert "No certificate has this number." in answer.text
    assert why in answer.text
    typed = get(f"/certificates/?q={number}", follow=True)
    assert typed.status == 404


def test_look_up_when_nothing_is_typed_then_asked_for(world: World, get: Get) -> None:
    assert "Type the number" in get("/certificates/?q=").text
    assert get("/certificates/?q=/").status == 404


@pytest.mark.parametrize(
    ("summary", "text"),
    [
        ({}, ""),
        ({"counts": {}}, ""),
        ({"counts": {"pr_merged": 1}}, "for 1 pull request merged"),
        (
            {
                "counts": {"pr_merged": 11, "pr_approved": 12, "review_submitted": 1},
                "projects": [1, 2],
                "first": NOW - 3 * DAY,
                "last": NOW,
            },
            "for 11 pull requests merged, 12 approved and 1 review in 2 projects"
            " between 11 May 2026 and 14 May 2026",
        ),
        (
            {"counts": {"issue_completed": 2}, "projects": [3], "first": NOW, "last": NOW},
            "for 2 issues completed in 1 project on 14 May 2026",
        ),
    ],
)
def test_work_words_when_a_summary_is_given_then_it_is_a_phrase(
    summary: dict[str, object], text: str
) -> None:
    assert work_words(summary) == text
