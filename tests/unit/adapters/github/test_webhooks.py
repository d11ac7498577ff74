"""Deliveries read: what they tell, what they lack, and what they only pretend to be."""

from __future__ import annotations

import json
from typing import Any

import pytest

from laurels.adapters.github.observe import PayloadFault
from laurels.adapters.github.webhook_shapes import SHAPES, TELLING, Mismatch, check_shape
from laurels.adapters.github.webhooks import (
    AccessGained,
    AccessLost,
    AuthorizationRevoked,
    BadBody,
    Message,
    Nothing,
    Ping,
    RepositoryChange,
    RightsLost,
    Unhandled,
    read_webhook,
)
from laurels.domain.lifecycle import MarkKind, Observation, PullRequestView, view
from laurels.kit.times import format_instant
from tests.fakes.archive import ALICE, BOB, NOON, WIDGETS, Json, issue, pull_request

ARRIVAL = NOON + 50_000


def read(event: str, body: Any, received_at: int = ARRIVAL) -> Message:
    message = read_webhook(event, json.dumps(body).encode(), received_at)
    assert isinstance(message, Message)
    return message


def observed(event: str, body: Json) -> Observation:
    told = read(event, body).told
    assert isinstance(told, Observation)
    return told


def opened(**more: Any) -> Json:
    return {
        "action": "opened",
        "number": 1,
        "pull_request": pull_request(1),
        "repository": WIDGETS,
        "sender": ALICE,
    } | more


def about_issue(action: str, body: Json | None = None, **more: Any) -> Json:
    told = {"action": action, "issue": body or issue(), "repository": WIDGETS, "sender": BOB}
    return told | more


def comment(at: int = NOON + 60) -> Json:
    return {"id": 1, "user": BOB, "created_at": format_instant(at)}


def test_pull_request_when_opened_then_is_the_archives_observation() -> None:
    told = observed("pull_request", opened())
    shown = view(told.subject)
    assert isinstance(shown, PullRequestView)
    assert (shown.author_id, shown.created_at, shown.state) == (ALICE["id"], NOON, "open")
    assert told.repository.full_name == "acme/widgets"
    assert told.repository.owner_github_id == WIDGETS["owner"]["id"]


def test_pull_request_when_closed_says_open_then_it_is_closed_all_the_same() -> None:
    body = opened(action="closed", pull_request=pull_request(1, updated_at=NOON + 9))
    shown = view(observed("pull_request", body).subject)
    assert shown is not None
    assert (shown.state, shown.closed_at) == ("closed", NOON + 9)


def test_pull_request_when_merged_at_is_absent_then_the_closing_is_the_merge() -> None:
    merged = pull_request(1, closed_at=NOON + 9, merged=True)
    del merged["merged_at"]
    shown = view(observed("pull_request", opened(action="closed", pull_request=merged)).subject)
    assert isinstance(shown, PullRequestView)
    assert (shown.state, shown.merged_at) == ("merged", NOON + 9)


def test_pull_request_when_synchronized_then_the_new_head_is_a_mark() -> None:
    body = opened(action="synchronize", pull_request=pull_request(1, updated_at=NOON + 5))
    marks = observed("pull_request", body | {"before": "0", "after": "1"}).subject.marks
    assert marks == ((int(MarkKind.PUSHED), NOON + 5, ALICE["id"]),)


@pytest.mark.parametrize("action", ["converted_to_draft", "ready_for_review"])
def test_pull_request_when_its_draft_flag_turns_then_the_snapshot_tells(action: str) -> None:
    draft = action == "converted_to_draft"
    body = opened(action=action, pull_request=pull_request(1, draft=draft))
    assert observed("pull_request", body).subject.draft == (NOON, draft)


@pytest.mark.parametrize("action", ["auto_merge_enabled", "milestoned", "enqueued", "brand_new"])
def test_pull_request_when_the_action_is_unknown_then_the_snapshot_still_counts(
    action: str,
) -> None:
    body = opened(action=action, pull_request=pull_request(1, title="Told"), surprise={"a": 1})
    subject = observed("pull_request", body).subject
    assert (subject.title, subject.marks) == ((NOON, "Told"), ())


@pytest.mark.parametrize("action", ["deleted", "transferred"])
def test_issue_when_it_left_then_it_is_gone(action: str) -> None:
    shown = view(observed("issues", about_issue(action)).subject)
    assert shown is not None
    assert shown.is_gone


def test_issue_comment_when_on_a_pull_request_then_only_hints_at_it() -> None:
    body = about_issue("created", issue(1, of_pull_request=True), comment=comment())
    told = observed("issue_comment", body)
    assert view(told.subject) is None
    assert told.attention == ((BOB["id"], NOON + 60),)


@pytest.mark.parametrize("event", ["issue_comment", "pull_request_review_comment"])
def test_comment_when_deleted_then_is_no_attention(event: str) -> None:
    subject = "issue" if event == "issue_comment" else "pull_request"
    body = about_issue("deleted", comment=comment())
    del body["issue"]
    body[subject] = issue(1) if subject == "issue" else pull_request(1)
    assert observed(event, body).attention == ()


