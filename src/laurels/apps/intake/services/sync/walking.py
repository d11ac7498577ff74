"""Walk a subject's windows page by page: read, write, checkpoint; split, re-read, record gaps.

Guarantee: every page is committed with its checkpoint, facts and points in one transaction, and no
network call is made inside it. A window counts as covered only when as many rows came as GitHub
counts. Whatever could not be had is a gap: `cut` (a second with a thousand results or more),
`mismatch` (fewer rows than counted, twice), `hidden` (rows that the token may not see).
Killed or put off anywhere, the run goes on from its last page; a page read twice changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field

from django.db import transaction

from laurels.adapters.github.client import GitHub, Read
from laurels.adapters.github.client.nodes import IssueNode, PullNode, ReviewsData, SearchData
from laurels.apps.audit.actors import Actor
from laurels.apps.intake.models_sync import SubjectKind, SyncRun, SyncSubject
from laurels.apps.intake.services.facts import persistently
from laurels.apps.intake.services.sync.pages import page_write, reviews_lacking
from laurels.apps.intake.services.sync.runs import (
    Checkpoint,
    coverage_add,
    gap_note,
    run_checkpoint,
    run_end,
)
from laurels.apps.projects.register import Register
from laurels.apps.recognition.services import settle_what_waits
from laurels.domain import windows
from laurels.domain.windows import Step, Window
from laurels.kit.clock import Clock
from laurels.kit.times import instant_of

_QUALIFIERS = {
    SubjectKind.USER: ("author:{} is:pr",),
    SubjectKind.REPOSITORY: ("repo:{} is:pr", "repo:{} is:issue"),
    SubjectKind.ORGANIZATION: ("org:{} is:pr", "org:{} is:issue"),
}


@dataclass(slots=True)
class Walk:
    """One walk over the windows of a run."""

    subject: SyncSubject
    run: SyncRun
    author: int | None
    github: GitHub
    clock: Clock
    register: Register
    bot_logins: Collection[str]
    acting: Actor
    progress: Callable[[int], None]
    entries_posted: int = 0
    rows: int = 0
    withheld: int = 0
    checkpoint: Checkpoint = field(init=False)
    _requests: int = field(init=False)

    def go(self) -> None:
        """Read to the end; raises what GitHub raises, with everything before it committed."""
        self.checkpoint = Checkpoint.loads(self.run.checkpoint)
        self._requests = self.github.core.requests_here
        qualifiers = _QUALIFIERS[SubjectKind(self.subject.kind)]
        while self.checkpoint.phase < len(qualifiers):
            qualifier = qualifiers[self.checkpoint.phase].format(self.subject.name)
            while self.checkpoint.pending:
                self._step(qualifier)
            self.checkpoint.phase += 1
            self.checkpoint.pending = [[self.run.window_start, self.run.window_end]]
            self.checkpoint.begin_window()
        with transaction.atomic():
            self._keep()
            run_end(self.run, now=self.clock.now())

    def spent(self) -> int:
        """Return the requests since the last checkpoint."""
        return self.github.core.requests_here - self._requests

    def _step(self, qualifier: str) -> None:
        """Read one page of the window that comes next."""
        at, window = self.checkpoint, self.checkpoint.window
        query = f"{qualifier} updated:{window.as_search()} sort:updated-asc"
        read, at.first = self.github.query_page(
            "search", {"query": query, "after": at.cursor}, SearchData, first=at.first
        )
        found = read.data.search
        nodes = [node for node in found.nodes or () if node is not None]
        if at.cursor is None:
            step = windows.step(window, found.issue_count)
            at.is_cut = step is Step.CUT
            if step is Step.SPLIT:
                self._split(window, nodes)
                return
        for node in reviews_lacking(nodes, self.register):
            self._more_reviews(node)
        at.received += len(found.nodes or ())
        at.pulls += sum(isinstance(node, PullNode) for node in nodes)
        at.issues += sum(isinstance(node, IssueNode) for node in nodes)
        has_more = found.page_info.has_next_page and bool(found.page_info.end_cursor)
        at.cursor = found.page_info.end_cursor if has_more else None
        before = at.dumps(), self.run.pull_requests, self.run.issues, self._requests

        def undone() -> None:
            self.checkpoint = Checkpoint.loads(before[0])
            self.run.pull_requests, self.run.issues, self._requests = before[1:]

        persistently(lambda: self._write(nodes, read, window, has_more), undone=undone)
        self.rows += len(nodes)
        self.progress(self.rows)

    def _more_reviews(self, node: PullNode) -> None:
        """Read the reviews of a pull request that its page had no room for."""
        reviews = list(node.reviews.nodes or ())
        info = node.reviews.page_info
        while info.has_next_page and info.end_cursor:
            asked = {"id": node.id, "after": info.end_cursor}
            more = self.github.query("reviews", asked, ReviewsData).data.node
            if more is None:
                break
            reviews += more.reviews.nodes or ()
            info = more.reviews.page_info
        node.reviews.nodes, node.reviews.page_info = reviews, info

    def _split(self, window: Window, nodes: list[PullNode | IssueNode]) -> None:
        first = min((instant_of(node.updated_at) for node in nodes), default=None)
        left, right = windows.halves(window, first)
        self.checkpoint.pending[-1:] = [list(right), list(left)]
        self.checkpoint.begin_window()
        self._keep()

    def _write(
        self,
        nodes: list[PullNode | IssueNode],
        read: Read[SearchData],
        window: Window,
        has_more: bool,
    ) -> None:
        now = self.clock.now()
        hidden = len(read.data.search.nodes or ()) - len(nodes)
        written = page_write(
            nodes,
            at=read.at,
            author=None if self.author is None else (self.author, self.subject.github_id),
            register=self.register,
            bot_logins=self.bot_logins,
            now=now,
            acting=self.acting,
        )
        self.withheld += written.withheld
        if hidden:
            detail = "; ".join(sorted({gap.code for gap in read.gaps})) or "null"
            gap_note(self.subject.pk, window, "hidden", now=now, detail=detail, received=hidden)
        if not has_more:
            self._end_window(window, read.data.search.issue_count, now)
        self._keep()
        if written.concerned:
            self._settle(now)

    def _end_window(self, window: Window, counted: int, now: int) -> None:
        """Judge a window whose last page came: covered, to be read again, or a gap."""
        at = self.checkpoint
        is_short = at.received < counted
        if is_short and not at.is_reread and not at.is_cut:
            at.begin_window(is_reread=True)
            return
        SyncRun.objects.filter(pk=self.run.pk).update(
            pull_requests=self.run.pull_requests + at.pulls, issues=self.run.issues + at.issues
        )
        self.run.pull_requests += at.pulls
        self.run.issues += at.issues
        if is_short:
            reason = "cut" if at.is_cut else "mismatch"
            gap_note(
                self.subject.pk,
                window,
                reason,
                now=now,
                expected=counted,
                received=at.received,
            )
        else:
            at.cover(window)
            self._cover(window, now)
        at.pending.pop()
        at.begin_window()

    def _cover(self, window: Window, now: int) -> None:
        """Add to the subject's coverage what every one of its searches has read by now."""
        phases = len(_QUALIFIERS[SubjectKind(self.subject.kind)])
        if self.checkpoint.phase != phases - 1:
            return
        parts: tuple[Window, ...] = (window,)
        for phase in range(phases - 1):
            known = self.checkpoint.phase_coverage(phase)
            parts = tuple(part for one in parts for part in windows.within(one, known))
        for part in parts:
            coverage_add(self.subject.pk, part, now=now)

    def _keep(self) -> None:
        spent, now = self.spent(), self.clock.now()
        run_checkpoint(self.run, self.checkpoint, requests=spent, now=now)
        self._requests += spent

    def _settle(self, now: int) -> None:
        """Settle in the page's own transaction; without rules the marks wait for some."""
        settled = settle_what_waits(acting=self.acting, source=f"sync:{self.run.pk}", now=now)
        self.entries_posted += settled.entries_posted
