"""The colours of the pages (the tokens of laurels.css), for pictures that stand without it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Theme = Literal["light", "dark"]
GOLD, GOLD_DEEP, BAND, BAND_REVOKED = "#d9b774", "#b8924b", "#194a36", "#4d4a44"


@dataclass(frozen=True, slots=True)
class Palette:
    """One theme's colours, named as the tokens are."""

    paper: str
    surface: str
    sunken: str
    ink: str
    muted: str
    laurel: str
    bronze: str
    clay: str
    line: str


LIGHT = Palette(
    paper="#faf7f0",
    surface="#fffdf9",
    sunken="#f2ede2",
    ink="#1c221e",
    muted="#575d55",
    laurel="#1d5a40",
    bronze="#80510f",
    clay="#98311e",
    line="#e2dbca",
)
DARK = Palette(
    paper="#121613",
    surface="#191f1b",
    sunken="#0d110e",
    ink="#edeee7",
    muted="#a8b0a7",
    laurel="#8acfa8",
    bronze="#e2b36a",
    clay="#f49b85",
    line="#2e3630",
)


def palette(theme: Theme) -> Palette:
    """Return the colours of a theme."""
    return DARK if theme == "dark" else LIGHT