def test_times_when_the_repository_is_newer_then_it_dates_the_name_but_not_the_subject() -> None:
    newer = WIDGETS | {"updated_at": format_instant(NOON + 77), "pushed_at": NOON + 88}
    told = observed("pull_request", opened(repository=newer))
    assert told.repository.at == NOON + 88
    assert told.subject.updated_at == NOON


def test_times_when_the_body_has_none_then_the_field_is_named() -> None:
    bare = {"number": 1, "user": ALICE, "state": "open"}
    with pytest.raises(PayloadFault, match="missing updated_at"):
        read("pull_request", opened(pull_request=bare))


def test_times_when_asked_of_a_fact_then_never_the_arrival() -> None:
    first, again = (read("pull_request", opened(), at) for at in (NOON, ARRIVAL))
    assert first == again


@pytest.mark.parametrize(
    ("event", "body", "named"),
    [
        ("pull_request", opened(pull_request={"number": "one"}), r"\$\.pull_request\.number"),
        ("pull_request", opened(pull_request={"state": "open"}), "number"),
        ("issues", about_issue("opened", repository={"full_name": "a/b"}), "id"),
        ("pull_request", opened(repository={"id": 1}), "repository.full_name"),
        ("pull_request", opened(repository=None), "repository"),
        ("issues", about_issue("opened", issue=None), "issue"),
        ("pull_request_review", opened(action="submitted", review=None), "review"),
        ("ping", {"zen": "z", "hook_id": None, "repository": WIDGETS}, "hook_id"),
        ("member", {"action": "removed", "member": None, "repository": WIDGETS}, "member"),
        ("organization", {"action": "member_removed", "organization": None}, "organization"),
        (
            "organization",
            {"action": "member_removed", "organization": {"id": 4}},
            "membership.user",
        ),
        ("installation", {"action": "deleted", "installation": {"id": 4}}, "installation.account"),
        ("installation", {"action": "deleted", "installation": None}, "installation"),
        ("github_app_authorization", {"action": "revoked", "sender": None}, "sender"),
        (
            "push",
            {"ref": "a", "before": "0", "after": "1", "commits": [], "repository": WIDGETS},
            "repository.default_branch",
        ),
    ],
)
def test_body_when_something_needed_is_missing_then_the_field_is_named(
    event: str, body: Json, named: str
) -> None:
    if event == "pull_request_review":
        body = {name: value for name, value in body.items() if name != "number"}
    with pytest.raises((PayloadFault, BadBody), match=named):
        read(event, body)


@pytest.mark.parametrize("raw", [b"", b"{", b"[]", b"null", b'"x"', b"\xff\xfe", b'{"a": 1} x'])
def test_body_when_it_is_no_json_object_then_is_refused_with_the_reason(raw: bytes) -> None:
    with pytest.raises(BadBody, match="no JSON object"):
        read_webhook("pull_request", raw, NOON)


def test_event_when_not_handled_then_only_its_action_and_repository_are_taken() -> None:
    told = read_webhook("star", b'{"action": "created", "repository": {"id": 5}}', NOON)
    assert told == Unhandled("star", "created", 5)
    assert read_webhook("odd", b'{"action": 5}', NOON) == Unhandled("odd", "", None)
    assert read_webhook("odd", b"{}", NOON) == Unhandled("odd", "", None)


@pytest.mark.parametrize("header", ["issues", "push", "repository", "member", "ping", "star"])
def test_body_when_sent_under_another_header_then_is_a_mismatch(header: str) -> None:
    with pytest.raises(Mismatch, match=header):
        read(header, opened())


def test_shapes_when_compared_then_no_body_fits_two() -> None:
    for name, shape in SHAPES.items():
        for other in SHAPES:
            if other != name:
                with pytest.raises((Mismatch, PayloadFault)):
                    check_shape(other, shape.needs)
        check_shape(name, shape.needs | shape.may)
    assert TELLING.isdisjoint({"action", "sender", "installation", "changes", "enterprise"})


@pytest.mark.parametrize(
    ("action", "at"), [("renamed", NOON + 3), ("privatized", NOON + 3), ("deleted", ARRIVAL)]
)
def test_repository_when_it_changed_then_the_time_is_its_own_where_it_has_one(
    action: str, at: int
) -> None:
    repository = WIDGETS | {"updated_at": format_instant(NOON + 3)}
    told = read("repository", {"action": action, "repository": repository, "sender": ALICE}).told
    assert told == RepositoryChange(action, at)


@pytest.mark.parametrize(
    ("changes", "is_lost"),
    [
        ({}, False),
        ({"permission": {"from": "admin", "to": "write"}}, True),
        ({"permission": {"from": "write", "to": "admin"}}, False),
        ({"old_permission": {"from": "admin"}}, False),
    ],
)
def test_member_when_edited_then_only_a_lesser_permission_is_a_loss(
    changes: Json, is_lost: bool
) -> None:
    body = {"action": "edited", "member": BOB, "changes": changes, "repository": WIDGETS}
    told = read("member", body).told
    assert isinstance(told, RightsLost if is_lost else Nothing)


