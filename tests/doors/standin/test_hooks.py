from __future__ import annotations

import hashlib
import hmac
import json
from typing import Any

import pytest

from laurels.lab.github.things import Hook
from tests.fakes.github import Door, Town

PLACE = "/repos/harbour/tide"
DAY = 86_400


def made(town: Town, ask: Any, door: Door, events: tuple[str, ...] = ("*",)) -> Any:
    config = {"url": door.url, "content_type": "json", "secret": "salt"}
    asked = {"name": "web", "config": config, "events": list(events)}
    reply = ask("POST", f"{PLACE}/hooks", town.owner, body=asked)
    assert reply.status == 201, reply.raw
    assert town.hub.post.drain()
    return reply.body


def events_of(door: Door) -> list[tuple[str, str | None]]:
    return [
        (one.headers["X-GitHub-Event"], json.loads(one.body).get("action")) for one in door.taken
    ]


def test_hook_when_made_then_pinged_signed_and_its_secret_hidden(
    town: Town, ask: Any, door: Door
) -> None:
    hook = made(town, ask, door, ("pull_request",))
    assert hook["config"]["secret"] == "********"
    (ping,) = door.taken
    assert ping.headers["X-GitHub-Hook-ID"] == str(hook["id"])
    assert ping.headers["X-GitHub-Event"] == "ping"
    assert ping.headers["User-Agent"].startswith("GitHub-Hookshot/")
    signed = hmac.new(b"salt", ping.body, hashlib.sha256).hexdigest()
    assert ping.headers["X-Hub-Signature-256"] == f"sha256={signed}"
    assert json.loads(ping.body)["hook_id"] == hook["id"]


def test_hook_when_same_address_again_then_refused(town: Town, ask: Any, door: Door) -> None:
    made(town, ask, door)
    body = {"config": {"url": door.url, "content_type": "json"}}
    reply = ask("POST", f"{PLACE}/hooks", town.owner, body=body)
    assert (reply.status, reply.body["errors"][0]["code"]) == (422, "custom")


@pytest.mark.parametrize(
    "body", [{}, {"config": {"url": "ftp://x"}}, {"config": {"url": "http://127.0.0.1/"}}]
)
def test_hook_when_it_cannot_be_sent_to_then_refused(town: Town, ask: Any, body: Any) -> None:
    assert ask("POST", f"{PLACE}/hooks", town.owner, body=body).status == 422


def test_hooks_when_asked_by_who_is_no_administrator_then_not_found(town: Town, ask: Any) -> None:
    for person in (town.maintainer, town.outsider):
        assert ask("GET", f"{PLACE}/hooks", person).status == 404
    assert ask("GET", f"{PLACE}/hooks", town.owner, scopes=("read:user",)).status == 404
    assert ask("GET", f"{PLACE}/hooks").status == 401


def test_hook_when_lived_through_then_each_act_is_told_in_order(
    town: Town, ask: Any, door: Door
) -> None:
    made(town, ask, door)
    acts, carl, mira = town.hub.acts, town.contributor, town.maintainer
    pull = acts.open(town.repository, carl, "Mend the wheel", draft=True)
    acts.ready(pull, carl)
    acts.label(pull, mira, "good work")
    acts.label(pull, mira, "good work")
    acts.edit(pull, carl, "Mend both wheels")
    found = acts.review(pull, mira, "CHANGES_REQUESTED")
    acts.push(pull)
    acts.dismiss(found, mira)
    acts.comment(pull, mira, "Here?", path="wheel.py")
    acts.comment(pull, mira, "Thanks")
    acts.close(pull, carl)
    acts.reopen(pull, carl)
    acts.merge(pull, mira)
    issue = acts.open(town.repository, carl, "It squeaks", is_pull=False)
    acts.delete_issue(issue, mira)
    assert town.hub.post.drain()
    assert events_of(door) == [
        ("ping", None),
        ("pull_request", "opened"),
        ("pull_request", "ready_for_review"),
        ("pull_request", "labeled"),
        ("pull_request", "unlabeled"),
        ("pull_request", "edited"),
        ("pull_request_review", "submitted"),
        ("pull_request", "synchronize"),
        ("pull_request_review", "dismissed"),
        ("pull_request_review_comment", "created"),
        ("issue_comment", "created"),
        ("pull_request", "closed"),
        ("pull_request", "reopened"),
        ("pull_request", "closed"),
        ("push", None),
        ("issues", "opened"),
        ("issues", "deleted"),
    ]
    merged = json.loads(door.taken[13].body)
    assert merged["pull_request"]["merged_by"]["login"] == "mira"
    assert merged["organization"]["login"] == "harbour"
    assert json.loads(door.taken[14].body)["after"] == merged["pull_request"]["merge_commit_sha"]


