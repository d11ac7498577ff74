"""A certificate's document, and the check of it step by step."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from laurels.adapters.drawing.leaves import Sprig, certificate_branch
from laurels.apps.recognition.models import Certificate, CertificateState
from laurels.domain.tiers import Tier
from laurels.kit.crockford import grouped
from laurels.web.presenters import words
from laurels.web.presenters.tiers import Mark, marks, place_words

ERASED = "erased"
LONG_NAME = 28
_SHARE = "https://www.linkedin.com/profile/add?"
# Kind → its noun and what happened to it, in the order of the sentence.
_KINDS = {
    "pr_merged": ("pull request", "merged"),
    "pr_approved": ("pull request", "approved"),
    "pr_opened": ("pull request", "opened"),
    "review_submitted": ("review", ""),
    "issue_completed": ("issue", "completed"),
    "issue_opened": ("issue", "opened"),
}


@dataclass(frozen=True, slots=True)
class Proof:
    """One step of the check."""

    title: str
    text: str
    is_good: bool


@dataclass(frozen=True, slots=True)
class Document:
    """Everything the page of a certificate prints."""

    certificate: Certificate
    number: str
    is_revoked: bool
    is_erased: bool
    is_long: bool
    reason: str
    work: str
    art: Sprig
    tiers: tuple[tuple[Mark, bool], ...]
    place: str
    proofs: tuple[Proof, ...]
    address: str
    linkedin: str

    @property
    def passed(self) -> int:
        """Return how many steps of the check passed."""
        return sum(1 for proof in self.proofs if proof.is_good)


def document(
    certificate: Certificate, tiers: tuple[Tier, ...], *, public_url: str, now: int
) -> Document:
    """Present a certificate as it stands now."""
    is_revoked = certificate.state == CertificateState.REVOKED
    is_erased = certificate.revoked_reason == ERASED
    place = next((at for at, tier in enumerate(tiers) if tier.key == certificate.tier), 0)
    of = max(len(tiers), 1)
    known = list(marks(tiers).values())
    address = f"{public_url}/certificates/{certificate.number}/"
    return Document(
        certificate=certificate,
        number=grouped(certificate.number),
        is_revoked=is_revoked,
        is_erased=is_erased,
        is_long=len(certificate.recipient_name) > LONG_NAME,
        reason=_reason(certificate, is_erased=is_erased),
        work=work_words(json.loads(certificate.summary or "{}")),
        art=certificate_branch(place, of),
        tiers=tuple((mark, at <= place) for at, mark in enumerate(known)),
        place=place_words(place, len(tiers)) if tiers else "",
        proofs=_proofs(certificate, now, is_revoked=is_revoked, is_erased=is_erased),
        address=address,
        linkedin=_linkedin(certificate, address),
    )


def _reason(certificate: Certificate, *, is_erased: bool) -> str:
    if is_erased:
        return "the person it was issued to had their data erased"
    return certificate.revoked_reason or "no reason is on record"


def work_words(summary: dict[str, Any]) -> str:
    """Return what for: `for 11 pull requests merged and 2 reviews in 3 projects between …`."""
    counts: dict[str, int] = summary.get("counts") or {}
    parts, last_noun = [], ""
    for kind, (noun, verb) in _KINDS.items():
        number = counts.get(kind, 0)
        if not number:
            continue
        counted = words.count(number) if noun == last_noun else words.counted(number, noun)
        parts.append(f"{counted} {verb}".strip())
        last_noun = noun
    if not parts:
        return ""
    text = f"for {words.listed(parts)}"
    projects = summary.get("projects") or []
    if projects:
        text += f" in {words.counted(len(projects), 'project')}"
    first, last = summary.get("first"), summary.get("last")
    if first is None or last is None:
        return text
    if words.day(first) == words.day(last):
        return f"{text} on {words.day(first)}"
    return f"{text} between {words.day(first)} and {words.day(last)}"


def _proofs(
    certificate: Certificate, now: int, *, is_revoked: bool, is_erased: bool
) -> tuple[Proof, ...]:
    issued = words.moment(certificate.issued_at)
    found = [
        Proof(
            "The number is whole",
            "Its last character fits the eleven before it, so none is mistyped or swapped.",
            is_good=True,
        ),
        Proof(
            f"{certificate.issuer} issued it",
            f"The records here hold this number: {certificate.tier_label},"
            f" {certificate.season.label}, issued {issued}.",
            is_good=True,
        ),
    ]
    if is_revoked:
        text = f"Revoked {words.moment(certificate.revoked_at or 0)}:"
        found.append(
            Proof(
                "It is revoked",
                f"{text} {_reason(certificate, is_erased=is_erased)}.",
                is_good=False,
            )
        )
        return tuple(found)
    text = f"Looked up {words.moment(now)}."
    if certificate.reinstated_at is not None:
        text += (
            f" It was revoked {words.day(certificate.revoked_at or 0)} and reinstated"
            f" {words.day(certificate.reinstated_at)}."
        )
    return (*found, Proof("It is not revoked", text, is_good=True))


def _linkedin(certificate: Certificate, address: str) -> str:
    issued = words.iso_day(certificate.issued_at)
    return _SHARE + urlencode(
        {
            "startTask": "CERTIFICATION_NAME",
            "name": f"{certificate.tier_label}, {certificate.season.label}",
            "organizationName": certificate.issuer,
            "issueYear": issued[:4],
            "issueMonth": str(int(issued[5:7])),
            "certUrl": address,
            "certId": certificate.number,
        }
    )
