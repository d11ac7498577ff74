"""Observing GitHub's messages: which facts one body carries, in both archive shapes."""

from __future__ import annotations

import json
import random
from functools import reduce
from typing import Any

import msgspec
import pytest

from laurels.adapters.github.observe import (
    ARCHIVE_EVENTS,
    PayloadFault,
    observe,
    observe_event,
)
from laurels.adapters.github.payloads import Account, Event, Payload, Repository
from laurels.domain.lifecycle import (
    UNKNOWN,
    IssueView,
    MarkKind,
    Observation,
    PersonFact,
    PullRequestView,
    ReviewFact,
    dumps,
    join,
    view,
)
from tests.fakes.archive import (
    ALICE,
    BOB,
    CAROL,
    NOON,
    ROBOT,
    account,
    issue,
    issue_comment_event,
    issue_event,
    pull_request,
    pull_request_event,
    push_event,
    repository,
    review_comment_event,
    review_event,
    trim,
)

Json = dict[str, Any]
HOUR = 3600


def seen(event: Json) -> Observation:
    observation = observe_event(typed(event))
    assert observation is not None
    return observation


def typed(event: Json) -> Event:
    return msgspec.json.decode(json.dumps(event), type=Event)


def shown(*events: Json) -> PullRequestView | IssueView | None:
    return view(reduce(join, [seen(event).subject for event in events]))


def shown_pull_request(*events: Json) -> PullRequestView:
    result = shown(*events)
    assert isinstance(result, PullRequestView)
    return result


def shown_issue(*events: Json) -> IssueView:
    result = shown(*events)
    assert isinstance(result, IssueView)
    return result


def test_pull_request_when_opened_then_every_field_is_taken() -> None:
    body = pull_request(3, labels=("docs", "bug"), additions=40, deletions=2, changed_files=5)
    result = shown_pull_request(pull_request_event("opened", body))
    assert (result.repository_id, result.number, result.author_id) == (1, 3, ALICE["id"])
    assert (result.state, result.title, result.draft) == ("open", "Change 3", False)
    assert (result.created_at, result.updated_at, result.closed_at) == (NOON, NOON, None)
    assert (result.additions, result.deletions, result.changed_files) == (40, 2, 5)
    assert result.labels == ("bug", "docs")
    assert result.author_association == "CONTRIBUTOR"
    assert result.marks == ((MarkKind.OPENED, NOON, ALICE["id"]),)


def test_pull_request_when_merged_then_merger_and_time_are_the_payloads() -> None:
    body = pull_request(merged_at=NOON + HOUR, merged_by=CAROL)
    result = shown_pull_request(pull_request_event("closed", body, BOB, NOON + HOUR + 1))
    assert (result.state, result.merged_at, result.merged_by_id) == ("merged", NOON + HOUR, 9)
    assert result.marks == ((MarkKind.MERGED, NOON + HOUR, 9),)


def test_pull_request_when_only_the_merged_flag_is_there_then_its_closing_stands_in() -> None:
    body = pull_request(closed_at=NOON + HOUR, merged=True, merged_by=CAROL)
    for action in ("closed", "edited"):
        result = shown_pull_request(pull_request_event(action, body, BOB, NOON + 2 * HOUR))
        assert (result.state, result.merged_at) == ("merged", NOON + HOUR)


def test_pull_request_when_closed_and_reopened_then_the_newest_payload_tells() -> None:
    closed = pull_request_event("closed", pull_request(closed_at=NOON + HOUR), BOB, NOON + HOUR + 1)
    again = pull_request_event(
        "reopened", pull_request(updated_at=NOON + 2 * HOUR), ALICE, NOON + 2 * HOUR + 1
    )
    assert shown_pull_request(closed).state == "closed"
    result = shown_pull_request(again, closed)
    assert result.state == "open"
    assert result.marks == (
        (MarkKind.CLOSED, NOON + HOUR, BOB["id"]),
        (MarkKind.REOPENED, NOON + 2 * HOUR, ALICE["id"]),
    )


