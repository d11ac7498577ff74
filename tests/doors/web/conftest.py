"""A small program with a season of simulated work, made once a module through the real doors."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from laurels.apps.audit.actors import operator
from laurels.apps.intake.selectors_pages import forget_coverage
from laurels.apps.intake.services import import_gharchive
from laurels.apps.people.models import Contributor
from laurels.apps.projects.models import Project
from laurels.apps.projects.register import Register
from laurels.apps.recognition.models import Certificate
from laurels.apps.recognition.services import certificates_issue_pending
from laurels.apps.scoring.services import program_init, season_add
from laurels.apps.standings.services import snapshot_take
from laurels.kit.clock import ManualClock
from laurels.kit.times import day_of, parse_instant
from laurels.lab.season import write_season

NOW = parse_instant("2026-05-14T09:20:00Z")
DAY = 86_400


@dataclass(frozen=True)
class World:
    """What the season left: the first on the board, a certificate, a project."""

    top: str
    top_pk: int
    certificate: str
    project: str
    people: tuple[str, ...] = field(default=())


def build(folder: Any, clock: ManualClock) -> World:
    """Begin a program, import a season in two parts with a snapshot between, certify."""
    acting, now = operator(), clock.now()
    program_init("fair", now=now, acting=acting)
    season_add(
        "s3", label="Season 3", starts_at=now - 40 * DAY, ends_at=now + 20 * DAY, now=now,
        acting=acting,
    )  # fmt: skip
    files = write_season(folder, seed=5, until=now, people=34, weeks=7).paths
    for part in (files[:-10], files[-10:]):
        import_gharchive(part, register=Register.all(), clock=clock, acting=acting)
        snapshot_take(day_of(now - 8 * DAY))
    certificates_issue_pending(now=now, acting=acting)
    certificate = Certificate.objects.order_by("-points", "-id")[0]
    people = tuple(
        Contributor.objects.filter(certificates__isnull=False)
        .distinct()
        .order_by("login")
        .values_list("login", flat=True)
    )
    project = Project.objects.order_by("-kind", "slug")[0]
    return World(
        certificate.recipient_login,
        certificate.recipient_id,
        certificate.number,
        project.slug,
        people,
    )


@contextmanager
def rolled_back() -> Iterator[None]:
    """Keep a module's data inside a transaction that is taken back at its end."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def world(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    """Return the season, shared by the tests of a module."""
    with django_db_blocker.unblock(), rolled_back():
        yield build(tmp_path_factory.mktemp("season"), ManualClock(NOW))


@pytest.fixture(autouse=True)
def clock(settings: Any) -> Iterator[ManualClock]:
    """Return the clock that pages tell the time by; nothing is remembered between tests."""
    manual = ManualClock(NOW)
    settings.LAURELS_CLOCK = manual
    cache.clear()
    forget_coverage()
    yield manual
    cache.clear()
    forget_coverage()


class Reading(HTMLParser):
    """What a page is made of: its tags with their attributes, and its text."""

    def __init__(self, body: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.feed(body)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    @property
    def text(self) -> str:
        """Return the text with single spaces."""
        return re.sub(r"\s+", " ", " ".join(self.words))

    @property
    def links(self) -> list[str]:
        """Return where links lead."""
        return [str(a["href"]) for tag, a in self.tags if tag == "a" and a.get("href")]


@dataclass
class Answer:
    """An answer, how it reads, and how many statements it took."""

    response: Any
    body: str
    statements: int

    @property
    def status(self) -> int:
        return int(self.response.status_code)

    @property
    def reading(self) -> Reading:
        return Reading(self.body)

    @property
    def text(self) -> str:
        return self.reading.text


Get = Callable[..., Answer]


@pytest.fixture
def get(db: None, client: Client) -> Get:
    """Return what asks for an address without script, following no redirect unless told."""

    def ask(address: str, *, follow: bool = False) -> Answer:
        with CaptureQueriesContext(connection) as captured:
            response = client.get(address, follow=follow)
            content = response.getvalue() if response.streaming else response.content
        return Answer(response, content.decode(), len(captured))

    return ask


def logins(answer: Answer) -> list[str]:
    """Return the logins that a page links to, in order."""
    found = [link for link in answer.reading.links if link.startswith("/contributors/")]
    return [link.split("/")[2] for link in found]