def test_acts_when_github_would_refuse_then_they_raise(town: Town) -> None:
    acts = town.hub.acts
    pull = acts.open(town.repository, town.contributor, "A")
    acts.merge(pull, town.maintainer)
    for act in (acts.merge, acts.close, acts.reopen, acts.delete_issue):
        with pytest.raises(ValueError):
            act(pull, town.maintainer)
    town.hub.places.archive(town.repository, town.owner)
    with pytest.raises(ValueError, match="takes nothing new"):
        acts.open(town.repository, town.contributor, "B")


def test_hook_when_it_wants_one_event_then_hears_no_other(town: Town, ask: Any, door: Door) -> None:
    made(town, ask, door, ("issues",))
    town.hub.acts.open(town.repository, town.contributor, "A")
    town.hub.acts.open(town.repository, town.contributor, "B", is_pull=False)
    assert town.hub.post.drain()
    assert events_of(door)[1:] == [("issues", "opened")]


def test_hook_when_changed_then_secret_and_events_follow(town: Town, ask: Any, door: Door) -> None:
    hook = made(town, ask, door)
    path = f"{PLACE}/hooks/{hook['id']}"
    config = {"url": door.url, "content_type": "json", "secret": "new"}
    reply = ask("PATCH", path, town.owner, body={"config": config, "events": ["push"]})
    assert reply.body["events"] == ["push"]
    assert ask("POST", f"{path}/pings", town.owner).status == 204
    assert town.hub.post.drain()
    last = door.taken[-1]
    signed = hmac.new(b"new", last.body, hashlib.sha256).hexdigest()
    assert last.headers["X-Hub-Signature-256"] == f"sha256={signed}"
    more = {"add_events": ["issues"], "remove_events": ["push"], "active": False}
    changed = ask("PATCH", path, town.owner, body=more).body
    assert (changed["events"], changed["active"]) == (["issues"], False)


def test_hook_when_deleted_then_silent(town: Town, ask: Any, door: Door) -> None:
    hook = made(town, ask, door)
    path = f"{PLACE}/hooks/{hook['id']}"
    assert ask("DELETE", path, town.owner).status == 204
    assert ask("GET", path, town.owner).status == 404
    town.hub.acts.open(town.repository, town.contributor, "A")
    assert town.hub.post.drain()
    assert len(door.taken) == 1


def test_delivery_when_refused_then_listed_as_failed_and_not_sent_again(
    town: Town, ask: Any, door: Door
) -> None:
    hook = made(town, ask, door)
    door.statuses += [500]
    town.hub.acts.open(town.repository, town.contributor, "A")
    assert town.hub.post.drain()
    path = f"{PLACE}/hooks/{hook['id']}/deliveries"
    listed = ask("GET", path, town.owner).body
    assert [(one["event"], one["status_code"]) for one in listed] == [
        ("pull_request", 500),
        ("ping", 202),
    ]
    failed = ask("GET", f"{path}?status=failure", town.owner).body
    assert [one["id"] for one in failed] == [listed[0]["id"]]
    whole = ask("GET", f"{path}/{listed[0]['id']}", town.owner).body
    assert whole["request"]["payload"]["action"] == "opened"
    assert len(door.taken) == 2
    shown = ask("GET", f"{PLACE}/hooks/{hook['id']}", town.owner).body
    assert shown["last_response"]["code"] == 500


