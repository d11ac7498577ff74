"""What boards should be, summed item by item in plain Python."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator

from laurels.apps.people.models import Ban, Contributor
from laurels.apps.projects.models import ProjectTag
from laurels.apps.scoring.models import Item, LedgerEntry, Season
from laurels.apps.standings.boards import BoardKey, board_id
from laurels.apps.standings.models import (
    Board,
    PeriodKind,
    PointsBucket,
    PointsCount,
    ScopeKind,
    Standing,
)
from laurels.apps.standings.selectors import histogram_faults, leaderboard_page
from laurels.kit.times import month_of

Row = tuple[int, int, int, str, bool]


def expected(now: int) -> dict[tuple[int, int], Row]:
    """Return (board, contributor) → points, pending, reached_at, login, is_ranked."""
    seasons = list(Season.objects.all())
    tags = defaultdict(list)
    for carried in ProjectTag.objects.all():
        tags[carried.project_id].append(carried.tag_id)
    points: Counter[tuple[int, int]] = Counter()
    pending: Counter[tuple[int, int]] = Counter()
    active: dict[tuple[int, int], list[int]] = defaultdict(list)
    out: set[tuple[int, int]] = set()
    for item in Item.objects.all():
        is_active = any((item.posted_base, item.posted_extra, item.posted_penalty))
        for scope in _scopes(item, tags):
            for season_id, board in _boards(scope, item.occurred_at, seasons):
                key = (board, item.contributor_id)
                points[key] += item.posted_base + item.posted_extra - item.posted_penalty
                if not item.is_settled and not item.is_held:
                    pending[key] += item.base + item.extra - item.penalty
                if is_active:
                    active[key].append(item.occurred_at)
                if item.is_disqualified and season_id in (None, item.season_id):
                    out.add(key)
    reversed_entries = set(
        LedgerEntry.objects.exclude(reverses=None).values_list("reverses", flat=True)
    )
    for entry in LedgerEntry.objects.filter(kind="ADJUSTMENT"):
        if entry.pk not in reversed_entries:
            for _, board in _boards((ScopeKind.PROGRAM, 0), entry.occurred_at, seasons):
                points[board, entry.contributor_id] += entry.points
                active[board, entry.contributor_id].append(entry.occurred_at)
    banned = {
        ban.contributor_id
        for ban in Ban.objects.all()
        if ban.starts_at <= now and (ban.ends_at is None or now < ban.ends_at)
    }
    rows = {}
    for person in Contributor.objects.filter(erased_at=None):
        for key in {key for key in [*points, *pending] if key[1] == person.pk}:
            if active[key] or pending[key]:
                is_ranked = points[key] > 0 and key not in out and person.pk not in banned
                reached_at = max(active[key], default=0)
                rows[key] = (points[key], pending[key], reached_at, person.login, is_ranked)
    return rows


def ordered(board: int, now: int) -> list[tuple[int, str, int]]:
    """Return (rank, login, points) of a board in its order."""
    rows = [row for (at, _), row in expected(now).items() if at == board and row[4]]
    rows.sort(key=lambda row: (-row[0], row[2], row[3].encode()))
    return [(1 + sum(other[0] > row[0] for other in rows), row[3], row[0]) for row in rows]


def check(now: int) -> None:
    """Assert that standings, counts, buckets and boards are what the items say."""
    should = expected(now)
    rows = {
        (row.board_id, row.contributor_id): (
            row.points,
            row.pending,
            row.reached_at,
            row.login,
            row.is_ranked,
        )
        for row in Standing.objects.all()
    }
    assert rows == should
    counts = Counter((board, row[0]) for (board, _), row in should.items() if row[4])
    assert _counts(PointsCount.objects.values_list("board_id", "points", "people")) == counts
    buckets: Counter[tuple[int, int]] = Counter()
    for (board, total), people in counts.items():
        buckets[board, total // 256] += people
    assert _counts(PointsBucket.objects.values_list("board_id", "bucket", "people")) == buckets
    assert {board for board, _ in should} <= set(Board.objects.values_list("id", flat=True))
    for board in Board.objects.all():
        key = BoardKey(
            ScopeKind(board.scope_kind),
            board.scope_ref,
            PeriodKind(board.period_kind),
            board.period_ref,
        )
        assert key.id == board.pk
    assert histogram_faults() == []


def check_order(board: int, now: int) -> None:
    """Assert that the pages of a board, read three at a time, are its order with its ranks."""
    should = ordered(board, now)
    read = []
    after = ""
    while True:
        page = leaderboard_page(board, after=after, limit=3)
        assert page.total == len(should)
        read += [(row.rank, row.login, row.points) for row in page.rows]
        after = page.next
        if not after:
            break
    assert read == should


def _counts(rows: Iterable[tuple[int, int, int]]) -> Counter[tuple[int, int]]:
    return Counter({(board, value): people for board, value, people in rows if people})


def _scopes(item: Item, tags: dict[int, list[int]]) -> Iterator[tuple[ScopeKind, int]]:
    if item.scope == 0:
        yield ScopeKind.PROGRAM, 0
        for tag in tags.get(item.project_id or 0, []):
            yield ScopeKind.TAG, tag
    if item.project_id is not None and item.is_on_project_board:
        yield ScopeKind.PROJECT, item.project_id


def _boards(
    scope: tuple[ScopeKind, int], at: int, seasons: list[Season]
) -> Iterator[tuple[int | None, int]]:
    yield None, board_id(*scope, PeriodKind.MONTH, month_of(at))
    for season in seasons:
        starts, ends = season.starts_at, season.ends_at
        if (starts is None or starts <= at) and (ends is None or at < ends):
            yield season.pk, board_id(*scope, PeriodKind.SEASON, season.pk)
