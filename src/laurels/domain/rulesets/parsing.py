"""From plain data (TOML, JSON) to a ruleset, naming every fault at once."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from decimal import Decimal
from itertools import pairwise
from typing import Any

from laurels.domain.contributions import Kind
from laurels.domain.rulesets.labels import normalise
from laurels.domain.rulesets.matchers import MONTHS
from laurels.domain.rulesets.model import (
    ALL_SEASONS,
    Accept,
    Decay,
    Exclude,
    LowValue,
    MaxPullRequests,
    PathFactor,
    ProjectBounds,
    Ruleset,
    Rung,
)
from laurels.domain.rulesets.reader import Fault, Reader, RulesetFaults
from laurels.domain.tiers import Tier

KINDS = tuple(kind.value for kind in Kind)
RATINGS = ("1", "2", "3", "4", "5")
MODES = ("any", "all")
OPENING_PAYS = ("when_opened", "while_not_closed_unmerged")
PERIODS = ("month", "day", "season")
CERTIFICATE_POLICIES = ("ladder", "highest")
WHOLE = 1
"""The most that a share or a floor may be: all of it."""
LARGEST_FACTOR = 1000


def load_toml(text: str) -> Ruleset:
    """Parse a ruleset written in TOML; RulesetFaults when it is not valid, or not TOML."""
    try:
        data = tomllib.loads(text, parse_float=Decimal)
    except ValueError as error:  # TOMLDecodeError, or a number too long to read
        raise RulesetFaults((Fault("ruleset", f"is not valid TOML: {error}"),)) from error
    return parse(data)


def parse(data: Mapping[str, Any]) -> Ruleset:
    """Return the ruleset of plain data; RulesetFaults lists everything that is wrong with it."""
    reader = Reader(data)
    ruleset = Ruleset(
        weights_milli=_without_zeros(_by_kind(reader.child("weights"))),
        accept=_accept(reader.child("accept")),
        daily_caps_milli=_by_kind(reader.child("daily_caps")),
        size_bonus=_ladder(reader, "size_bonus"),
        files_bonus=_ladder(reader, "files_bonus"),
        ignored_paths=tuple(sorted(reader.texts("ignored_paths"))),
        path_factors=_path_factors(reader),
        reviewed_factor_milli=reader.milli("reviewed_factor", most=LARGEST_FACTOR),
        levels_milli=_by_label(reader.child("levels"), _points),
        qualities_milli=_by_label(reader.child("qualities"), _factor),
        types_milli=_by_label(reader.child("types"), _points),
        accept_labels=_labels(reader, "accept_labels"),
        void_labels=_labels(reader, "void_labels"),
        allowed_types=_labels(reader, "allowed_types"),
        disallowed_patterns=_labels(reader, "disallowed_patterns"),
        min_effective_lines=reader.whole("min_effective_lines", least=1),
        max_prs_per_period=_max_prs(reader),
        rating_multipliers_milli=_by_rating(reader.child("rating_multipliers"), _factor),
        rating_bonus_milli=_by_rating(reader.child("rating_bonus"), _points),
        low_value=_low_value(reader),
        decay=_decay(reader),
        per_pr_cap_milli=reader.milli("per_pr_cap"),
        repository_month_cap_milli=reader.milli("repository_month_cap"),
        spam_penalty=reader.whole("spam_penalty") or 0,
        disqualify_after=reader.whole("disqualify_after", least=1),
        hold_days=reader.whole("hold_days") or 0,
        exclude=_exclude(reader.child("exclude")),
        season_only=_seasons(reader, "season_only", ()),
        seasons_certified=_seasons(reader, "seasons_certified", ("all",)),
        certificate_policy=reader.choice("certificate_policy", CERTIFICATE_POLICIES),
        tiers=_tiers(reader),
        maintainer_share_milli=reader.milli("maintainer_share", most=WHOLE),
        project_bounds=_bounds(reader),
    )
    reader.close()
    if reader.faults:
        raise RulesetFaults(reader.faults)
    return ruleset


def _points(table: Reader, key: str) -> int | None:
    return table.milli(key)


def _factor(table: Reader, key: str) -> int | None:
    return table.milli(key, most=LARGEST_FACTOR)


def _by_kind(table: Reader) -> dict[str, int]:
    given = set(table.keys())
    for key in sorted(given - set(KINDS)):
        table.fault(key, f"is not a kind of contribution ({', '.join(KINDS)})")
    found = {kind: table.milli(kind) for kind in KINDS if kind in given}
    return {kind: value for kind, value in found.items() if value is not None}


def _without_zeros(weights: dict[str, int]) -> dict[str, int]:
    """Return the active weights: 0 and absent are one, also for the content hash."""
    return {kind: weight for kind, weight in weights.items() if weight}


def _by_label(table: Reader, read: Callable[[Reader, str], int | None]) -> dict[str, int]:
    values: dict[str, int] = {}
    for key in table.keys():  # noqa: SIM118 (a reader is no mapping)
        value, label = read(table, key), normalise(key)
        if not label:
            table.fault(key, "must be a label that is not blank")
        elif label in values:
            table.fault(key, f"is the same label as another: {label}")
        elif value is not None:
            values[label] = value
    return dict(sorted(values.items()))


def _by_rating(table: Reader, read: Callable[[Reader, str], int | None]) -> dict[int, int]:
    values: dict[int, int] = {}
    for key in table.keys():  # noqa: SIM118
        value = read(table, key)
        if key not in RATINGS:
            table.fault(key, "is not a rating from 1 to 5")
        elif value is not None:
            values[int(key)] = value
    return dict(sorted(values.items()))


def _labels(reader: Reader, field: str) -> tuple[str, ...]:
    return tuple(sorted({normalise(text) for text in reader.texts(field)}))


def _ladder(reader: Reader, field: str) -> tuple[Rung, ...]:
    rungs: list[Rung] = []
    for row in reader.children(field):
        at_least = row.whole("at_least", least=1, is_needed=True)
        points = row.milli("points", is_needed=True)
        row.close()
        if at_least is not None and points is not None:
            rungs.append(Rung(at_least, points))
    rungs.sort(key=lambda rung: rung.at_least)
    for lower, upper in pairwise(rungs):
        if lower.at_least == upper.at_least:
            reader.fault(field, f"has two steps at {upper.at_least}")
        if upper.points_milli < lower.points_milli:
            reader.fault(field, f"gives less at {upper.at_least} than at {lower.at_least}")
    return tuple(rungs)


def _path_factors(reader: Reader) -> tuple[PathFactor, ...]:
    factors: list[PathFactor] = []
    for row in reader.children("path_factors"):
        name, paths = row.text("name"), row.texts("paths")
        factor = row.milli("factor", most=LARGEST_FACTOR, is_needed=True)
        if not name:
            row.fault("name", "is missing")
        if not paths:
            row.fault("paths", "needs at least one path")
        if any(name == other.name for other in factors):
            row.fault("name", f"{name!r} is there twice")
        row.close()
        factors.append(PathFactor(name, tuple(sorted(paths)), factor or 0))
    return tuple(sorted(factors, key=lambda factor: factor.name))


def _accept(table: Reader) -> Accept:
    accept = Accept(
        mode=table.choice("mode", MODES),
        is_merged=table.flag("merged"),
        is_approved=table.flag("approved"),
        labels=_labels(table, "labels"),
        opening_pays=table.choice("opening_pays", OPENING_PAYS),
    )
    table.close()
    return accept


def _max_prs(reader: Reader) -> MaxPullRequests | None:
    if "max_prs_per_period" not in reader:
        return None
    table = reader.child("max_prs_per_period")
    count = table.whole("count", least=1, is_needed=True)
    period = table.choice("period", PERIODS)
    table.close()
    return None if count is None else MaxPullRequests(count, period)


def _low_value(reader: Reader) -> LowValue | None:
    if "low_value" not in reader:
        return None
    table = reader.child("low_value")
    lines = table.whole("lines", least=1, is_needed=True)
    factor = table.milli("factor", most=LARGEST_FACTOR)
    penalty = table.whole("penalty", least=1)
    if ("factor" in table) == ("penalty" in table):
        reader.fault("low_value", "needs either a factor or a penalty")
    table.close()
    return None if lines is None else LowValue(lines, factor, penalty)


def _decay(reader: Reader) -> Decay | None:
    if "decay" not in reader:
        return None
    table = reader.child("decay")
    free = table.whole("free", is_needed=True)
    rate = table.milli("rate", is_needed=True)
    floor = table.milli("floor", most=WHOLE, is_needed=True)
    table.close()
    if free is None or rate is None or floor is None:
        return None
    return Decay(free, rate, floor)


def _exclude(table: Reader) -> Exclude:
    exclude = Exclude(
        bots=table.flag("bots"),
        own_repository=table.flag("own_repository"),
        unreviewed_self_merge=table.flag("unreviewed_self_merge"),
        forks=table.flag("forks"),
        private=table.flag("private"),
        without_opt_in=_labels(table, "without_opt_in"),
    )
    table.close()
    return exclude


def _seasons(reader: Reader, field: str, default: tuple[str, ...]) -> tuple[str, ...]:
    names = []
    for at, text in enumerate(reader.texts(field, default)):
        name = text.casefold() if text.casefold() in MONTHS else text
        if name != ALL_SEASONS and not name.replace("-", "").replace("_", "").isalnum():
            reader.fault(f"{field}[{at}]", f"{text!r} is neither a season key nor a month")
        names.append(name)
    if field == "season_only" and ALL_SEASONS in names:
        reader.fault(field, "leave it out to count every season")
    return tuple(sorted(set(names)))


def _tiers(reader: Reader) -> tuple[Tier, ...]:
    tiers: list[Tier] = []
    for row in reader.children("tiers"):
        key, label = row.text("key"), row.text("label")
        points = row.whole("points", is_needed=True)
        is_certified = row.flag("certificate") if "certificate" in row else True
        row.close()
        if not key:
            row.fault("key", "is missing")
        elif any(key == other.key for other in tiers):
            row.fault("key", f"{key!r} is there twice")
        if points is None:
            continue
        if tiers and points <= tiers[-1].points:
            row.fault("points", f"must be above the tier before ({tiers[-1].points})")
        tiers.append(Tier(key, label or key, points, is_certified))
    return tuple(tiers)


def _bounds(reader: Reader) -> ProjectBounds | None:
    if "project_bounds" not in reader:
        return None
    table = reader.child("project_bounds")
    bounds = ProjectBounds(
        weights_milli=_by_kind(table.child("weights")),
        per_pr_cap_milli=table.milli("per_pr_cap"),
        repository_month_cap_milli=table.milli("repository_month_cap"),
    )
    table.close()
    return bounds