def test_redelivery_when_asked_within_three_days_then_same_guid_and_body(
    town: Town, ask: Any, door: Door
) -> None:
    hook = made(town, ask, door)
    path = f"{PLACE}/hooks/{hook['id']}/deliveries"
    (first,) = ask("GET", path, town.owner).body
    town.clock.forward(3 * DAY)
    assert ask("POST", f"{path}/{first['id']}/attempts", town.owner).status == 202
    assert town.hub.post.drain()
    before, again = door.taken
    assert again.headers["X-GitHub-Delivery"] == before.headers["X-GitHub-Delivery"]
    assert again.body == before.body
    town.clock.forward(1)
    assert ask("POST", f"{path}/{first['id']}/attempts", town.owner).status == 404
    assert [one["redelivery"] for one in ask("GET", path, town.owner).body] == [True]


def test_deliveries_when_many_then_pages_by_cursor(town: Town, ask: Any, door: Door) -> None:
    hook = made(town, ask, door)
    for number in range(4):
        town.hub.acts.open(town.repository, town.contributor, f"N{number}")
    assert town.hub.post.drain()
    seen, page = [], f"{PLACE}/hooks/{hook['id']}/deliveries?per_page=2"
    while page:
        reply = ask("GET", page, town.owner)
        seen += [one["id"] for one in reply.body]
        page = reply.link("next")
    assert len(seen) == 5 and seen == sorted(set(seen), reverse=True)


def test_post_when_mishaps_come_then_lost_doubled_and_late(
    town: Town, ask: Any, door: Door
) -> None:
    hook = made(town, ask, door)
    town.hub.post.mishaps.extend(["lose", "twice", "hold", "hold"])
    for number in range(5):
        town.hub.acts.open(town.repository, town.contributor, f"N{number}")
    assert town.hub.post.drain()
    town.hub.post.release()
    assert town.hub.post.drain()
    titles = [json.loads(one.body)["pull_request"]["title"] for one in door.taken[1:]]
    assert titles == ["N1", "N1", "N4", "N3", "N2"]
    listed = ask("GET", f"{PLACE}/hooks/{hook['id']}/deliveries", town.owner).body
    assert len(listed) == 5


@pytest.mark.parametrize(
    "url", ["https://127.0.0.1/", "http://example.org/", "http://127.0.0.1:1/"]
)
def test_post_when_address_cannot_be_reached_then_failed_and_no_more(town: Town, url: str) -> None:
    hook = town.hub.places.hook(town.repository, url, "", ["*"])
    assert town.hub.post.drain()
    (sent,) = hook.sent
    assert sent.status_code == 502
    assert "X-Hub-Signature-256" not in sent.headers


def test_post_when_two_hooks_then_one_guid(town: Town, ask: Any, door: Door) -> None:
    town.hub.places.app_hook(door.url, "whole")
    town.hub.world.install(town.group)
    made(town, ask, door)
    town.hub.acts.open(town.repository, town.contributor, "A")
    assert town.hub.post.drain()
    own, app = door.taken[-2:]
    assert own.headers["X-GitHub-Delivery"] == app.headers["X-GitHub-Delivery"]
    assert own.headers["X-GitHub-Hook-ID"] != app.headers["X-GitHub-Hook-ID"]
    assert app.headers["X-GitHub-Hook-Installation-Target-Type"] == "integration"
    assert json.loads(app.body)["installation"]["id"] in town.hub.world.installations


def test_post_when_given_bytes_then_sent_as_they_are(town: Town, door: Door) -> None:
    hook = Hook(1, town.repository, door.url, "k", ["*"], 0, 0)
    town.hub.post.emit_raw([hook], "issues", b'{"odd" : 1}', guid="a-guid")
    assert town.hub.post.drain()
    (one,) = door.taken
    assert (one.body, one.headers["X-GitHub-Delivery"]) == (b'{"odd" : 1}', "a-guid")
