"""Certificates as PDF, one after another: names, numbers and addresses all different.

ours       the press: one compiler kept, PDF/UA-1, a QR code for each
yardstick  weasyprint from an HTML page with the same words, band, marks and QR code, PDF/UA-1,
           one font configuration kept
limit      typst alone: the same template, its input already written

What the PDFs say is read back by pdfium and hashed: number, name, address and what is linked to.
Weasyprint needs Pango from the system, so it is in no lock file of ours: where it cannot be
imported, only the limit is compared, and a note says so.
"""

from __future__ import annotations

import importlib
import importlib.util
import io
import sys
from collections.abc import Callable
from html import escape
from pathlib import Path as File
from typing import Any

import pypdf
import pypdfium2
import segno

from benchmarks.harness import LIMIT, OURS, YARDSTICK, Contender, Path, faster
from benchmarks.options import Options
from benchmarks.scratch import digest
from laurels.adapters.typesetting import art
from laurels.adapters.typesetting.press import Press
from laurels.adapters.typesetting.sheet import CertificateSheet, worded
from laurels.kit.crockford import certificate_number, grouped

ENGINES = ("none",)
MADE_AT = 1_758_902_640
_FIRST = ("Fern", "Zoë", "Drift", "Łucja", "Moss", "Iris", "Ελένη", "Ёлка")
_LAST = ("Hollow", "Marlow", "Ångström", "de Souza", "Thistle", "Nadir")
_MANY = 1000
_STYLE = """
@page { size: A4 landscape; margin: 0 }
body { margin: 0; font-family: serif; background: #fffdf6 }
.band, .text, .qr { position: absolute }
.band { left: 0; top: 0; width: 80mm; height: 210mm }
.text { left: 98mm; top: 18mm; width: 180mm }
.qr { right: 18mm; bottom: 14mm; width: 38mm }
h1 { font-size: 14pt; color: #80510f }
.name { font-size: 60pt; margin: 8mm 0 0 }
.for { font-size: 18pt }
dl { display: grid; grid-template-columns: 30mm 1fr; font-size: 12pt }
"""


def run(_: object, options: Options) -> list[Path]:
    """Measure a row of certificates; a figure is for one."""
    work = _Work([_sheet(number) for number in range(2 if options.is_quick else 100)])
    phases = {OURS: work.ours, LIMIT: work.limit}
    if work.has_yardstick:
        phases[YARDSTICK] = work.yardstick
    contenders = [
        Contender(name, {"pdf": phase}, lambda _: work.answer(), work.clear)
        for name, phase in phases.items()
    ]
    path = Path(
        "certificate", "none", f"{len(work.sheets)} PDFs", digest(map(repr, work.sheets)),
        contenders, (faster("pdf", 6),) if work.has_yardstick else (),
    )  # fmt: skip
    path.measure(options.rounds)
    path.notes.append(f"{1 / path.medians['pdf', OURS]:,.0f} PDFs a second")
    if not work.has_yardstick:
        path.notes.append("weasyprint cannot be imported here: not compared")
    if not options.is_quick and sys.platform == "linux":
        path.notes.append(work.memory())
    return [path]


def _sheet(number: int) -> CertificateSheet:
    key = certificate_number(number * 1_048_573)
    name = f"{_FIRST[number % len(_FIRST)]} {_LAST[number % len(_LAST)]}"
    return CertificateSheet(
        number=grouped(key),
        address=f"https://laurels.example/certificates/{key}/",
        issuer="Harbour Commons",
        name=name,
        login=f"person-{number}",
        issued="26 September 2025",
        season="Season 2",
        profile=f"https://github.com/person-{number}",
        tier="Branch",
        points=f"{400 + number} points",
        work=f"for {11 + number} pull requests merged and 2 reviews in 3 projects",
        rules="fair, version 2",
        place=2,
        of=4,
        place_words="third of four tiers",
    )


