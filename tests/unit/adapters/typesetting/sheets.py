"""Sheets to set, and names that have broken other people's documents."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from laurels.adapters.typesetting.sheet import CertificateSheet, Revocation

ADDRESS = "https://laurels.example/certificates/4H7KQ2M9XWTB/"
PROFILE = "https://github.com/fern-hollow"
MADE_AT = 1_758_902_640  # 26 September 2025, 16:04 UTC
REVOKED = Revocation("2 May 2026", "points withdrawn")
SHEET = CertificateSheet(
    number="4H7K-Q2M9-XWTB",
    address=ADDRESS,
    issuer="Harbour Commons",
    name="Fern Hollow",
    login="fern-hollow",
    issued="26 September 2025",
    season="Season 2",
    profile=PROFILE,
    tier="Branch",
    points="406 points",
    work="for 11 pull requests merged and 2 reviews in 3 projects",
    rules="fair, version 2",
    place=2,
    of=4,
    place_words="third of four tiers",
)
LEADER = replace(
    SHEET,
    kind="leader",
    tier="",
    points="",
    title="Mentor of the spring",
    project="harbour/pilot",
    message="Thank you for every patient review.",
    place=0,
    of=0,
    place_words="",
)
# Read in the order of the text by every reader.
LEFT_NAMES = {
    "latin": "Zoë Ångström-Łukasiewicz",
    "greek": "Ελένη Παπαδοπούλου",
    "cyrillic": "Екатерина Ёлкина",
    "devanagari": "अनुष्का शर्मा",
    "bengali": "বাংলা নাম",
    "tamil": "தமிழ்செல்வி",
    "thai": "ภาษาไทย",
    "chinese": "李小龍",
    "japanese": "山田 たろう",
    "korean": "김민준",
    "emoji": "Ada 👩‍🚀 🇩🇪 🦄",
    "quotes": 'Fern "the leaf" O\'Hollow',
    "html": "<b>Fern</b> &amp; <script>alert(1)</script>",
    "markup": r"*Fern* _x_ #let y = 1 $a$ `c` @d <e> [f] \u{41} -- ... ~ //g",
    "braces": '#{panic()} #sys.inputs #import "x.typ"',
}
RIGHT_NAMES = {"arabic": "محمد بن علي", "hebrew": "שלום עולם"}


def named(name: str, **changes: Any) -> CertificateSheet:
    """Return the sheet with another name."""
    return replace(SHEET, name=name, **changes)