def test_pull_request_when_labelled_then_the_label_has_its_actor() -> None:
    body = pull_request(labels=("level: advanced",), updated_at=NOON + 5)
    event = pull_request_event("labeled", body, CAROL, NOON + 6, label={"name": "level: advanced"})
    assert shown_pull_request(event).labelled_by == (("level: advanced", CAROL["id"]),)


def test_pull_request_when_unlabelled_in_the_second_of_labelling_then_the_fewer_win() -> None:
    more = pull_request_event("labeled", pull_request(labels=("a", "b")), label={"name": "b"})
    fewer = pull_request_event("unlabeled", pull_request(labels=("a",)), label={"name": "b"})
    result = shown_pull_request(fewer, more)
    assert result.labels == ("a",)
    assert result.ties != 0


def test_pull_request_when_labels_are_absent_then_they_are_unknown_not_none() -> None:
    event = pull_request_event("opened", pull_request(labels=None))
    assert shown_pull_request(event).labels is None
    labelled = issue_comment_event(issue(1, labels=("kind/bug",), of_pull_request=True))
    assert shown_pull_request(event, labelled).labels == ("kind/bug",)


def test_pull_request_when_its_author_is_deleted_then_the_known_author_stays() -> None:
    opened = pull_request_event("opened", pull_request())
    for nobody in (None, account(10137, "ghost")):
        later = pull_request_event(
            "edited", pull_request(user=nobody, updated_at=NOON + HOUR), BOB, NOON + HOUR
        )
        assert shown_pull_request(opened, later).author_id == ALICE["id"]
        assert shown_pull_request(later).author_id is None


def test_issue_comment_when_on_a_pull_request_then_it_never_shows_it() -> None:
    comment = issue_comment_event(issue(1, CAROL, closed_at=NOON + 5, of_pull_request=True))
    assert shown(comment) is None
    trimmed = trim(pull_request_event("synchronize", pull_request(1), BOB))
    result = shown_pull_request(comment, trimmed)
    assert (result.author_id, result.state, result.title) == (CAROL["id"], "closed", "Question 1")


def test_issue_comment_when_its_issue_side_knows_the_merge_then_it_is_taken() -> None:
    side = {"merged_at": "2023-11-15T00:00:00Z"}
    comment = issue_comment_event(issue(1, pull_request=side))
    trimmed = trim(pull_request_event("synchronize", pull_request(1), BOB))
    assert shown_pull_request(comment, trimmed).state == "merged"


def test_issue_when_seen_by_a_comment_alone_then_it_is_an_issue() -> None:
    result = shown_issue(issue_comment_event(issue(4, CAROL)))
    assert (result.author_id, result.state, result.created_at) == (CAROL["id"], "open", NOON)


@pytest.mark.parametrize("reason", ["completed", "not_planned", None])
def test_issue_when_closed_with_a_reason_then_null_and_absent_differ(reason: str | None) -> None:
    body = issue(closed_at=NOON + HOUR, state_reason=reason)
    assert shown_issue(issue_event("closed", body, BOB, NOON + HOUR)).state_reason == reason
    absent = issue(closed_at=NOON + HOUR)
    assert shown_issue(issue_event("closed", absent, BOB, NOON + HOUR)).state_reason == UNKNOWN


def test_issue_when_opened_without_a_user_then_the_actor_is_the_author() -> None:
    result = shown_issue(issue_event("opened", issue(user=None), CAROL))
    assert result.author_id == CAROL["id"]


@pytest.mark.parametrize("action", ["deleted", "transferred"])
def test_issue_when_deleted_or_transferred_then_is_gone(action: str) -> None:
    assert shown_issue(issue_event(action, issue(), BOB, NOON + HOUR)).is_gone


def test_issue_when_closed_without_a_time_then_the_events_stands_in() -> None:
    trimmed = {"number": 5, "user": ALICE}
    result = shown_issue(issue_event("closed", trimmed, BOB, NOON + HOUR))
    assert (result.state, result.closed_at) == ("closed", NOON + HOUR)


