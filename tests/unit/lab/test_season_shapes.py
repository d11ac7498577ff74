"""A simulated season has the shapes of real ones, the awkward ones above all."""

from __future__ import annotations

import datetime
from collections import Counter, defaultdict
from typing import Any

from laurels.domain.rulesets.labels import is_near, normalise
from laurels.lab.cast import CHAPTER_OWNER, LISTED_ROBOTS

Events = list[dict[str, Any]]


def bodies(events: Events) -> dict[tuple[int, int], dict[str, Any]]:
    """The last full picture of each pull request."""
    return {
        (event["repo"]["id"], event["payload"]["number"]): event["payload"]["pull_request"]
        for event in events
        if event["type"] == "PullRequestEvent"
    }


def labels(events: Events) -> Counter[str]:
    return Counter(label["name"] for body in bodies(events).values() for label in body["labels"])


def actions(events: Events, kind: str) -> Counter[str]:
    return Counter(event["payload"]["action"] for event in events if event["type"] == kind)


def test_season_work_is_heavy_tailed(events: Events) -> None:
    counts = Counter(
        body["user"]["id"] for body in bodies(events).values() if body["user"]["type"] == "User"
    )
    by_size = sorted(counts.values(), reverse=True)
    assert sum(by_size[: len(by_size) // 10]) > sum(by_size) * 0.3
    assert by_size[-1] <= 3


def test_season_sizes_are_heavy_tailed(events: Events) -> None:
    sizes = sorted(body["additions"] + body["deletions"] for body in bodies(events).values())
    assert sizes[len(sizes) // 2] < 100
    assert sizes[-1] > 1_000
    assert sizes[0] <= 10


def test_season_has_both_sorts_of_robots(events: Events) -> None:
    kinds = {body["user"]["login"]: body["user"]["type"] for body in bodies(events).values()}
    assert kinds["tidy-lockfile[bot]"] == "Bot"
    actors = {event["actor"]["login"] for event in events}
    assert set(LISTED_ROBOTS) <= actors
    assert all(not login.endswith("[bot]") for login in LISTED_ROBOTS)


def test_season_has_three_owners_and_one_is_a_person_with_work_of_their_own(
    events: Events,
) -> None:
    owners = {
        body["base"]["repo"]["owner"]["id"]: body["base"]["repo"]["owner"]
        for body in bodies(events).values()
    }
    assert Counter(owner["type"] for owner in owners.values()) == {"Organization": 2, "User": 1}
    assert CHAPTER_OWNER in {owner["login"] for owner in owners.values()}
    own = [
        body
        for body in bodies(events).values()
        if body["base"]["repo"]["owner"]["id"] == body["user"]["id"]
    ]
    assert own
    assert {body["author_association"] for body in own} == {"OWNER"}


def test_season_has_eight_repositories_and_one_is_a_fork(events: Events) -> None:
    forks = {
        body["base"]["repo"]["id"]: body["base"]["repo"]["fork"] for body in bodies(events).values()
    }
    assert sorted(forks.values()) == [False] * 7 + [True]


def test_season_has_every_end_of_a_pull_request(events: Events) -> None:
    ends = Counter(
        "merged" if body["merged"] else body["state"] for body in bodies(events).values()
    )
    assert ends.keys() == {"merged", "closed", "open"}
    assert min(ends.values()) >= 20
    assert ends["merged"] > ends["closed"] + ends["open"]


def test_season_has_reopened_drafted_relabelled_and_amended_pull_requests(events: Events) -> None:
    seen = actions(events, "PullRequestEvent")
    assert seen.keys() >= {"opened", "closed", "reopened", "labeled", "unlabeled", "synchronize"}
    assert {event["payload"]["pull_request"]["draft"] for event in events
            if event["type"] == "PullRequestEvent"} == {True, False}  # fmt: skip


def test_season_has_reverted_pull_requests(events: Events) -> None:
    titles = [body["title"] for body in bodies(events).values()]
    reverts = [title for title in titles if title.startswith('Revert "')]
    assert reverts
    assert all(title[8:-1] in titles for title in reverts)


def test_season_has_self_merges_nobody_looked_at(events: Events) -> None:
    looked: defaultdict[tuple[int, int], set[int]] = defaultdict(set)
    for event in events:
        payload = event["payload"]
        subject = payload.get("pull_request") or payload.get("issue")
        if subject and ("comment" in payload or "review" in payload):
            looked[event["repo"]["id"], subject["number"]].add(event["actor"]["id"])
    alone = [
        key
        for key, body in bodies(events).items()
        if body["merged_by"]
        and body["merged_by"]["id"] == body["user"]["id"]
        and not looked[key] - {body["user"]["id"]}
    ]
    assert len(alone) >= 10


def test_season_has_reviews_of_every_state_and_reviewers_without_rights(events: Events) -> None:
    reviews = [event["payload"]["review"] for event in events if "review" in event["payload"]]
    assert {review["state"] for review in reviews} == {
        "approved", "changes_requested", "commented", "dismissed",
    }  # fmt: skip
    associations = {review["author_association"] for review in reviews}
    assert associations >= {"MEMBER", "CONTRIBUTOR", "NONE"}
    assert actions(events, "PullRequestReviewEvent").keys() == {"created", "dismissed"}


def test_season_never_has_people_review_their_own_work(events: Events) -> None:
    own = [
        event
        for event in events
        if "review" in event["payload"]
        and event["payload"]["review"]["user"]["id"]
        == event["payload"]["pull_request"]["user"]["id"]
    ]
    assert own == []


def test_season_has_accepting_labels_well_typed_oddly_typed_and_missed(events: Events) -> None:
    wanted = "gssoc:approved"
    meant = [label for label in labels(events) if "gss" in label.lower()]
    assert wanted in meant
    assert any(label != wanted and normalise(label) == wanted for label in meant)
    assert any(is_near(normalise(label), wanted) for label in meant)


def test_season_has_voiding_program_and_robot_labels(events: Events) -> None:
    assert labels(events).keys() >= {
        "spam", "invalid", "hacktoberfest-accepted", "dependencies", "level:beginner",
        "quality:clean", "type:docs",
    }  # fmt: skip


def test_season_has_issues_of_every_end(events: Events) -> None:
    reasons = Counter(
        event["payload"]["issue"]["state_reason"]
        for event in events
        if event["type"] == "IssuesEvent" and event["payload"]["action"] == "closed"
    )
    assert reasons.keys() == {"completed", "not_planned"}
    assert actions(events, "IssuesEvent").keys() >= {"opened", "closed", "reopened", "labeled"}


def test_season_has_comments_on_issues_and_on_pull_requests(events: Events) -> None:
    kinds = Counter(
        "pull_request" in event["payload"]["issue"]
        for event in events
        if event["type"] == "IssueCommentEvent"
    )
    assert min(kinds[True], kinds[False]) > 50


def test_season_has_people_who_change_their_login_and_a_login_that_changes_people(
    events: Events,
) -> None:
    logins: defaultdict[int, set[str]] = defaultdict(set)
    people: defaultdict[str, set[int]] = defaultdict(set)
    for event in events:
        logins[event["actor"]["id"]].add(event["actor"]["login"])
        people[event["actor"]["login"]].add(event["actor"]["id"])
    assert Counter(len(names) for names in logins.values())[2] == 2
    assert [len(ids) for ids in people.values() if len(ids) > 1] == [2]


def test_season_has_a_repository_that_changes_its_name(events: Events) -> None:
    names: defaultdict[int, set[str]] = defaultdict(set)
    for event in events:
        names[event["repo"]["id"]].add(event["repo"]["name"])
    assert [sorted(found) for found in names.values() if len(found) > 1] == [
        ["lantern-commons/paperkite", "lantern-commons/paperkite-core"]
    ]


def test_season_has_two_merges_of_one_person_in_one_second(events: Events) -> None:
    merges = Counter(
        (body["user"]["id"], body["merged_at"])
        for body in bodies(events).values()
        if body["merged_at"]
    )
    assert max(merges.values()) >= 2


def test_season_has_work_opened_before_its_first_day(events: Events) -> None:
    first = events[0]["created_at"]
    assert any(body["created_at"] < first for body in bodies(events).values())


def test_season_has_newcomers_who_become_contributors(events: Events) -> None:
    associations: defaultdict[int, set[str]] = defaultdict(set)
    for body in bodies(events).values():
        associations[body["user"]["id"]].add(body["author_association"])
    assert any(found >= {"NONE", "CONTRIBUTOR"} for found in associations.values())


def test_season_has_more_work_on_weekdays_than_on_weekends(events: Events) -> None:
    days = Counter(
        datetime.date.fromisoformat(event["created_at"][:10]).weekday()
        for event in events
        if event["payload"].get("action") == "opened"
    )
    assert sum(days[day] for day in range(5)) / 5 > 1.5 * (days[5] + days[6]) / 2
