"""A program with two repositories, told by webhooks."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from laurels.apps.audit.actors import SYSTEM
from laurels.apps.intake.services.events import Outcome, Received, events_apply
from laurels.apps.projects.register import Register
from laurels.apps.projects.services import repositories_observe
from laurels.apps.recognition.services import settle_dirty
from laurels.apps.scoring.services import program_init
from laurels.domain.lifecycle import RepositoryFact
from laurels.kit.times import parse_instant
from tests.fakes.archive import WIDGETS, Json, repository

GADGETS = repository(2, "guild/gadgets")
NOW = parse_instant("2026-05-01T00:00:00Z")


def fact(repo: Json, at: int = 1) -> RepositoryFact:
    """What registering says of a repository."""
    owner = repo.get("owner") or {}
    name = repo["full_name"]
    return RepositoryFact(
        repo["id"], name, name.partition("/")[0], owner.get("id"), None, None, None, at
    )


def register(*repos: Json) -> None:
    """Make repositories ours."""
    facts = [fact(repo) for repo in repos]
    repositories_observe(facts, register=Register.all(), now=1, acting=SYSTEM)


def apply(*received: Received, is_settled: bool = True) -> list[Outcome]:
    """Apply a batch and settle it, as the worker of the inbox does; or leave that for later."""
    outcomes = events_apply(received, acting=SYSTEM, now=NOW)
    if is_settled:
        settle_dirty(acting=SYSTEM, source="delivery:1", now=NOW)
    return outcomes


def states(outcomes: Sequence[Outcome]) -> list[str]:
    """The states alone."""
    return [one.state for one in outcomes]


@pytest.fixture
def program() -> None:
    """Begin a program with acme/widgets and guild/gadgets."""
    program_init("fair", now=NOW, acting=SYSTEM)
    register(WIDGETS, GADGETS)
