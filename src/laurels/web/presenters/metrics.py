"""A person's metrics as pages tell them: what, of when, against whom, how much is known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from laurels.domain.metric_names import (
    DEFINITIONS,
    DROP_RATE,
    LATENCY,
    MERGE_RATE,
    OPENED,
    OSS_COMPOSITE,
    OSS_ISSUES,
    OSS_REVIEWS,
)
from laurels.domain.percentiles import Mode
from laurels.kit.times import parse_instant
from laurels.web.presenters import words
from laurels.web.presenters.beside import left_out
from laurels.web.presenters.strips import Strip, strips

SHORT = (OSS_COMPOSITE, OPENED, MERGE_RATE, DROP_RATE, LATENCY)
"""What a person's own page shows; the others have their page."""

_ACTIVITY_NAMES = "oss_"

LANGUAGES = 8
"""So many languages have a bar of their own."""

MODES: Mapping[Mode, tuple[str, str]] = {
    Mode.FAIR: (
        "Fair",
        "People with the same value share a place, and the middle of it is shown. Where less is "
        "better the scale is turned, so high is always good. A pull request counts when somebody "
        "else commented on or reviewed it.",
    ),
    Mode.INVERTED: (
        "Inverted",
        "People with the same value all get the place of the last of them. Where less is better "
        "the scale is turned. A pull request counts with anybody’s comment or review. Kept for "
        "comparing with other services.",
    ),
    Mode.RAW: (
        "Raw",
        "The share of people with this value or a smaller one, never turned: of a drop rate or a "
        "merge time a low figure is good. A pull request counts with anybody’s comment or review. "
        "Kept for comparing with other services.",
    ),
}


@dataclass(frozen=True, slots=True)
class ModeTab:
    """A link to the same page in another mode."""

    label: str
    query: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class Language:
    """A language with its share in per cent, as a text and as a width."""

    name: str
    share: str
    width: str


@dataclass(frozen=True, slots=True)
class Note:
    """Where the population was measured otherwise, and in which metrics."""

    text: str
    titles: str


@dataclass(frozen=True, slots=True)
class MetricsView:
    """A payload, ready for a template. Instants are whole seconds; `starts`, `ends` are dates."""

    mode: Mode
    about_mode: str
    strips: list[Strip]
    window_days: str
    window_start: int
    window_end: int
    computed_at: int
    coverage: str
    is_partial: bool
    gaps: list[str]
    profile_as_of: int | None
    baseline: str | None
    starts: date | None
    ends: date | None
    people: str
    notes: list[Note]
    languages: list[Language]
    other_languages: str
    left_out: str
    inputs_hash: str

    @property
    def short(self) -> list[Strip]:
        """Return the strips of the person's own page."""
        by_name = {one.name: one for one in self.strips}
        return [by_name[name] for name in SHORT if name in by_name]

    @property
    def groups(self) -> list[tuple[str, list[Strip]]]:
        """Return all strips under their headings; those of the activity without its name."""
        work = [one for one in self.strips if not one.name.startswith(_ACTIVITY_NAMES)]
        rest = [one for one in self.strips if one.name.startswith(_ACTIVITY_NAMES)]
        return [("Pull requests", work), ("Activity", [_under_activity(one) for one in rest])]

    @property
    def unknown(self) -> int:
        """Count the metrics without a percentile."""
        return sum(not one.is_known for one in self.strips)


def _under_activity(one: Strip) -> Strip:
    title = one.title.removeprefix("Activity: ").removeprefix("Activity ")
    return replace(one, title=title[:1].upper() + title[1:])


def metrics_view(told: Mapping[str, Any]) -> MetricsView:
    """Present a payload."""
    mode, coverage, metrics = Mode(told["mode"]), told["coverage"], told["metrics"]
    dates = told["metrics_baseline_dates"] or {}
    languages, others = _languages(told["lifetime_language_profile"])
    days, of = coverage["days"], coverage["window_days"]
    return MetricsView(
        mode=mode,
        about_mode=MODES[mode][1],
        strips=strips(metrics),
        window_days=words.count(of),
        window_start=parse_instant(told["metrics_window_start"]),
        window_end=parse_instant(told["metrics_window_end"]),
        computed_at=parse_instant(told["computed_at"]),
        coverage=coverage["sentence"],
        is_partial=days != of,
        gaps=[words.span(*_ends(gap)) for gap in coverage["gaps"]] if days != of else [],
        profile_as_of=_profile_as_of(told),
        baseline=told["metrics_baseline_id"],
        starts=date.fromisoformat(dates["start"]) if dates else None,
        ends=date.fromisoformat(dates["end"]) if dates else None,
        people=_people(metrics),
        notes=_notes(metrics),
        languages=languages,
        other_languages=others,
        left_out=left_out(told.get("counted")),
        inputs_hash=told["inputs_hash"],
    )


def mode_tabs(chosen: Mode, before: str = "") -> list[ModeTab]:
    """Return the links to all modes; `before` is the rest of the query, as `a=1&b=2`."""
    return [
        ModeTab(label, f"?{before}{'&' if before else ''}mode={mode.value}", mode is chosen)
        for mode, (label, _) in MODES.items()
    ]


def mode_of(text: str) -> Mode | None:
    """Return the mode of an address, the fair one where none is named; None for an unknown one."""
    try:
        return Mode(text or Mode.FAIR.value)
    except ValueError:
        return None


def _languages(told: Sequence[Mapping[str, Any]]) -> tuple[list[Language], str]:
    shown = [
        Language(one["language"], f"{one['pct']:.1f} %", f"{one['pct']:.2f}")
        for one in told[:LANGUAGES]
    ]
    rest = told[LANGUAGES:]
    if not rest:
        return shown, ""
    share = sum(one["pct"] for one in rest)
    return shown, f"{words.counted(len(rest), 'other language')}: {share:.1f} % together"


def _people(metrics: Mapping[str, Mapping[str, Any]]) -> str:
    """Say how many people the population counts: the most of any metric, as some lack a value."""
    known = [one["n"] for one in metrics.values() if one["n"] is not None]
    return words.count(max(known)) if known else ""


def _notes(metrics: Mapping[str, Mapping[str, Any]]) -> list[Note]:
    titles: dict[str, list[str]] = {}
    for name, one in metrics.items():
        if one["note"]:
            titles.setdefault(one["note"], []).append(DEFINITIONS[name].title)
    return [
        Note(text, "all nine" if len(of) == len(metrics) else ", ".join(of))
        for text, of in titles.items()
    ]


def _ends(gap: Mapping[str, str]) -> tuple[int, int]:
    return parse_instant(gap["start"]), parse_instant(gap["end"])


def _profile_as_of(told: Mapping[str, Any]) -> int | None:
    """Return when the profile counted reviews and issues; None where both are not known."""
    counts = [told["metrics"].get(name, {}).get("value") for name in (OSS_REVIEWS, OSS_ISSUES)]
    text: str | None = told["coverage"].get("profile_as_of")
    return None if text is None or counts == [None, None] else parse_instant(text)
