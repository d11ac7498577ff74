"""The pull requests behind a number: which count, which do not, and why."""

from __future__ import annotations

import pytest

from laurels.apps.people.models import Contributor
from tests.doors.web.conftest import NOW, Get, World
from tests.doors.web.measuring import actor_of, handed
from tests.doors.web.test_crawl import STATEMENTS, faults
from tests.fakes.nodes import HIDDEN, pull_node


@pytest.fixture
def person(world: World, db: None) -> Contributor:
    """Return somebody who signed in, with 25 pull requests of all kinds."""
    Contributor.objects.filter(pk=world.top_pk).update(claimed_at=NOW)
    found = Contributor.objects.get(pk=world.top_pk)
    who = actor_of(found)
    pulls = [
        *(pull_node(number, who, NOW) for number in range(1, 21)),
        *(pull_node(number, who, NOW, state="CLOSED") for number in (21, 22)),
        pull_node(23, who, NOW, state="OPEN"),
        pull_node(24, who, NOW, is_attended=False),
        pull_node(25, who, NOW, place=HIDDEN),
    ]
    handed(found, pulls, NOW)
    return found


def test_evidence_when_shown_then_what_counts_and_what_is_left_out_with_the_reason(
    person: Contributor, get: Get
) -> None:
    first = get(f"/contributors/{person.login}/metrics/pr_merge_rate/")
    assert first.status == 200
    assert first.statements <= STATEMENTS
    assert faults(first) == []
    assert first.response["X-Robots-Tag"] == "noindex"
    link = next(one for one in first.reading.links if "after=" in one)
    second = get(link)
    text = first.text + second.text
    assert (first.body + second.body).count('class="state is-approved"') == 21
    assert text.count("Part of the whole") == 3
    assert "Nobody else who is no robot commented on it or reviewed it." in text
    assert "First page" in second.text
    assert f'href="/contributors/{person.login}/metrics/"' in first.body


def test_evidence_when_public_then_leads_to_github_and_else_names_nothing(
    person: Contributor, get: Get
) -> None:
    address = f"/contributors/{person.login}/metrics/total_merged_prs/"
    answer = get(address)
    later = get(next(one for one in answer.reading.links if "after=" in one))
    body = answer.body + later.body
    assert 'href="https://github.com/acme/widgets/pull/1"' in body
    assert "acme/widgets#1" in body
    assert "secrets" not in body
    assert "whose place is not known or not public" in body


def test_evidence_when_the_mode_is_kept_then_on_every_link(person: Contributor, get: Get) -> None:
    answer = get(f"/contributors/{person.login}/metrics/total_opened_prs/?mode=raw")
    assert "raw mode" in answer.text
    assert f"/contributors/{person.login}/metrics/?mode=raw" in answer.reading.links
    assert any("mode=raw&after=" in one for one in answer.reading.links)
    shown = get(f"/contributors/{person.login}/metrics/?mode=raw")
    assert f"/contributors/{person.login}/metrics/pr_drop_rate/?mode=raw" in shown.reading.links
    assert not any("oss_reviews" in one for one in shown.reading.links)


def test_evidence_when_it_is_a_count_of_the_profile_then_said(
    person: Contributor, get: Get
) -> None:
    answer = get(f"/contributors/{person.login}/metrics/oss_reviews/")
    assert "The profile tells how many there are, not which" in answer.text


def test_evidence_when_there_is_none_such_then_404(
    person: Contributor, world: World, get: Get
) -> None:
    base = f"/contributors/{person.login}/metrics"
    assert get(f"{base}/no_such_metric/").status == 404
    assert get(f"{base}/pr_merge_rate/?after=x").status == 404
    other = Contributor.objects.exclude(pk=person.pk).filter(is_bot=False)[0]
    Contributor.objects.filter(pk=other.pk).update(claimed_at=NOW)
    assert get(f"/contributors/{other.login}/metrics/pr_merge_rate/").status == 404
