"""From a sheet to what the template reads: words in pieces, pictures as SVG, faces in order."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Literal

from laurels.adapters.drawing.widths import width
from laurels.adapters.typesetting import art
from laurels.adapters.typesetting.characters import direction, pieces, printable
from laurels.adapters.typesetting.coverage import REPLACEMENT, is_sure
from laurels.adapters.typesetting.sheet import CertificateSheet, Wording, worded

Paper = Literal["a4", "us-letter"]
MISSING = "Some characters of the name cannot be printed here."
# In hundredths of the sheet's width, and as factors of every other text: tried from the left.
NAME_SIZES = (7.2, 6.2, 5.2, 4.4, 3.6, 3.0, 2.5, 2.1, 1.8, 1.5)
SCALES = (1.0, 0.92, 0.84, 0.76, 0.68, 0.6, 0.52, 0.44)
# What surely fits at full size is not measured: measuring sets everything twice.
# Where there are neither spaces nor ideographs no line is broken; a name has this much room.
_UNBROKEN = re.compile("[^ \u1100-\u11ff\u2e80-\ud7af\uf900-\ufaff\U0001f000-\U0003ffff]+")
_ROOM = 61
_SURE_NAME, _SURE_SENTENCE, _SURE_FACT = 16, 220, 60
Faces = Callable[[list[str]], Mapping[str, list[str]]]
Mend = Callable[[str], str]


def template_input(sheet: CertificateSheet, paper: Paper, faces: Faces, mend: Mend) -> str:
    """Return the JSON of a certificate; `mend` replaces what has no glyph."""
    words = _mended_words(sheet, mend)
    said = _texts(words, mend)
    revoked = sheet.revoked is not None
    every = [*said.values(), sheet.place_words, *(fact.value for fact in words.facts)]
    value: dict[str, Any] = {
        **{key: pieces(text) for key, text in said.items()},
        "paper": paper,
        "language": sheet.language,
        "document": printable(words.document),
        "issuer": printable(sheet.issuer),
        "address": sheet.address,
        "profile": "" if sheet.is_erased else sheet.profile,
        "faces": faces(every),
        "rtl": direction(said["name"]) == "rtl",
        "tall": not is_sure(said["name"]),
        "name_sizes": _name_sizes(said["name"]),
        "scales": SCALES[: 1 if _is_small(words) else None],
        "revoked": revoked,
        "place": sheet.place_words,
        "qr": f"QR code: the address {sheet.address}",
        "facts": [
            {
                "label": fact.label,
                "value": pieces(mend(printable(fact.value))),
                "figure": fact.is_figure,
                "link": fact.value == sheet.address,
            }
            for fact in words.facts
        ],
        "art": {
            "band": art.band(sheet.place, sheet.of, is_revoked=revoked),
            "mark": art.mark(is_revoked=revoked),
            "ladder": art.ladder(sheet.place, sheet.of, is_revoked=revoked) if sheet.of else "",
            "qr": art.qr(sheet.address),
        },
    }
    return json.dumps(value)


def _name_sizes(name: str) -> list[float]:
    """Return the sizes at which no part without a break is too wide; one where that surely fits."""
    parts = (run for piece in pieces(name) for run in _UNBROKEN.findall(piece))
    widest = max((width(run, 1) for run in parts), default=0.0)
    sizes = [size for size in NAME_SIZES if size * widest <= _ROOM] or [NAME_SIZES[-1]]
    return sizes[:1] if len(name) <= _SURE_NAME and is_sure(name) else sizes


def _is_small(words: Wording) -> bool:
    """Tell whether the words surely fit beside a name of any size."""
    sentence = words.before + words.what + words.after
    return (
        is_sure(sentence)
        and len(sentence) <= _SURE_SENTENCE
        and not words.message
        and not words.warning
        and all(len(fact.value) <= _SURE_FACT for fact in words.facts)
        and len(words.kicker) <= _SURE_FACT
        and len(words.under) <= _SURE_FACT
    )


def _mended_words(sheet: CertificateSheet, mend: Mend) -> Wording:
    """Word the sheet: a name with a hole says so beneath, one that is all holes is the login."""
    name = printable(sheet.name)
    shown = mend(name)
    if shown == name or sheet.is_erased:
        return worded(replace(sheet, name=name))
    is_bare = not shown.replace(REPLACEMENT, "").strip()
    return replace(
        worded(replace(sheet, name=name), missing=MISSING), name=sheet.login if is_bare else shown
    )


def _texts(words: Wording, mend: Mend) -> dict[str, str]:
    """Return the words that stand alone, as they are printed."""
    said = {
        "kicker": words.kicker,
        "warning": words.warning,
        "name": words.name,
        "under": words.under,
        "before": words.before,
        "what": words.what,
        "after": words.after,
        "message": words.message,
    }
    return {key: mend(_clean(text)) for key, text in said.items()}


def _clean(said: str) -> str:
    """Return a text as printed, its first space kept: it may follow other words."""
    return (" " if said.startswith(" ") else "") + printable(said)
