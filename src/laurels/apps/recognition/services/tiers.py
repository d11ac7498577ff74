"""Tiers follow program points; certified ones ask for their certificate in the same transaction.

A tier that falls takes no certificate away, and the request row, kept for ever, keeps any
certificate from being asked for twice.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from laurels.apps import sql
from laurels.apps.recognition.models import CertificateRequest, TierChange, TierStanding
from laurels.apps.scoring.models import Season
from laurels.apps.scoring.rulebook import Rulebook, Version, rulebook
from laurels.apps.standings.boards import program_season
from laurels.domain.tiers import Tier, ladder_passed, tier_for

# The program's board of a season has the season's own id, so the two tables join on it.
_READ = """
SELECT t.contributor_id, t.board_id, t.points, o.tier, o.highest, o.points, o.version_id
FROM standings_standing t LEFT JOIN recognition_tierstanding o
    ON o.contributor_id = t.contributor_id AND o.season_id = t.board_id
WHERE {standings} AND {boards}
UNION ALL
SELECT o.contributor_id, o.season_id, 0, o.tier, o.highest, o.points, o.version_id
FROM recognition_tierstanding o WHERE {tiers} AND NOT EXISTS (
    SELECT 1 FROM standings_standing t
    WHERE t.contributor_id = o.contributor_id AND t.board_id = o.season_id)
ORDER BY 1, 2
"""


@dataclass(slots=True)
class _Writes:
    standings: list[tuple[Any, ...]] = field(default_factory=list)
    changes: list[tuple[Any, ...]] = field(default_factory=list)
    requests: list[tuple[Any, ...]] = field(default_factory=list)


def tiers_update(
    contributor_ids: Collection[int],
    *,
    now: int,
    seasons: Iterable[Season] | None = None,
    book: Rulebook | None = None,
) -> int:
    """Bring the tiers of one group of people to their standings; return certificates queued.

    A season's tiers are those of the program version in force at `now`, or at the season's last
    second when it has ended. `seasons` and `book` save reading them when the caller has.
    """
    if not contributor_ids:
        return 0
    with transaction.atomic(savepoint=False):
        known = {season.pk: season for season in seasons or Season.objects.all()}
        book = book or rulebook()
        rules = {pk: _in_force(season, book, now) for pk, season in known.items()}
        writes = _Writes()
        for row in _read(sorted(contributor_ids), sorted(known)):
            season = known[row[1]]
            _decide(row, season, rules[season.pk], now, writes)
        sql.upsert(
            TierStanding,
            ("contributor", "season", "tier", "highest", "points", "version"),
            writes.standings,
            key=("contributor", "season"),
        )
        sql.insert(
            TierChange,
            ("contributor", "season", "from_tier", "to_tier", "points", "version", "at"),
            writes.changes,
        )
        return sql.insert(
            CertificateRequest,
            (
                *("contributor", "season", "tier", "tier_label", "points", "version"),
                *("state", "attempts", "next_at", "last_error", "created_at"),
            ),
            writes.requests,
            ignore_conflicts=True,
        )


def _read(people: list[int], seasons: list[int]) -> list[tuple[Any, ...]]:
    standings, ids = sql.in_ids("t.contributor_id", people)
    boards, board_ids = sql.in_ids("t.board_id", [program_season(one) for one in seasons])
    tiers, _ = sql.in_ids("o.contributor_id", people)
    return sql.fetch(
        _READ.format(standings=standings, boards=boards, tiers=tiers), [*ids, *board_ids, *ids]
    )


def _in_force(season: Season, book: Rulebook, now: int) -> Version:
    if season.ends_at is not None and season.ends_at <= now:
        return book.program_version(season.ends_at - 1)
    return book.program_version(now)


def _decide(
    row: tuple[Any, ...], season: Season, rules: Version, now: int, writes: _Writes
) -> None:
    """Compare one person's tier in one season with what it should be, and note the writes."""
    person, _, points, old_tier, old_highest, old_points, old_version = row
    ladder = rules.ruleset.tiers
    tier = tier_for(points, ladder)
    key = tier.key if tier else ""
    is_new = old_tier is None
    if (is_new and not key) or (old_tier, old_points, old_version) == (key, points, rules.row):
        return
    highest = _higher(old_highest or "", key, ladder)
    writes.standings.append((person, season.pk, key, highest, points, rules.row))
    if key != (old_tier or ""):
        writes.changes.append((person, season.pk, old_tier or "", key, points, rules.row, now))
    elif old_version == rules.row and old_points > 0:
        return  # the same tier under the same rules: everything was asked for before
    if rules.ruleset.certifies(season.key):
        for passed in ladder_passed(points, ladder, rules.ruleset.certificate_policy):
            writes.requests.append(
                (
                    *(person, season.pk, passed.key, passed.label, points, rules.row),
                    *("queued", 0, now, "", now),
                )
            )


def _higher(first: str, second: str, ladder: tuple[Tier, ...]) -> str:
    """Return the higher of two tiers; one that the ladder no longer has yields to one it has."""
    places = {tier.key: place for place, tier in enumerate(ladder)}
    if not second or places.get(first, -1) >= places[second]:
        return first
    return second
