"""Names, titles and messages as they are signed: visible characters in one normal form.

What is signed must come back byte for byte from everybody's software. Control characters do not:
libraries differ in how they write them. Halves of surrogate pairs and non-characters are no text.
Marks that turn the direction of what follows (U+202A to 202E, U+2066 to 2069) can make a
certificate read as another one. All these are removed; every script, emoji with their joiners, and
left-to-right and right-to-left marks stay.
"""

from __future__ import annotations

import re
import unicodedata

LONGEST_NAME = 300
LONGEST_TITLE = 50
LONGEST_MESSAGE = 2_000

_NEWLINES = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_REMOVED = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufdd0-\ufdef\ufeff\ufff9-\ufffb"
    "\ud800-\udfff"
    + "".join(chr(plane << 16 | last) for plane in range(17) for last in (0xFFFE, 0xFFFF))
    + "]"
)
_JOINERS = "\u200d\ufe0e\ufe0f"
_SPACES = re.compile(r"[^\S\n]+")
_AROUND_NEWLINES = re.compile(r" *\n *")
_BLANK_LINES = re.compile(r"\n{3,}")


def clean_line(text: str, most: int = LONGEST_NAME) -> str:
    """Give a text on one line: cleaned, composed (NFC), single spaces, at most `most` characters.

    Cleaning twice changes nothing. A text of nothing visible comes out empty.
    """
    return _cut(" ".join(_composed(text).split()), most)


def clean_lines(text: str, most: int = LONGEST_MESSAGE) -> str:
    """Give a text of several lines cleaned in the same way; at most one empty line in a row."""
    spaced = _SPACES.sub(" ", _composed(text))
    return _cut(_BLANK_LINES.sub("\n\n", _AROUND_NEWLINES.sub("\n", spaced)).strip(), most)


def _composed(text: str) -> str:
    kept = _REMOVED.sub("", _NEWLINES.sub("\n", text))
    return unicodedata.normalize("NFC", kept)


def _cut(text: str, most: int) -> str:
    """Cut where no accent loses its letter and no emoji its half."""
    if len(text) <= most:
        return text
    end = most
    while end > 0 and (
        unicodedata.combining(text[end]) or text[end] in _JOINERS or text[end - 1] == "\u200d"
    ):
        end -= 1
    return text[: end or most].rstrip()
