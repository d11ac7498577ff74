"""Rules in force, and a ruleset's sections as the rules page prints them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from laurels.apps.scoring.models import RulesetVersion
from laurels.apps.scoring.rulebook import NoRuleset, Rulebook, Version, rulebook
from laurels.domain.phrases import Example, Row, Section, rules_in_words, sentence, step_rows
from laurels.domain.rulesets import Ruleset
from laurels.web.once import once
from laurels.web.presenters import words
from laurels.web.presenters.tiers import Mark, marks

EMPTY = Ruleset()


def book_or_none() -> Rulebook | None:
    """Return all published rules; None before there are any."""

    def read() -> Rulebook | None:
        try:
            return rulebook()
        except NoRuleset:
            return None

    return once("rulebook", read)


def rules_now(now: int) -> Ruleset:
    """Return the program's rules for work opened now; empty rules before there are any."""
    book = book_or_none()
    return book.program_version(now).ruleset if book else EMPTY


@dataclass(frozen=True, slots=True)
class ExampleView:
    """A worked example: its story, its sentence and the table of its steps."""

    title: str
    story: str
    sentence: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class SectionView:
    """A part of the rules page; bars are (name, share in per cent) where the table is shares."""

    section: Section
    examples: tuple[ExampleView, ...]
    bars: tuple[tuple[str, str, str], ...]


def sections(ruleset: Ruleset) -> list[SectionView]:
    """Return the sections of the rules page."""
    return [
        SectionView(one, tuple(_example(e) for e in one.examples), _bars(one))
        for one in rules_in_words(ruleset)
    ]


def _example(example: Example) -> ExampleView:
    kind, steps = example.kind, example.steps
    return ExampleView(
        example.title,
        example.story,
        sentence(kind, steps),
        step_rows(steps),
    )


def _bars(section: Section) -> tuple[tuple[str, str, str], ...]:
    """Return the rows of a table of shares as bars: name, width, share in words."""
    if section.key != "limits" or not section.rows:
        return ()
    return tuple((row[0], row[1].replace(" ", ""), row[1]) for row in section.rows)


def tier_marks(ruleset: Ruleset) -> list[Mark]:
    """Return the tiers of a ruleset, lowest first."""
    return list(marks(ruleset.tiers).values())


@dataclass(frozen=True, slots=True)
class VersionRow:
    """A published version in the list: for which work it holds."""

    number: int
    name: str
    holds: str
    is_now: bool
    published_at: int


def version_rows(versions: Sequence[RulesetVersion], now: int) -> list[VersionRow]:
    """Return the versions of one scope, newest first, with the work that each is for."""
    ordered = sorted(versions, key=lambda one: (one.effective_from, one.number))
    rows = []
    for place, one in enumerate(ordered):
        after = ordered[place + 1].effective_from if place + 1 < len(ordered) else None
        is_now = one.effective_from <= now and (after is None or now < after)
        rows.append(
            VersionRow(
                one.number,
                one.name,
                _holds(one.effective_from, after, now),
                is_now,
                one.published_at,
            )
        )
    return rows[::-1]


def _holds(since: int, until: int | None, now: int) -> str:
    if since <= 0:
        return "from the beginning" if until is None else f"until {words.moment(until)}"
    if since > now:
        return f"from {words.moment(since)} on"
    if until is None:
        return f"since {words.moment(since)}"
    return f"{words.moment(since)} to {words.moment(until)}"


def headline(version: Version) -> str:
    """Return what a page of rules says of itself under its title."""
    if version.effective_from <= 0:
        return "They apply to work opened at any time, until another version says otherwise."
    return f"They apply to work opened from {words.moment(version.effective_from)} on."
