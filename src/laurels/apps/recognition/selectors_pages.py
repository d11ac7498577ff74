"""Reads about tiers and certificates that pages show."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from laurels.apps import sql
from laurels.apps.recognition.models import Certificate, CertificateState

_PER_PERSON = 8
"""Certificates that one climb up the ladder may bring a person at once."""


def certificate_find(number: str) -> Certificate | None:
    """Return the certificate of a normalised number, or None."""
    return (
        Certificate.objects.select_related("recipient", "season", "version")
        .filter(number=number)
        .first()
    )


def certificates_lately(limit: int = 4) -> list[Certificate]:
    """Return the certificates issued last that are in force, the highest one of each person."""
    newest = (
        Certificate.objects.select_related("recipient", "season")
        .filter(state=CertificateState.ACTIVE, recipient__erased_at=None)
        .order_by("-id")[: limit * _PER_PERSON]
    )
    found: dict[int, Certificate] = {}
    for one in newest:
        found.setdefault(one.recipient_id, one)
    return list(found.values())[:limit]


def certificates_of(contributor: int) -> list[Certificate]:
    """Return a person's certificates, the newest first, revoked ones among them."""
    return list(
        Certificate.objects.select_related("season")
        .filter(recipient_id=contributor)
        .order_by("-issued_at", "-id")
    )


def tiers_in(season: int, contributors: Collection[int]) -> dict[int, str]:
    """Return the tiers (their keys) that these people have in a season; none is absent."""
    where, ids = sql.in_ids("contributor_id", contributors)
    return dict(
        sql.fetch(
            "SELECT contributor_id, tier FROM recognition_tierstanding"
            f" WHERE season_id = %s AND tier <> '' AND {where}",
            [season, *ids],
        )
    )


@dataclass(frozen=True, slots=True)
class TierNow:
    """A person's tier in a season, and the highest ever reached there (keys, empty for none)."""

    tier: str = ""
    highest: str = ""


def tier_of(season: int, contributor: int) -> TierNow:
    """Return a person's tier in a season."""
    rows = sql.fetch(
        "SELECT tier, highest FROM recognition_tierstanding"
        " WHERE season_id = %s AND contributor_id = %s",
        [season, contributor],
    )
    return TierNow(*rows[0]) if rows else TierNow()
