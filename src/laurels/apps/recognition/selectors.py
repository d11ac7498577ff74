"""Reads about certificates; what only pages ask is in `selectors_pages`."""

from __future__ import annotations

import json
from typing import Any

from django.db.models import QuerySet

from laurels.apps.recognition.errors import CertificateNotFound
from laurels.apps.recognition.models import Certificate, CertificateRequest
from laurels.apps.scoring.rulebook import rulebook
from laurels.kit.crockford import InvalidNumber, normalise


def access_certificate(text: str) -> Certificate:
    """Return the certificate of a number as people type it; raises CertificateNotFound.

    A number with a wrong check character is as unknown as one that was never given out.
    """
    try:
        number = normalise(text)
    except InvalidNumber as fault:
        raise CertificateNotFound(str(fault)) from None
    found = (
        Certificate.objects.select_related("recipient", "season", "version")
        .filter(number=number)
        .first()
    )
    if found is None:
        raise CertificateNotFound(f"There is no certificate {number}.")
    return found


def certificates(
    *,
    contributor: int | None = None,
    season: str | None = None,
    state: str | None = None,
) -> QuerySet[Certificate]:
    """Return certificates, newest first, with recipients and seasons read along."""
    found = Certificate.objects.select_related("recipient", "season")
    if contributor is not None:
        found = found.filter(recipient_id=contributor)
    if season is not None:
        found = found.filter(season__key=season)
    if state is not None:
        found = found.filter(state=state)
    return found


def requests_waiting() -> QuerySet[CertificateRequest]:
    """Return what was asked for and is not made, the refused included, oldest first."""
    return (
        CertificateRequest.objects.exclude(state="issued")
        .select_related("contributor", "season")
        .order_by("created_at", "pk")
    )


def certificate_current(contributor: int, season: str = "all") -> Certificate | None:
    """Return a person's current certificate: the highest tier that holds, not the newest row."""
    book = rulebook()
    held = certificates(contributor=contributor, season=season, state="active")

    def height(one: Certificate) -> tuple[int, int]:
        tiers = book.version(one.version_id).ruleset.tiers
        threshold = next((tier.points for tier in tiers if tier.key == one.tier), -1)
        return (threshold, one.issued_at)

    return max(held, key=height, default=None)


def certificate_summary(certificate: Certificate) -> dict[str, Any]:
    """Return `counts` by kind, `projects` (ids), `first`, `last` as at issue; {} if erased."""
    summary: dict[str, Any] = json.loads(certificate.summary)
    return summary