class _Work:
    """Sets the same sheets in several ways; keeps what was made last."""

    def __init__(self, sheets: list[CertificateSheet]) -> None:
        self.sheets = sheets
        self._made: list[bytes] = []
        self._press = Press()
        self._inputs = [self._press._input(one, "a4", is_mended=False) for one in sheets]
        self._weasyprint = _weasyprint()

    @property
    def has_yardstick(self) -> bool:
        return self._weasyprint is not None

    def clear(self) -> None:
        self._made = []

    def _each(self, make: Callable[[int], bytes]) -> int:
        self._made = [make(at) for at in range(len(self.sheets))]
        return len(self._made)

    def ours(self) -> int:
        return self._each(lambda at: self._press.pdf(self.sheets[at], made_at=MADE_AT))

    def limit(self) -> int:
        how = {"pdf_standards": ["ua-1"], "timestamp": MADE_AT}
        return self._each(lambda at: self._press._set(self._inputs[at], how))

    def yardstick(self) -> int:
        fonts = self._weasyprint.text.fonts.FontConfiguration()

        def make(at: int) -> bytes:
            page = self._weasyprint.HTML(string=_html(self.sheets[at]))
            made: bytes = page.write_pdf(pdf_variant="pdf/ua-1", font_config=fonts)
            return made

        return self._each(make)

    def answer(self) -> dict[str, str]:
        """Return what the PDFs say to somebody else's reader."""
        return {
            "said": digest(
                _read_back(pdf, sheet) for pdf, sheet in zip(self._made, self.sheets, strict=True)
            )
        }

    def memory(self) -> str:
        """Make a thousand more and tell how the memory of this process moved."""
        before = _resident()
        for number in range(_MANY):
            self._press.pdf(_sheet(number), made_at=MADE_AT)
        return f"{_MANY:,} more PDFs: memory from {before} to {_resident()} MB"


def _weasyprint() -> Any:
    if importlib.util.find_spec("weasyprint") is None:
        return None
    try:
        return importlib.import_module("weasyprint")
    except OSError:  # its libraries are not on this machine
        return None


def _read_back(pdf: bytes, sheet: CertificateSheet) -> tuple[object, ...]:
    with pypdfium2.PdfDocument(pdf) as document:
        said = "".join(document[0].get_textpage().get_text_range().split())
        pages = len(document)
    wanted = (sheet.number, sheet.name, sheet.address, sheet.points, sheet.work, sheet.login)
    notes = pypdf.PdfReader(io.BytesIO(pdf)).pages[0]["/Annots"]
    links = {str(note.get_object()["/A"]["/URI"]) for note in notes}  # type: ignore[attr-defined]
    return (pages, sorted(links), *("".join(one.split()) in said for one in wanted))


def _resident() -> int:
    pages = int(File("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * 4096 // 1_000_000


def _html(sheet: CertificateSheet) -> str:
    words = worded(sheet)
    facts = "".join(
        f"<dt>{escape(fact.label)}</dt><dd>{escape(fact.value)}</dd>" for fact in words.facts
    )
    code = segno.make(sheet.address, micro=False).svg_inline(scale=3)
    return f"""<!doctype html><html lang="en"><head><meta charset="utf-8">
<title>{escape(words.document)}</title><style>{_STYLE}</style></head><body>
<div class="band">{art.band(sheet.place, sheet.of, is_revoked=False)}</div><div class="text">
<h1>{escape(words.kicker)}</h1><p class="name">{escape(words.name)}</p>
<p><a href="{escape(sheet.profile)}">{escape(words.under)}</a></p>
<p class="for">{escape(words.before)} <b>{escape(words.what)}</b>{escape(words.after)}</p>
{art.ladder(sheet.place, sheet.of, is_revoked=False)}<p>{escape(sheet.place_words)}</p>
<dl>{facts}</dl></div><a class="qr" href="{escape(sheet.address)}">{code}</a></body></html>"""
