"""Small reads that several commands need."""

from __future__ import annotations

from collections.abc import Iterable

from laurels.apps.recognition.errors import CertificateNotFound
from laurels.apps.recognition.models import Certificate, TierStanding
from laurels.apps.scoring.rulebook import rulebook


def tiers_in(season: str, contributors: Iterable[int]) -> dict[int, str]:
    """Return the keys of the tiers that these people have in a season; none is absent."""
    rows = TierStanding.objects.filter(season__key=season).exclude(tier="")
    wanted = set(contributors)
    return {pk: tier for pk, tier in rows.values_list("contributor_id", "tier") if pk in wanted}


def tier_labels(now: int) -> dict[str, str]:
    """Return the labels of tiers by key, as the program's rules in force name them."""
    return {tier.key: tier.label for tier in rulebook().program_version(now).ruleset.tiers}


def certificates(*, login_key: str = "", state: str = "", limit: int) -> tuple[list, int]:  # type: ignore[type-arg]
    """Return certificates, the newest first, and how many there are."""
    found = Certificate.objects.select_related("recipient", "season").order_by("-issued_at", "-id")
    if login_key:
        found = found.filter(recipient__login_key=login_key)
    if state:
        found = found.filter(state=state)
    return list(found[:limit]), found.count()


def certificate_get(number: str) -> Certificate:
    """Return a certificate by its normal number; raises CertificateNotFound."""
    found = Certificate.objects.select_related("season").filter(number=number).first()
    if found is None:
        raise CertificateNotFound(f"There is no certificate {number}.")
    return found
