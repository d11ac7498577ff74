"""Badges for other people's pages: one line, a label and a message, flat or for-the-badge.

Each text carries the length it was measured at, so it fills its half whatever face is there; a
script that could only be guessed is centred instead.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from laurels.adapters.drawing.facts import BadgeFacts, ProjectFacts
from laurels.adapters.drawing.glyphs import Glyph, tier_glyph
from laurels.adapters.drawing.palette import GOLD, Theme
from laurels.adapters.drawing.svg import BADGE_SANS, element, picture, text
from laurels.adapters.drawing.widths import fitted, is_measured, width
from laurels.domain.rulesets.numbers import counted

Tone = Literal["laurel", "bronze", "muted"]
Style = Literal["flat", "for-the-badge"]
_GROUNDS: dict[Theme, dict[Tone, str]] = {
    "light": {"laurel": "#1d5a40", "bronze": "#80510f", "muted": "#575d55"},
    "dark": {"laurel": "#8acfa8", "bronze": "#e2b36a", "muted": "#a8b0a7"},
}
_LABEL_GROUND: dict[Theme, str] = {"light": "#1c221e", "dark": "#2e3630"}
_LABEL_INK = "#fffdf9"
_MESSAGE_INK: dict[Theme, str] = {"light": "#fffdf9", "dark": "#121613"}
_MOST = 320.0


@dataclass(frozen=True, slots=True)
class Badge:
    """A label, a message, and the sentence that both stand for."""

    label: str
    message: str
    title: str
    tone: Tone = "laurel"
    glyph: Glyph | None = None


def person_badge(facts: BadgeFacts) -> Badge:
    """Say a person's tier, points and rank."""
    if facts.state != "known":
        return Badge(facts.program, facts.standing, facts.title, "muted")
    is_top = bool(facts.tier) and facts.place == facts.of - 1
    glyph = tier_glyph(facts.place, facts.of) if facts.tier else None
    tone: Tone = "bronze" if is_top else "laurel"
    return Badge(facts.program, facts.standing, facts.title, tone, glyph)


def project_badge(facts: ProjectFacts) -> Badge:
    """Say how many people contributed to a project, and how much was merged."""
    if facts.state != "known":
        said = "not found" if facts.state == "unknown" else "not shown"
        return Badge(facts.name, said, f"{facts.name}: {said}", "muted")
    parts = [
        "" if facts.contributors is None else counted(facts.contributors, "contributor"),
        "" if facts.merged is None else f"{facts.merged:,} merged",
    ]
    said = " · ".join(part for part in parts if part) or "nothing merged yet"
    season = f" in {facts.season}" if facts.season else ""
    return Badge(facts.name, said, f"{facts.name}: {said}{season}")


def badge_svg(badge: Badge, style: Style = "flat", theme: Theme = "light") -> str:
    """Draw a badge."""
    return (_for_the_badge if style == "for-the-badge" else _flat)(badge, theme)


def endpoint(badge: Badge, *, cache_seconds: int = 300) -> dict[str, str | int | bool]:
    """Return a badge in the endpoint schema of shields.io (version 1)."""
    return {
        "schemaVersion": 1,
        "label": badge.label,
        "message": badge.message,
        "color": _GROUNDS["light"][badge.tone].removeprefix("#"),
        "labelColor": _LABEL_GROUND["light"].removeprefix("#"),
        "isError": badge.tone == "muted",
        "cacheSeconds": cache_seconds,
    }


@dataclass(frozen=True, slots=True)
class _Look:
    height: int
    size: int
    baseline: float
    pad: int
    radius: int
    spacing: float = 0.0
    is_bold: bool = False


_FLAT_LOOK = _Look(height=20, size=11, baseline=14, pad=7, radius=4)
_BIG_LOOK = _Look(height=28, size=10, baseline=17.6, pad=11, radius=4, spacing=1.1, is_bold=True)


def _flat(badge: Badge, theme: Theme) -> str:
    return _drawn(badge, badge.label, badge.message, _FLAT_LOOK, theme)


def _for_the_badge(badge: Badge, theme: Theme) -> str:
    return _drawn(badge, badge.label.upper(), badge.message.upper(), _BIG_LOOK, theme)


def _drawn(badge: Badge, label: str, message: str, look: _Look, theme: Theme) -> str:
    icon = look.height - 3 if badge.glyph else 0
    label, label_width = _sized(label, look, is_bold=False)
    message, message_width = _sized(message, look, is_bold=look.is_bold)
    split = icon + label_width + 2 * look.pad
    whole = split + message_width + 2 * look.pad
    # Two paths and no clip: an id would clash where a page holds several badges.
    grounds = element("path", d=_left_half(split, look), fill=_LABEL_GROUND[theme]) + element(
        "path", d=_right_half(split, whole, look), fill=_GROUNDS[theme][badge.tone]
    )
    texts = _said(label, icon + look.pad, label_width, look, _LABEL_INK, is_bold=False) + _said(
        message,
        split + look.pad,
        message_width,
        look,
        _MESSAGE_INK[theme],
        is_bold=look.is_bold,
    )
    return picture(
        whole,
        look.height,
        badge.title,
        grounds,
        "" if badge.glyph is None else _icon(badge.glyph, look),
        element("g", texts, font_family=BADGE_SANS, font_size=look.size),
    )


def _sized(said: str, look: _Look, *, is_bold: bool) -> tuple[str, float]:
    shown, _ = fitted(said, look.size, _MOST, look.size)
    return shown, round(width(shown, look.size, is_bold=is_bold) + look.spacing * len(shown), 1)


def _left_half(split: float, look: _Look) -> str:
    r, high = look.radius, look.height
    return f"M{r} 0H{split:.1f}V{high}H{r}a{r} {r} 0 0 1-{r}-{r}V{r}a{r} {r} 0 0 1 {r}-{r}z"


def _right_half(split: float, whole: float, look: _Look) -> str:
    r, high = look.radius, look.height
    end = f"a{r} {r} 0 0 1 {r} {r}V{high - r}a{r} {r} 0 0 1-{r} {r}H{split:.1f}z"
    return f"M{split:.1f} 0H{whole - r:.1f}{end}"


def _icon(glyph: Glyph, look: _Look) -> str:
    scale = (look.height - 4) / 24
    return element("g", glyph.draw(GOLD), transform=f"translate(5 2) scale({scale:.3f})")


def _said(said: str, x: float, wide: float, look: _Look, ink: str, *, is_bold: bool) -> str:
    weight = {"font_weight": 700} if is_bold else {}
    if not is_measured(said):
        return text(said, x + wide / 2, look.baseline, fill=ink, text_anchor="middle", **weight)
    return text(
        said, x, look.baseline, fill=ink, textLength=wide, lengthAdjust="spacingAndGlyphs", **weight
    )
