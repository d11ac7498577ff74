"""Invented words for people, projects and titles; none of them is meant to be anybody."""

from __future__ import annotations

import random


def _words(text: str, between: str = " ") -> tuple[str, ...]:
    return tuple(text.split(between))


_FIRST = _words(
    "ailo benka cassim dovi elunde farou gessa hanu ilmari jorun kaveh lumi marisk nadeo orlin"
    " pavi quill reiko sunna tavi ugo vesna wim xanthe yaro zuri amaru brisa cyra dembe edda fenn"
    " galo hespa inko jessamy kito lior mosi nerys"
)
_SECOND = _words(
    "alder brook cove dune ember fern grove heath isle juniper kelp larch meadow nettle oak pine"
    " quarry reed sedge thorn umber vale willow yarrow"
)
_VERBS = _words("Add Fix Improve Simplify Document Test Translate Remove Rework Guard")
_PARTS = _words(
    "the tide table|the login page|CSV export|keyboard navigation|the calendar feed|dark mode"
    "|the search index|time zone handling|the onboarding guide|error messages|the plugin loader"
    "|image captions|the test fixtures|pagination|the sync worker|contrast of links"
    "|the rate limiter|empty states|the changelog|date formats|the map legend|undo",
    "|",
)
_WISHES = _words(
    "cannot be reached by keyboard|breaks on long names|is slow with many rows|loses the selection"
    "|shows yesterday's data|needs an example|is not translated|fails behind a proxy"
    "|should remember the last choice|has no tests",
    "|",
)
_PACKAGES = _words("brine copperleaf dotgrid fathom glimmer hopscotch inkwell jetty")

PATCH_NOTES = (
    "Small step towards the plan in the tracking issue.",
    "Tried by hand on a phone and on a desktop. Screenshots are in the comments.",
    "Comes with tests. No change for people who do not use the feature.",
    "First contribution here, happy to change whatever is needed.",
)
REMARKS = (
    "Thank you, this reads well.",
    "Could this be split in two?",
    "I can reproduce this on the current version.",
    "Please add a line to the notes.",
    "Works for me now.",
    "Is there a reason for the second loop?",
    "Good catch, changed.",
)


def logins(source: random.Random, count: int) -> list[str]:
    """Draw different logins in the few manners people choose them."""
    pairs = [(first, second) for first in _FIRST for second in _SECOND]
    chosen: list[str] = []
    for first, second in source.sample(pairs, count):
        manner = source.random()
        if manner < 0.6:
            chosen.append(f"{first}-{second}")
        elif manner < 0.8:
            chosen.append(f"{first.title()}{second.title()}")
        else:
            chosen.append(f"{first}-{second}-{source.randrange(10, 99)}")
    return chosen


def title(source: random.Random) -> str:
    """Draw the title of a pull request."""
    return f"{source.choice(_VERBS)} {source.choice(_PARTS)}"


def complaint(source: random.Random) -> str:
    """Draw the title of an issue."""
    part = source.choice(_PARTS)
    return f"{part[0].upper()}{part[1:]} {source.choice(_WISHES)}"


def update(source: random.Random) -> str:
    """Draw the title of a robot's dependency update."""
    major, minor = source.randrange(1, 9), source.randrange(0, 20)
    return f"Bump {source.choice(_PACKAGES)} from {major}.{minor} to {major}.{minor + 1}"
