"""The press: one typst compiler, kept, that sets certificates as PDF and PNG.

Guarantee: one sheet, paper and moment give the same bytes on one installation; a PDF is PDF/UA-1
(typst refuses what would not be) on one page, its text is text and its drawings are vectors. Names
come in as data, so nothing in them is markup. A press sets one sheet at a time: threads wait.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Any

import typst

from laurels.adapters.typesetting.coverage import Coverage
from laurels.adapters.typesetting.fonts import faces, folders
from laurels.adapters.typesetting.layout import Paper, template_input
from laurels.adapters.typesetting.sheet import CertificateSheet

A4: Paper = "a4"
_PNG_PPI = 144.0
_PROBE = b"""
#set document(title: "Probe")
#let d = json(bytes(sys.inputs.sheet))
#set text(font: d.faces)
#for part in d.parts [#text(part)#parbreak()]
"""


class TypesettingFailed(Exception):
    """A certificate could not be set: what typst said. Trying again gives the same."""

    code = "typesetting_failed"


class Press:
    """Sets certificates. Costs some 30 ms to make, so keep it; `press` does."""

    def __init__(self, font_folders: Sequence[str] | None = None) -> None:
        here = list(folders() if font_folders is None else font_folders)
        fonts = typst.Fonts(include_system_fonts=False, font_paths=here)
        self._families = frozenset(fonts.families())
        self._compiler = typst.Compiler(font_paths=fonts)
        self._template = files(__package__).joinpath("certificate.typ").read_bytes()
        self._lock = threading.Lock()
        self._coverage = Coverage(self._is_set)

    def pdf(self, sheet: CertificateSheet, paper: Paper = A4, *, made_at: int) -> bytes:
        """Set a certificate as PDF/UA-1; `made_at` (UTC seconds) is the date in its metadata."""
        how = {"pdf_standards": ["ua-1"], "timestamp": made_at}
        try:
            return self._set(self._input(sheet, paper, is_mended=False), how)
        except typst.TypstError:  # most often a glyph is missing: look for it, and try again
            return self._set_or_fail(sheet, self._input(sheet, paper, is_mended=True), how)

    def png(self, sheet: CertificateSheet, *, ppi: float = _PNG_PPI) -> bytes:
        """Set a certificate as PNG on A4: 1684 by 1191 pixels unless `ppi` says otherwise."""
        source = self._input(sheet, A4, is_mended=True)
        return self._set_or_fail(sheet, source, {"format": "png", "ppi": ppi})

    def is_whole(self, said: str) -> bool:
        """Tell whether every character of a text can be printed with the fonts at hand."""
        return self._coverage.mended(said) == said

    def _input(self, sheet: CertificateSheet, paper: Paper, *, is_mended: bool) -> str:
        mend = self._coverage.mended if is_mended else str
        return template_input(sheet, paper, lambda texts: faces(texts, self._families), mend)

    def _set_or_fail(self, sheet: CertificateSheet, source: str, how: dict[str, Any]) -> bytes:
        try:
            return self._set(source, how)
        except typst.TypstError as error:
            raise TypesettingFailed(f"{sheet.number}: {error}") from error

    def _set(self, source: str, how: dict[str, Any], template: bytes = b"") -> bytes:
        with self._lock:  # the compiler refuses a second caller
            made = self._compiler.compile(
                template or self._template, sys_inputs={"sheet": source}, **how
            )
        assert isinstance(made, bytes)  # one page: more would come as a list
        return made

    def _is_set(self, parts: Sequence[str]) -> bool:
        """Tell whether typst finds a glyph for every one of these clusters."""
        order = faces(parts, self._families)["serif"]
        source = json.dumps({"parts": parts, "faces": order})
        try:
            self._set(source, {"pdf_standards": ["ua-1"]}, _PROBE)
        except typst.TypstError:
            return False
        return True


@cache
def press() -> Press:
    """Return the press of this process; not before a fork: typst's threads do not survive one."""
    return Press()
