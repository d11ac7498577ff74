"""Reconcile: read again what may have moved without our hearing of it, and tell the differences.

Four readings: what moved in our repositories of late, the pull requests that are open here whatever
their age (a merge whose webhook never came), each repository itself (renamed, hidden, gone), and
whether who connected it still administers it. A difference is told as it was before it is mended;
with `is_report` nothing is written.
Not guaranteed: that what moves while it is read is in the report; the next one has it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import asdict, dataclass, field
from typing import Any

from laurels.adapters.github.client import GitHub
from laurels.adapters.github.client.nodes import IssueNode, PullNode
from laurels.adapters.github.client.observed import account_of, repository_of
from laurels.apps import sql
from laurels.apps.audit.actors import Actor
from laurels.apps.contributions.models import Issue, PullRequest
from laurels.apps.intake.services.events.repositories import changes_tell
from laurels.apps.intake.services.facts import facts_write, persistently
from laurels.apps.intake.services.sync.pages import page_write
from laurels.apps.intake.services.sync.rereading import (
    Page,
    Place,
    Reread,
    Unread,
    moved,
    pulls_reread,
    repositories_reread,
)
from laurels.apps.intake.services.sync.rights import (
    others_ask_enqueue,
    rights_look,
    rights_mend,
)
from laurels.apps.intake.services.sync.whereabouts import changes_found, words_of
from laurels.apps.projects.models import DisableCause, Repository, RepositoryDisablement
from laurels.apps.projects.register import Register
from laurels.apps.recognition.services import settle_what_waits
from laurels.domain.lifecycle import RepositoryFact
from laurels.domain.windows import Window
from laurels.kit.clock import Clock
from laurels.kit.times import DAY_SECONDS, format_instant, instant_of

DAYS = 7
"""How far back what moved is read: twice as long as GitHub can send a delivery again."""


@dataclass(frozen=True, slots=True)
class Difference:
    """Something that is otherwise here than at GitHub; `number` 0 is the repository itself."""

    repository: str
    number: int
    field: str
    here: str
    github: str


@dataclass(slots=True)
class Reconciled:
    """What was read again and what was found; `unread` counts rows that GitHub did not show."""

    repositories: int = 0
    examined: int = 0
    differences: list[Difference] = field(default_factory=list)
    merges_missed: int = 0
    unread: int = 0
    entries_posted: int = 0
    requests: int = 0
    is_report: bool = False

    def as_dict(self) -> dict[str, Any]:
        """Return it for scripts."""
        return asdict(self)


def reconcile(
    *,
    github: GitHub,
    clock: Clock,
    acting: Actor,
    is_report: bool = False,
    days: int = DAYS,
    names: Collection[str] = (),
    bot_logins: Collection[str] = (),
) -> Reconciled:
    """Reconcile all enabled repositories, or those named; raises what the client raises.

    Of those that GitHub's word disabled only the repository itself is read: it may be there again.

    Killed or put off half-way, what was mended stays mended, and the next call begins anew.
    """
    before = github.core.requests_here
    work = _Work(github, clock, acting, tuple(bot_logins), Reconciled(is_report=is_report))
    places = _places(names)
    work.done.repositories = len(places)
    there = []
    for one in repositories_reread(github, places):
        work.repository(one)
        if one.node is not None:
            there.append(Place(one.place.row, one.place.github_id, one.node.name_with_owner))
    disabled = _disabled()
    there = [place for place in there if place.row not in disabled]
    work.rights([place.row for place in there])
    now = clock.now()
    if there:
        for found in moved(github, there, Window(now - days * DAY_SECONDS, now)):
            if isinstance(found, Unread):
                work.done.unread += found.expected - found.received
            else:
                work.page(found)
        for page, gaps in pulls_reread(github, _open_pulls(there, now - days * DAY_SECONDS)):
            work.page(page)
            work.done.unread += len(gaps)
    work.settle()
    work.done.requests = github.core.requests_here - before
    return work.done


@dataclass(slots=True)
class _Work:
    github: GitHub
    clock: Clock
    acting: Actor
    bot_logins: Collection[str]
    done: Reconciled

    def repository(self, one: Reread) -> None:
        """Compare a repository with what it is called and shows now."""
        name = one.place.full_name
        if one.node is None:
            what = "another repository has the name" if one.is_reused else "not shown"
            self._differ(name, 0, "repository", "registered", what)
            return
        row = Repository.objects.get(pk=one.place.row)
        self._differ(name, 0, "name", row.full_name, one.node.name_with_owner)
        for what, here, there in words_of(row, one.node):
            self._differ(name, 0, what, here, there)
        if self.done.is_report:
            return
        changes = changes_found(row, one.node, at=one.at)
        seen = repository_of(one.node)
        fact = RepositoryFact(
            seen.id,
            one.node.name_with_owner,
            one.node.name_with_owner.partition("/")[0],
            None if seen.owner is None else seen.owner.id,
            seen.fork,
            seen.private,
            None if seen.topics is None else tuple(seen.topics),
            one.at,
        )

        def write() -> None:
            facts_write(
                [],
                repositories=[fact],
                register=Register.none(),
                bot_logins=self.bot_logins,
                now=self.clock.now(),
                acting=self.acting,
            )
            changes_tell(changes, acting=self.acting, now=self.clock.now())

        persistently(write)

    def rights(self, rows: Collection[int]) -> None:
        """Look whether those who connected these repositories still administer them."""
        for lost in rights_look(self.github, rows):
            name = lost.registration.full_name
            self._differ(name, 0, "rights of the registrar", "administers", lost.role)
            if not self.done.is_report:
                rights_mend(lost, now=self.clock.now(), acting=self.acting)
        if not self.done.is_report:
            others_ask_enqueue(rows, now=self.clock.now(), acting=self.acting)

    def page(self, page: Page) -> None:
        """Compare rows with ours, and write them unless only a report is wanted."""
        self.done.examined += len(page.nodes)
        self._compare(page.nodes)
        if self.done.is_report or not page.nodes:
            return

        def write() -> None:
            page_write(
                page.nodes,
                at=page.at,
                author=None,
                register=Register.none(),
                bot_logins=self.bot_logins,
                now=self.clock.now(),
                acting=self.acting,
            )

        persistently(write)

    def settle(self) -> None:
        """Settle whoever's facts were mended."""
        if self.done.is_report:
            return
        now = self.clock.now()
        settled = settle_what_waits(acting=self.acting, source="reconcile", now=now)
        self.done.entries_posted = settled.entries_posted

    def _compare(self, nodes: Iterable[PullNode | IssueNode]) -> None:
        by_kind: dict[type[PullRequest] | type[Issue], dict[tuple[int, int], Any]] = {}
        for node in nodes:
            kind = PullRequest if isinstance(node, PullNode) else Issue
            by_kind.setdefault(kind, {})[node.repository.database_id, node.number] = node
        for kind, wanted in by_kind.items():
            rows = _rows(kind, list(wanted))
            for key, node in wanted.items():
                self._compare_one(node, rows.get(key))

    def _compare_one(self, node: PullNode | IssueNode, row: Any) -> None:
        name, number = node.repository.name_with_owner, node.number
        if row is None:
            self._differ(name, number, "subject", "unknown", node.state.lower())
            self.done.merges_missed += node.state == "MERGED"
            return
        if node.state == "MERGED" and row.merged_at is None:
            self.done.merges_missed += 1
        self._differ(name, number, "state", row.state, node.state.lower())
        self._differ(name, number, "title", row.title, node.title)
        if isinstance(node, PullNode):
            merged = None if node.merged_at is None else instant_of(node.merged_at)
            self._differ(name, number, "merged_at", _when(row.merged_at), _when(merged))
        account = account_of(node.author)
        if account is not None and row.author is not None and row.author.github_id is not None:
            here = row.author.github_id
            self._differ(name, number, "author", f"id {here}", f"id {account.id}")

    def _differ(self, repository: str, number: int, what: str, here: str, github: str) -> None:
        if here != github:
            self.done.differences.append(Difference(repository, number, what, here, github))