def test_trimmed_when_opened_then_the_actor_is_the_author_and_the_time_the_events() -> None:
    result = shown_pull_request(trim(pull_request_event("opened", pull_request(), ALICE, NOON + 1)))
    assert (result.author_id, result.created_at, result.state) == (ALICE["id"], NOON + 1, "open")
    assert (result.title, result.labels, result.additions) == (None, None, None)


def test_trimmed_when_merged_then_the_actor_is_the_merger() -> None:
    merged = pull_request(merged_at=NOON + HOUR, merged_by=CAROL)
    event = trim(pull_request_event("closed", merged, BOB, NOON + HOUR + 1))
    assert event["payload"]["action"] == "merged"
    result = shown_pull_request(event)
    assert (result.state, result.merged_at) == ("merged", NOON + HOUR + 1)
    assert result.merged_by_id == CAROL["id"]


def test_trimmed_when_the_full_shape_is_learned_too_then_the_payload_wins() -> None:
    full = [
        pull_request_event("opened", pull_request(), ALICE, NOON + 1),
        pull_request_event("closed", pull_request(merged_at=NOON + HOUR), BOB, NOON + HOUR + 1),
    ]
    both = [*full, *map(trim, full)]
    random.Random(5).shuffle(both)
    one, two = shown_pull_request(*full), shown_pull_request(*both)
    fields = ("author_id", "state", "created_at", "closed_at", "merged_at", "merged_by_id", "title")
    assert [getattr(one, name) for name in fields] == [getattr(two, name) for name in fields]


def test_review_when_submitted_then_it_is_a_fact_and_attention() -> None:
    observation = seen(review_event(pull_request(), "APPROVED", BOB, NOON + 5, review_id=2**40))
    assert observation.review == ReviewFact(2**40, BOB["id"], "approved", NOON + 5, "MEMBER")
    assert observation.attention == ((BOB["id"], NOON + 5),)
    assert observation.subject.is_shown
    assert observation.subject.size is None


@pytest.mark.parametrize("change", [{"submitted_at": None}, {"state": "pending"}, {"user": None}])
def test_review_when_pending_or_nobodys_then_it_is_none_but_shows_the_work(change: Json) -> None:
    event = review_event(pull_request())
    event["payload"]["review"] |= change
    observation = seen(event)
    assert observation.review is None
    assert observation.attention == ()
    assert observation.subject.is_shown


def test_comments_when_seen_then_they_are_attention_and_no_review() -> None:
    for event in (
        review_comment_event(pull_request(), BOB, NOON + 5),
        issue_comment_event(issue(), BOB, NOON + 5),
    ):
        observation = seen(event)
        assert observation.review is None
        assert observation.attention == ((BOB["id"], NOON + 5),)


def test_comments_when_their_author_is_missing_then_the_actor_stands_in() -> None:
    event = issue_comment_event(issue(), BOB, NOON + 5)
    event["payload"]["comment"] = {"id": 1}
    assert seen(event).attention == ((BOB["id"], NOON + 5),)
    del event["payload"]["comment"]
    assert seen(event).attention == ((BOB["id"], NOON + 5),)


def test_comments_when_deleted_then_they_are_no_attention() -> None:
    event = issue_comment_event(issue(), BOB, NOON + 5)
    event["payload"]["action"] = "deleted"
    assert seen(event).attention == ()


def test_people_when_named_several_times_then_each_is_told_once_with_the_type() -> None:
    body = pull_request(merged_at=NOON + HOUR, merged_by=BOB)
    people = seen(pull_request_event("closed", body, BOB, NOON + HOUR)).people
    assert people == (
        PersonFact(ALICE["id"], "alice", "User", NOON + HOUR),
        PersonFact(BOB["id"], "bob", "User", NOON + HOUR),
    )


def test_people_when_only_the_actor_is_known_then_the_type_is_not() -> None:
    people = seen(pull_request_event("labeled", pull_request(), ROBOT)).people
    assert people[-1] == PersonFact(ROBOT["id"], "helper[bot]", None, NOON)