def test_member_when_removed_then_the_arrival_stands_in_for_the_time() -> None:
    told = read("member", {"action": "removed", "member": BOB, "repository": WIDGETS}).told
    assert told == RightsLost(BOB["id"], ARRIVAL)


def test_organization_when_a_member_left_then_their_rights_are_lost() -> None:
    body = {"action": "member_removed", "organization": {"id": 4, "login": "acme"}}
    message = read("organization", body | {"membership": {"user": BOB}})
    assert message.told == RightsLost(BOB["id"], ARRIVAL)
    assert (message.organization_id, message.repository) == (4, None)


@pytest.mark.parametrize("action", ["deleted", "suspend"])
def test_installation_when_it_ended_then_all_of_the_account_is_lost(action: str) -> None:
    body = {"action": action, "installation": {"id": 6, "account": ALICE}, "repositories": []}
    assert read("installation", body).told == AccessLost(6, ALICE["id"], None, ARRIVAL)


def test_installation_when_repositories_left_then_these_are_lost() -> None:
    body = {
        "action": "removed",
        "installation": {"id": 6, "account": ALICE},
        "repositories_added": [],
        "repositories_removed": [{"id": 9}, {"id": 3}],
    }
    told = read("installation_repositories", body).told
    assert told == AccessLost(6, ALICE["id"], (3, 9), ARRIVAL)


@pytest.mark.parametrize(
    ("event", "body", "repositories"),
    [
        ("installation", {"action": "unsuspend"}, None),
        ("installation", {"action": "created", "repositories": [{"id": 4}, {"id": 3}]}, (3, 4)),
        (
            "installation_repositories",
            {"action": "added", "repositories_added": [{"id": 3}], "repositories_removed": []},
            (3,),
        ),
    ],
)
def test_installation_when_access_is_given_then_which_repositories_is_told(
    event: str, body: Json, repositories: tuple[int, ...] | None
) -> None:
    told = read(event, body | {"installation": {"id": 6, "account": ALICE}}).told
    assert told == AccessGained(6, ALICE["id"], repositories, ARRIVAL)


def test_authorization_when_revoked_then_whose_is_told() -> None:
    told = read("github_app_authorization", {"action": "revoked", "sender": BOB}).told
    assert told == AuthorizationRevoked(BOB["id"], ARRIVAL)


@pytest.mark.parametrize(
    ("event", "body"),
    [
        ("member", {"action": "added", "member": BOB, "repository": WIDGETS}),
        ("repository", {"action": "starred", "repository": WIDGETS}),
        ("organization", {"action": "member_added", "organization": {"id": 4}}),
        (
            "installation",
            {"action": "new_permissions_accepted", "installation": {"id": 6, "account": ALICE}},
        ),
        ("github_app_authorization", {"action": "granted", "sender": BOB}),
    ],
)
def test_action_when_it_takes_nothing_then_the_reason_names_it(event: str, body: Json) -> None:
    told = read(event, body).told
    assert isinstance(told, Nothing)
    assert body["action"] in told.reason


def test_ping_when_read_then_the_hook_is_told() -> None:
    told = read("ping", {"zen": "z", "hook_id": 12, "hook": {}, "repository": WIDGETS}).told
    assert told == Ping(12, ARRIVAL)


def test_fingerprint_when_the_same_fact_then_is_the_same_whoever_delivers_it_and_when() -> None:
    by_another_hook = opened(sender=ALICE, installation={"id": 3}, surprise=1)
    assert read("pull_request", opened()).fingerprint == (
        read("pull_request", by_another_hook, NOON).fingerprint
    )
    removed = {"action": "removed", "member": BOB, "repository": WIDGETS}
    assert read("member", removed, NOON).fingerprint == read("member", removed).fingerprint


def test_fingerprint_when_a_label_more_is_told_then_is_another() -> None:
    prints = {
        read("pull_request", opened(pull_request=pull_request(1, labels=labels))).fingerprint
        for labels in ([], ["a"], ["a", "b"])
    }
    assert len(prints) == 3


@pytest.mark.parametrize("number", [2**63, 10**30, -(2**64)])
def test_number_when_no_database_could_store_it_then_the_field_is_named(number: int) -> None:
    with pytest.raises(BadBody, match=r"pull_request\.number"):
        read("pull_request", opened(pull_request=pull_request(1) | {"number": number}))
    told = read_webhook("star", json.dumps({"repository": {"id": number}}).encode(), NOON)
    assert told == Unhandled("star", "", None)


@pytest.mark.parametrize(
    ("title", "kept"), [("a\0b", "ab"), ("a\\\0b", "a\\b"), ("a\\u0000b", "a\\u0000b")]
)
def test_text_when_it_holds_nul_then_only_that_is_left_out(title: str, kept: str) -> None:
    subject = observed("pull_request", opened(pull_request=pull_request(1, title=title))).subject
    assert subject.title == (NOON, kept)
