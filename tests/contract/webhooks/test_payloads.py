"""GitHub's own recorded webhooks, all of them, on a real database."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator

from laurels.adapters.github.webhook_shapes import SHAPES
from laurels.apps.audit.actors import SYSTEM
from laurels.apps.contributions.models import Contribution, Issue, PullRequest
from laurels.apps.intake.services.events import Outcome, events_apply
from laurels.apps.people.models import Contributor
from laurels.apps.projects.models import Repository
from laurels.apps.projects.register import Register
from laurels.apps.projects.services import repositories_observe
from laurels.apps.recognition.services import settle_dirty
from laurels.apps.scoring.selectors import ledger_digest, ledger_verify
from laurels.apps.scoring.services import program_init
from laurels.domain.lifecycle import RepositoryFact
from laurels.kit.times import parse_instant
from tests.contract.webhooks.conftest import Recorded
from tests.fakes.webhooks import delivery
from tests.meta.test_events_page import CELLS

pytestmark = pytest.mark.django_db

NOW = parse_instant("2026-05-01T00:00:00Z")


def register(recorded: Recorded) -> None:
    """Make every repository that the payloads speak of ours, with its owner."""
    program_init("nest", now=NOW, acting=SYSTEM)
    facts = {
        RepositoryFact(
            repo["id"], repo["full_name"], repo["owner"]["login"], repo["owner"]["id"],
            None, None, None, 1,
        )
        for _, body in recorded
        if (repo := body.get("repository"))
    }  # fmt: skip
    repositories_observe(facts, register=Register.all(), now=1, acting=SYSTEM)


def apply(recorded: Recorded) -> list[Outcome]:
    deliveries = [delivery(event, body, hook_id=None) for event, body in recorded]
    outcomes = events_apply(deliveries, acting=SYSTEM, now=NOW)
    settle_dirty(acting=SYSTEM, source="delivery:1", now=NOW)
    return outcomes


def test_payloads_when_all_are_applied_then_none_raises_and_every_handled_event_is_met(
    recorded: Recorded,
) -> None:
    assert len(recorded) == 329
    register(recorded)
    outcomes = apply(recorded)
    pairs = [(event, one) for (event, _), one in zip(recorded, outcomes, strict=True)]
    by_state = Counter((event in SHAPES, one.state) for event, one in pairs)
    assert by_state[False, "ignored"] == sum(event not in SHAPES for event, _ in recorded)
    assert by_state[True, "processed"] > 80
    # An organisation that owns none of the repositories that were registered.
    strangers = {(event, one.reason) for event, one in pairs if one.state == "dead"}
    assert strangers <= {("organization", "the organisation owns no repository that is registered")}
    assert {event for event, one in pairs if one.state == "processed"} >= {
        "ping", "pull_request", "pull_request_review", "pull_request_review_comment", "issues",
        "issue_comment", "push", "repository", "installation", "installation_repositories",
        "github_app_authorization",
    }  # fmt: skip
    assert all(len(one.fingerprint) == 64 for _, one in pairs if one.state == "processed")
    assert PullRequest.objects.exists()
    assert Issue.objects.exists()
    assert ledger_verify().ok


def test_payloads_when_applied_again_one_by_one_and_backwards_then_nothing_changes(
    recorded: Recorded,
) -> None:
    register(recorded)
    apply(recorded)
    before = (ledger_digest(), Contribution.objects.filter(is_withdrawn=False).count())
    for one in reversed([pair for pair in recorded if pair[0] in SHAPES]):
        apply([one])
    after = (ledger_digest(), Contribution.objects.filter(is_withdrawn=False).count())
    assert after == before


def test_payloads_when_nothing_is_registered_then_none_writes_a_fact(recorded: Recorded) -> None:
    program_init("nest", now=NOW, acting=SYSTEM)
    outcomes = apply(recorded)
    assert not Repository.objects.exists()
    assert not PullRequest.objects.exists()
    assert not Contributor.objects.exists()
    about_one = [
        (body, one)
        for (event, body), one in zip(recorded, outcomes, strict=True)
        if event in SHAPES and "repository" in body and event != "ping"
    ]
    for body, one in about_one:
        assert one.state == ("ignored" if "installation" in body else "dead")
        assert one.is_alarming == ("installation" not in body)


def test_payloads_when_sent_under_any_other_header_then_none_is_processed(
    recorded: Recorded,
) -> None:
    register(recorded)
    before = (Repository.objects.count(), list(Repository.objects.order_by("pk").values()))
    swapped = [(header, body) for event, body in recorded for header in SHAPES if header != event]
    assert {one.state for one in apply(swapped)} <= {"dead", "ignored"}
    assert not PullRequest.objects.exists()
    assert before == (Repository.objects.count(), list(Repository.objects.order_by("pk").values()))


def test_payloads_when_swapped_between_handled_events_then_dead_and_alarmed(
    recorded: Recorded,
) -> None:
    register(recorded)
    speaking = {"pull_request", "pull_request_review", "issues", "issue_comment", "push", "member"}
    swapped = [
        (header, body)
        for event, body in recorded
        for header in speaking
        if event in speaking and header != event
    ]
    assert {(one.state, one.is_alarming) for one in apply(swapped)} == {("dead", True)}


LATER = frozenset({
    "active_lock_reason", "auto_merge", "custom_properties", "deliveries_url", "description",
    "draft", "is_template", "line", "original_line", "original_start_line",
    "performed_via_github_app", "reactions", "requester", "side", "start_line", "start_side",
    "suspended_at", "suspended_by", "topics", "visibility", "web_commit_signoff_required",
})  # fmt: skip
"""Keys that GitHub's schemas require, and that it did not send yet when it recorded these."""


def without_later(schema: Any) -> Any:
    """Return the schema as it was before those keys came."""
    if isinstance(schema, list):
        return [without_later(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    plain = {name: without_later(value) for name, value in schema.items()}
    if isinstance(plain.get("required"), list):
        plain["required"] = [name for name in plain["required"] if name not in LATER]
    return plain


def test_payloads_of_handled_events_when_held_against_githubs_schemas_then_fit(
    recorded: Recorded, octokit: Path
) -> None:
    """The bodies that the readers are fed are what GitHub says it sends."""
    text = (octokit / "webhooks-schemas" / "schema.json").read_text(encoding="utf-8")
    definitions = without_later(json.loads(text)["definitions"])
    wrong, held = [], 0
    for event, body in recorded:
        if event not in SHAPES:
            continue
        name = f"{event}${body.get('action', 'event')}"
        definition = {"$ref": f"#/definitions/{name}", "definitions": definitions}
        held += 1
        if not Draft7Validator(definition).is_valid(body):
            wrong.append(name)
    assert wrong == []
    assert held > 80


def test_actions_when_github_describes_one_of_a_handled_event_then_the_page_tells_it(
    octokit: Path,
) -> None:
    text = (octokit / "webhooks-schemas" / "schema.json").read_text(encoding="utf-8")
    described = {tuple(name.split("$")) for name in json.loads(text)["definitions"] if "$" in name}
    told = {(event, action or "event") for event, action, _ in CELLS}
    assert {(event, action) for event, action in described if event in SHAPES} == told
