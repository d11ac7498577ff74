"""`laurels leaderboard`: who stands where."""

from __future__ import annotations

import re
from typing import Annotated, Any

import typer

from laurels.cli import house
from laurels.cli.app import single
from laurels.cli.options import Json, moment_option
from laurels.cli.output import emit, listing, say, table
from laurels.cli.words import count, day, number
from laurels.kit.times import day_of, month_bounds

app = single()

RISING = "rising"
_MONTH = re.compile(r"\d{4}-\d{2}")


@app.command()
def leaderboard(
    scope: Annotated[
        str, typer.Option(metavar="program|project:SLUG|tag:KEY", help="Which board.")
    ] = "program",
    season: Annotated[str, typer.Option(metavar="KEY", help="Points of a season.")] = "all",
    period: Annotated[
        str | None,
        typer.Option(metavar="YYYY-MM|rising", help="Points of a UTC month; who gained most."),
    ] = None,
    as_of: Annotated[
        str | None, typer.Option("--as-of", metavar="DAY", help="As snapshots tell of that day.")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, metavar="N", help="At most so many people.")] = 20,
    as_json: Json = False,
) -> None:
    """Show who stands where. Settled points count; what is pending is shown beside them."""
    month = _month(period)
    past = moment_option(as_of, "--as-of")
    if period and season != "all":
        raise typer.BadParameter("is not for use together with --season", param_hint="--period")
    if past is not None and period == RISING:
        raise typer.BadParameter("tells nothing of who is rising", param_hint="--as-of")
    here = house.enter()
    if past is not None and past > here.now:
        raise typer.BadParameter(f"{as_of} has not come yet", param_hint="--as-of")
    from laurels.apps.standings.selectors import board_get

    board = board_get(scope, season=season, month=month)
    if period == RISING:
        found = _rising(board, limit, here.now)
    elif past is not None:
        found = _past(board, day_of(past), limit)
    else:
        found = _present(board, limit)
    if as_json:
        emit(found)
        return
    title = board.scope_label if board.key.scope_kind == "program" else board.scope
    when = f", as of {day(past)}" if past is not None else ""
    what = "rising, the last 30 days" if period == RISING else board.period_label
    say(f"{title}, {what}{when}")
    _show(found, is_rising=period == RISING, now=here.now)


def _month(period: str | None) -> int | None:
    if period in (None, RISING):
        return None
    try:
        if not _MONTH.fullmatch(period or ""):
            raise ValueError
        month = int((period or "").replace("-", ""))
        month_bounds(month)
    except ValueError:
        raise typer.BadParameter(
            f"takes a month such as 2026-05, or rising; not {period!r}", param_hint="--period"
        ) from None
    return month


def _present(board: Any, limit: int) -> dict[str, Any]:
    from laurels.apps.standings.selectors import leaderboard_page

    page = leaderboard_page(board.id, limit=limit)
    tiers = _tiers(board, page.rows)
    rows = [
        {
            "rank": row.rank,
            "login": row.login,
            "points": row.points,
            "pending": row.pending,
            "tier": tiers.get(row.contributor),
        }
        for row in page.rows
    ]
    return listing(rows, page.total)


def _past(board: Any, on: int, limit: int) -> dict[str, Any]:
    from laurels.apps.standings.selectors import as_of

    # Snapshots keep points and ranks: what was pending, and the tier of then, is not known.
    found = as_of(board.id, on)
    rows = [
        {"rank": o.rank, "login": o.login, "points": o.points, "pending": None, "tier": None}
        for o in found[:limit]
    ]
    return listing(rows, len(found))


def _rising(board: Any, limit: int, now: int) -> dict[str, Any]:
    from laurels.apps.standings.selectors import rising

    found = rising(board.key.scope_kind, board.key.scope_ref, now=now, limit=None)
    tiers = _tiers(board, found[:limit])
    rows = [
        {
            "rank": row.rank,
            "login": row.login,
            "points": row.recent,
            "pending": None,
            "tier": tiers.get(row.contributor),
            "before": row.before,
            "movement": row.movement,
        }
        for row in found[:limit]
    ]
    return listing(rows, len(found))


def _tiers(board: Any, rows: Any) -> dict[int, str]:
    from laurels.cli.reads import tiers_in

    season = board.period if board.key.period_kind == "season" else "all"
    return tiers_in(season, [row.contributor for row in rows])


def _show(found: dict[str, Any], *, is_rising: bool, now: int) -> None:
    from laurels.cli.reads import tier_labels

    rows = found["rows"]
    if not rows:
        say("Nobody has points here yet.")
        return
    labels = tier_labels(now)
    ranks = [row["rank"] for row in rows]
    heads, lines = ["rank>", "login", "points>"], []
    heads += ["before>", "moved>"] if is_rising else ["pending>"]
    for row in rows:
        rank = f"={row['rank']}" if ranks.count(row["rank"]) > 1 else str(row["rank"])
        beside = (
            [number(row["before"]), _moved(row["movement"])]
            if is_rising
            else [_pending(row["pending"])]
        )
        tier = labels.get(row["tier"], row["tier"] or "")
        lines.append([rank, row["login"], number(row["points"]), *beside, tier])
    table([*heads, "tier"], lines)
    if found["total"] > len(rows):
        say(f"{number(len(rows))} of {count(found['total'], 'person', 'people')}.")


def _pending(points: int | None) -> str:
    return "" if not points else number(points)


def _moved(places: int | None) -> str:
    if places is None:
        return "new"
    return f"+{places}" if places > 0 else number(places)