def test_repository_when_the_base_says_more_then_it_is_the_bases_not_the_heads() -> None:
    base = repository(5, "acme/tools", fork=True, topics=["hacktoberfest"])
    body = pull_request(repo=base, head={"repo": repository(6, "alice/tools", fork=False)})
    fact = seen(pull_request_event("opened", body, repo=base)).repository
    assert (fact.github_id, fact.full_name, fact.owner_login) == (5, "acme/tools", "acme")
    assert (fact.owner_github_id, fact.is_fork, fact.is_private) == (900_005, True, False)
    assert fact.topics == ("hacktoberfest",)


def test_repository_when_only_its_name_is_known_then_the_rest_is_unknown() -> None:
    fact = seen(issue_comment_event(issue())).repository
    assert (fact.owner_login, fact.owner_github_id) == ("acme", None)
    assert (fact.is_fork, fact.is_private, fact.topics) == (None, None, None)


def test_repository_when_a_base_is_another_one_then_it_is_not_taken() -> None:
    event = pull_request_event("opened", pull_request(repo=repository(6, "other/place")))
    assert seen(event).repository.is_fork is None


def test_other_events_when_seen_then_nothing_is_observed() -> None:
    assert observe_event(typed(push_event())) is None
    repo = Repository(1, full_name="acme/widgets")
    assert observe("gollum", "", Payload(), Account(7, "alice"), repo, NOON) is None
    assert set(ARCHIVE_EVENTS) == {
        "PullRequestEvent",
        "PullRequestReviewEvent",
        "PullRequestReviewCommentEvent",
        "IssuesEvent",
        "IssueCommentEvent",
    }


@pytest.mark.parametrize(
    ("event", "field"),
    [
        (pull_request_event("opened", pull_request()), "pull_request"),
        (review_event(pull_request()), "review"),
        (issue_event("opened", issue()), "issue"),
    ],
)
def test_observe_when_its_subject_is_missing_then_the_field_is_named(
    event: Json, field: str
) -> None:
    event = json.loads(json.dumps(event))
    del event["payload"][field]
    with pytest.raises(PayloadFault, match=f"missing payload.{field}") as caught:
        observe_event(typed(event))
    assert caught.value.field == f"payload.{field}"


@pytest.mark.parametrize("name", ["", "widgets", "/widgets", "acme/"])
def test_observe_when_the_repository_has_no_full_name_then_it_is_named(name: str) -> None:
    event = issue_event("opened", issue())
    event["repo"]["name"] = name
    with pytest.raises(PayloadFault, match=r"repo\.name"):
        observe_event(typed(event))


def test_payloads_when_ids_exceed_32_bits_and_fields_are_new_then_they_are_read() -> None:
    big = account(2**53 - 1, "late")
    event = pull_request_event("opened", pull_request(user=big, novelty={"a": [1]}), big)
    assert shown_pull_request(event).author_id == 2**53 - 1


def test_fold_when_a_life_is_shuffled_and_repeated_then_bytes_are_the_same() -> None:
    life = [
        pull_request_event("opened", pull_request(), ALICE, NOON + 1),
        review_comment_event(pull_request(updated_at=NOON + 10), BOB, NOON + 10),
        pull_request_event("labeled", pull_request(labels=("a",), updated_at=NOON + 20), CAROL),
        issue_comment_event(issue(1, labels=("a", "b"), of_pull_request=True), BOB, NOON + 30),
        pull_request_event("closed", pull_request(closed_at=NOON + 40), BOB, NOON + 41),
        pull_request_event("reopened", pull_request(updated_at=NOON + 50), ALICE, NOON + 51),
        pull_request_event("closed", pull_request(merged_at=NOON + 60), BOB, NOON + 61),
    ]
    folds = [seen(event).subject for event in [*life, *map(trim, life)]]
    once = dumps(reduce(join, folds))
    chance = random.Random(11)
    for _ in range(50):
        again = folds + chance.sample(folds, 5)
        chance.shuffle(again)
        assert dumps(reduce(join, again)) == once