def _places(names: Collection[str]) -> list[Place]:
    rows = Repository.objects.exclude(owner_login="").order_by("pk")
    rows = rows.exclude(pk__in=_disabled(DisableCause.MANUAL))
    folded = {name.casefold() for name in names}
    return [
        Place(pk, github_id, full_name)
        for pk, github_id, full_name in rows.values_list("pk", "github_id", "full_name").distinct()
        if not folded or full_name.casefold() in folded
    ]


def _disabled(*causes: str) -> frozenset[int]:
    """Return the rows of repositories that are disabled, of these causes or of any."""
    found = RepositoryDisablement.objects.filter(ends_at=None)
    if causes:
        found = found.filter(cause__in=causes)
    return frozenset(found.values_list("repository_id", flat=True))


def _open_pulls(places: Iterable[Place], before: int) -> dict[Place, list[int]]:
    """Return the pull requests that are open here and that the window of the search left out."""
    by_row = {place.row: place for place in places}
    where, parameters = sql.in_ids("repository_id", by_row)
    found: dict[Place, list[int]] = {}
    for row, number in sql.fetch(
        "SELECT repository_id, number FROM contributions_pullrequest"
        f" WHERE {where} AND is_shown AND state = 'open'"
        " AND (updated_at IS NULL OR updated_at < %s) ORDER BY repository_id, number",
        [*parameters, before],
    ):
        found.setdefault(by_row[row], []).append(number)
    return found


def _rows(kind: type[PullRequest] | type[Issue], keys: list[tuple[int, int]]) -> dict[Any, Any]:
    """Return our rows of these subjects by GitHub's id of the repository and number."""
    where, parameters = sql.in_pairs("r.github_id", "s.number", keys)
    table = kind._meta.db_table
    ids = sql.fetch(
        f"SELECT s.id FROM {table} s JOIN projects_repository r ON r.id = s.repository_id"
        f" WHERE {where} AND s.is_shown",
        parameters,
    )
    rows = kind.objects.filter(pk__in=[row[0] for row in ids]).select_related(
        "repository", "author"
    )
    return {(row.repository.github_id, row.number): row for row in rows}


def _when(instant: int | None) -> str:
    return "" if instant is None else format_instant(instant)
