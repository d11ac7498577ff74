"""What stands on a certificate, in words; the same for PDF, PNG and SVG.

Whoever fills a sheet writes dates, counts and reasons as the pages do. Nothing of it is markup
anywhere: whatever a name holds is printed as it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["tier", "leader"]


@dataclass(frozen=True, slots=True)
class Revocation:
    """When a certificate was revoked and the class of the reason, in words."""

    on: str
    reason: str


@dataclass(frozen=True, slots=True)
class CertificateSheet:
    """Everything printed: `name` and `login` as at issue, `number` in groups, dates in words.

    A tier certificate names its `tier` and `points` ("406 points"); a leader's names its `title`
    and `project`, with a `message` of plain text. `work` says what for ("for 11 pull requests
    merged …"). `place` counts from 0 on a ladder `of` so many tiers; 0 of them draws none. With
    `is_erased` neither name nor login is printed, whatever they hold.
    """

    number: str
    address: str
    issuer: str
    name: str
    login: str
    issued: str
    season: str = ""
    profile: str = ""
    kind: Kind = "tier"
    tier: str = ""
    points: str = ""
    title: str = ""
    project: str = ""
    work: str = ""
    message: str = ""
    rules: str = ""
    place: int = 0
    of: int = 0
    place_words: str = ""
    revoked: Revocation | None = None
    is_erased: bool = False
    language: str = "en"


@dataclass(frozen=True, slots=True)
class Fact:
    """One line at the foot: its label and value; figures are set in the face of machines."""

    label: str
    value: str
    is_figure: bool = False


@dataclass(frozen=True, slots=True)
class Wording:
    """A sheet in sentences: `before`, the bold `what` and `after` make one of them."""

    document: str
    kicker: str
    warning: str
    name: str
    under: str
    before: str
    what: str
    after: str
    message: str
    facts: tuple[Fact, ...]


def worded(sheet: CertificateSheet, *, missing: str = "") -> Wording:
    """Write a sheet's sentences; `missing` is added beneath the name: what it could not show."""
    name = "Name erased" if sheet.is_erased else sheet.name
    what = sheet.tier if sheet.kind == "tier" else sheet.title
    state = "Revoked certificate" if sheet.revoked else "Certificate"
    holder = "" if sheet.is_erased else f" of {sheet.name or sheet.login}"
    return Wording(
        document=f"{state} {sheet.number}: {what}{holder}",
        kicker=f"{sheet.issuer} certificate of recognition",
        warning=_warning(sheet.revoked),
        name=name or sheet.login,
        under=_under(sheet, missing),
        before=_before(sheet),
        what=what,
        after=_after(sheet),
        message=sheet.message,
        facts=tuple(_facts(sheet)),
    )


def _warning(revoked: Revocation | None) -> str:
    if revoked is None:
        return ""
    return f"Revoked on {revoked.on}: {revoked.reason}. Do not rely on this certificate."


def _under(sheet: CertificateSheet, missing: str) -> str:
    if sheet.is_erased:
        return "The person asked for their data to be removed."
    return f"{sheet.login} on GitHub" + (f". {missing}" if missing else "")


def _before(sheet: CertificateSheet) -> str:
    return "has reached the tier" if sheet.kind == "tier" else "is recognised as"


def _after(sheet: CertificateSheet) -> str:
    said = f" with {sheet.points}" if sheet.kind == "tier" and sheet.points else ""
    said += f" in {sheet.project}" if sheet.project else ""
    return f"{said}, {sheet.work}." if sheet.work else f"{said}."


def _facts(sheet: CertificateSheet) -> list[Fact]:
    by = f"{sheet.issuer}, {sheet.season}" if sheet.season else sheet.issuer
    found = [Fact("Issued", sheet.issued), Fact("By", by)]
    if sheet.revoked is not None:
        found.append(Fact("Revoked", f"{sheet.revoked.on}, {sheet.revoked.reason}"))
    if sheet.rules:
        found.append(Fact("Rules", sheet.rules))
    found.append(Fact("Number", sheet.number, is_figure=True))
    found.append(Fact("Check it", sheet.address))
    return found
