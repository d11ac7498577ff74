"""Standings to draw, and the safety that every picture for other people's pages must have."""

from __future__ import annotations

from xml.etree import ElementTree

from laurels.adapters.drawing.facts import BadgeFacts

SVG = "{http://www.w3.org/2000/svg}"
FERN = BadgeFacts(
    login="fern-hollow",
    program="Harbour Commons",
    season="Season 3",
    on="14 May 2026",
    tier="Branch",
    place=2,
    of=4,
    place_words="third of four tiers",
    points=988,
    rank=23,
    people=1284,
    progress=0.66,
)
UNKNOWN = BadgeFacts("nobody", "Harbour Commons", state="unknown")
# Whatever else is known of somebody who is not shown, none of it may be drawn.
HIDDEN = BadgeFacts(
    "shy-person", "Harbour Commons", tier="Wreath", points=7, rank=1, state="hidden"
)
_ALLOWED = {"svg", "title", "rect", "circle", "path", "ellipse", "g", "text", "tspan"}


def safe(svg: str) -> ElementTree.Element:
    """Parse a picture; it may neither run anything nor name anything outside itself."""
    root = ElementTree.fromstring(svg)
    for one in root.iter():
        assert one.tag.removeprefix(SVG) in _ALLOWED
        for key in one.attrib:
            assert not key.startswith("on")
            assert key not in ("href", "style", "id", "class")
    return root


def said(root: ElementTree.Element) -> list[str]:
    """Return the texts of a picture in their order."""
    return ["".join(one.itertext()) for one in root.iter(f"{SVG}text")]


def title(root: ElementTree.Element) -> str:
    """Return the title that a reader hears, which both ways of saying it share."""
    first = root[0]
    assert first.tag == f"{SVG}title"
    assert root.get("aria-label") == (first.text or "")
    assert root.get("role") == "img"
    return first.text or ""
