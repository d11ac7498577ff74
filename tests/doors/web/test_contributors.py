from __future__ import annotations

from laurels.apps.audit.actors import operator
from laurels.apps.contributions.models import PullRequest
from laurels.apps.people.models import Alias, Contributor
from laurels.apps.recognition.models import Certificate
from laurels.apps.recognition.services import person_erase
from laurels.apps.scoring.selectors import items_of, totals_of
from laurels.apps.scoring.services import adjustment_post
from laurels.kit.crockford import grouped
from laurels.web.presenters import words
from tests.doors.web.conftest import NOW, Get, World


def test_person_when_shown_then_points_pending_rank_and_tier_are_told(
    world: World, get: Get
) -> None:
    totals = totals_of([world.top_pk])[world.top_pk]
    text = get(f"/contributors/{world.top}/").text

    assert f"points in the program, all settled, to 14 May 2026 {totals.points:,}" in text
    assert f"{totals.pending:,}" in text
    assert "1st" in text
    assert "Tier: " in text
    assert "with work of" in text


def test_lines_when_shown_then_each_has_its_sentence_steps_and_rule(world: World, get: Get) -> None:
    items = [one for one in items_of(world.top_pk) if one.points]
    answer = get(f"/contributors/{world.top}/points/?show=settled")
    newest = next(one for one in items if one.settles_at is None)

    assert newest.sentence in answer.text
    assert newest.subject in answer.text
    assert answer.body.count("<details") == len(answer.body.split('class="entry')) - 1
    assert "Rules: fair, version 1, in force when the work was opened on" in answer.text
    assert "Settled " in answer.text


def test_lines_when_pending_then_they_say_when_they_settle(world: World, get: Get) -> None:
    waiting = [one for one in items_of(world.top_pk) if one.pending]
    answer = get(f"/contributors/{world.top}/points/?show=pending")

    assert waiting
    assert answer.text.count("Pending.") == min(20, len(waiting))
    assert f"Settles {words.day(waiting[0].settles_at or 0)}." in answer.text


def test_lines_when_nothing_was_earned_then_the_reason_is_given(world: World, get: Get) -> None:
    answer = get(f"/contributors/{world.top}/points/?show=nothing")
    assert answer.status == 200
    assert "nothing, because" in answer.text or "No such lines" in answer.text
    assert get(f"/contributors/{world.top}/points/?show=everything").status == 404
    assert get(f"/contributors/{world.top}/points/?after=x").status == 404


def test_points_csv_when_asked_then_it_adds_up_to_what_the_page_says(
    world: World, get: Get
) -> None:
    import csv

    rows = list(csv.DictReader(get(f"/contributors/{world.top}/points.csv").body.splitlines()))
    totals = totals_of([world.top_pk])[world.top_pk]

    def of(state: str) -> int:
        return sum(int(row["points"]) for row in rows if row["state"] == state)

    assert of("settled") == totals.points
    assert of("pending") == totals.pending
    assert all(row["occurred"].count(":") == 0 for row in rows)


def test_ghost_when_shown_then_no_hours_no_open_work_and_no_index(world: World, get: Get) -> None:
    answer = get(f"/contributors/{world.top}/")
    main = answer.text.partition("Harbour")[0].partition("Data complete to")[0]

    assert answer.response["X-Robots-Tag"] == "noindex"
    assert '<meta name="robots" content="noindex">' in answer.body
    assert " UTC" not in main.replace("days in UTC", "").replace("day in UTC", "")
    assert "Pull requests by state" not in answer.body
    pulls = get(f"/contributors/{world.top}/pulls/?state=closed")
    assert "Closed" not in pulls.text
    assert {row.split(",")[2] for row in _rows(get(f"/contributors/{world.top}/pulls.csv"))} <= {
        "merged"
    }


def _rows(answer: object) -> list[str]:
    return answer.body.splitlines()[1:]  # type: ignore[attr-defined]


def test_member_when_signed_in_once_then_states_have_tabs_and_addresses(
    world: World, get: Get
) -> None:
    Contributor.objects.filter(pk=world.top_pk).update(claimed_at=NOW)
    counts = {
        state: PullRequest.objects.filter(author_id=world.top_pk, lifecycle=state).count()
        for state in ("merged", "closed")
    }
    answer = get(f"/contributors/{world.top}/?state=closed")

    assert "X-Robots-Tag" not in answer.response
    assert f"Merged {counts['merged']}" in answer.text
    assert f"Closed {counts['closed']}" in answer.text
    assert get(f"/contributors/{world.top}/pulls/?state=active").status == 200
    assert get(f"/contributors/{world.top}/pulls/?after=x").status == 404
    assert " UTC" in get(f"/contributors/{world.top}/points/").text.partition("Data")[0]


def test_person_when_login_has_another_case_or_is_old_then_led_to_the_present_one(
    world: World, get: Get
) -> None:
    Alias.objects.create(
        contributor_id=world.top_pk, login="Once-Was", login_key="once-was", last_seen_at=1
    )
    for address in ("contributors/{}/", "contributors/{}/points/", "contributors/{}/pulls/"):
        for login in (world.top.upper(), "once-was"):
            answer = get("/" + address.format(login))
            assert answer.status == 302
            assert answer.response["Location"] == "/" + address.format(world.top)


def test_person_when_unknown_then_404(world: World, get: Get) -> None:
    answer = get("/contributors/nobody-at-all/")
    assert answer.status == 404
    assert "Nobody here is, or was, called nobody-at-all." in answer.text
    assert get("/contributors/nobody-at-all/points.csv").status == 404


def test_person_when_erased_then_404_and_the_certificate_is_revoked_without_a_name(
    world: World, get: Get
) -> None:
    person_erase(world.top_pk, reason="asked", now=NOW, acting=operator())

    assert get(f"/contributors/{world.top}/").status == 404
    answer = get(f"/certificates/{world.certificate}/")
    assert "Revoked. Do not rely on this certificate." in answer.text
    assert "had their data erased" in answer.text
    assert world.top not in answer.body
    assert world.top not in get("/").body
    assert world.top not in get("/leaderboard/?period=all").body


def test_certificates_when_shown_then_each_has_its_number(world: World, get: Get) -> None:
    text = get(f"/contributors/{world.top}/").text
    for number in Certificate.objects.filter(recipient_id=world.top_pk).values_list(
        "number", flat=True
    ):
        assert grouped(number) in text


def test_adjustment_when_posted_then_the_page_shows_it_apart(world: World, get: Get) -> None:
    person = Contributor.objects.get(pk=world.top_pk)
    adjustment_post(person, 5, reason="thanks", key="a", now=NOW, acting=operator())
    text = get(f"/contributors/{world.top}/").text
    assert "Adjustments" in text
    assert "by the program’s staff, with a reason on record +5" in text


def test_days_csv_when_asked_then_it_counts_what_the_picture_shows(world: World, get: Get) -> None:
    rows = _rows(get(f"/contributors/{world.top}/days.csv"))
    total = sum(int(row.split(",")[1]) for row in rows)
    assert f"{total} contributions in a year" in get(f"/contributors/{world.top}/").text
