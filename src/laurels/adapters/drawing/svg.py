"""SVG as text: elements whose every value is escaped, and the frame that screen readers hear."""

from __future__ import annotations

import re
from xml.sax.saxutils import escape, quoteattr

Value = str | int | float
SERIF = (
    "'Iowan Old Style','Palatino Linotype',Palatino,'Noto Serif','Liberation Serif',Georgia,serif"
)
SANS = "-apple-system,'Segoe UI','Noto Sans',Roboto,'Helvetica Neue',Arial,sans-serif"
MONO = "ui-monospace,'SF Mono',Menlo,Consolas,'Liberation Mono',monospace"
BADGE_SANS = "Verdana,'DejaVu Sans',sans-serif"


_SPACES = re.compile("[\\t\\n\\r]")
# What XML cannot hold, and what no text means: control characters, surrogates, non-characters.
_NOT_TEXT = re.compile(
    "[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f-\\x9f\\ud800-\\udfff\\ufdd0-\\ufdef"
    + "".join(chr(plane << 16 | 0xFFFE) + chr(plane << 16 | 0xFFFF) for plane in range(17))
    + "]"
)


def plain(text: str) -> str:
    """Return a text without control characters, surrogates and non-characters; tabs are spaces."""
    return _NOT_TEXT.sub("", _SPACES.sub(" ", text))


def number(value: float) -> str:
    """Return a number with at most two decimals and no needless zeros."""
    shown = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if shown == "-0" else shown


def element(name: str, inside: str = "", /, **attributes: Value) -> str:
    """Return an element; `inside` is markup already, and `stroke_width` is said `stroke-width`."""
    written = "".join(
        f" {key.rstrip('_').replace('_', '-')}={_quoted(value)}"
        for key, value in attributes.items()
    )
    return f"<{name}{written}>{inside}</{name}>" if inside else f"<{name}{written}/>"


def _quoted(value: Value) -> str:
    if isinstance(value, str):
        return quoteattr(plain(value), {'"': "&quot;"})
    return f'"{number(value)}"'


def words(text: str) -> str:
    """Return a text as it may stand between tags."""
    return escape(plain(text))


def text(said: str, x: float, y: float, /, **attributes: Value) -> str:
    """Return a text element."""
    return element("text", words(said), x=x, y=y, **attributes)


def picture(width: float, height: float, title: str, *inside: str) -> str:
    """Return a whole SVG document: its title is what a reader hears and a pointer shows."""
    return element(
        "svg",
        element("title", words(title)) + "".join(inside),
        xmlns="http://www.w3.org/2000/svg",
        width=width,
        height=height,
        viewBox=f"0 0 {number(width)} {number(height)}",
        role="img",
        aria_label=title,
    )
