"""Reads of the recognition room."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from laurels.apps import sql
from laurels.apps.recognition.errors import CertificateNotFound
from laurels.apps.recognition.models import Certificate, CertificateRequest, TierChange
from laurels.apps.scoring.models import Season
from laurels.apps.scoring.rulebook import rulebook
from laurels.domain.tiers import Tier, next_tier, tier_for
from laurels.kit.crockford import InvalidNumber, normalise


@dataclass(frozen=True, slots=True)
class TierView:
    """Where a person stands on the ladder of a season.

    `tier` and `next` are None below the first and at the top; `missing` is points to the next.
    """

    points: int
    tier: Tier | None
    highest: Tier | None
    next: Tier | None
    missing: int
    ladder: tuple[Tier, ...]


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


def tiers_for(season: int, contributors: Collection[int]) -> dict[int, str]:
    """Return the current tier's key of these people in a season; who has none is absent."""
    where, ids = sql.in_ids("contributor_id", contributors)
    return dict(
        sql.fetch(
            "SELECT contributor_id, tier FROM recognition_tierstanding"
            f" WHERE season_id = %s AND tier <> '' AND {where}",
            [season, *ids],
        )
    )


def tier_view(contributor: int, season: Season, *, now: int) -> TierView:
    """Return a person's place on the ladder of the version that the season goes by now."""
    ended = season.ends_at is not None and season.ends_at <= now
    at = season.ends_at - 1 if ended and season.ends_at is not None else now
    ladder = rulebook().program_version(at).ruleset.tiers
    found = sql.fetch(
        "SELECT COALESCE((SELECT points FROM standings_standing"
        " WHERE contributor_id = %s AND board_id = %s), 0), COALESCE((SELECT highest"
        " FROM recognition_tierstanding WHERE contributor_id = %s AND season_id = %s), '')",
        [contributor, season.pk, contributor, season.pk],
    )
    points, highest = found[0]
    tier, after = tier_for(points, ladder), next_tier(points, ladder)
    return TierView(
        points=points,
        tier=tier,
        highest=next((one for one in ladder if one.key == highest), None),
        next=after,
        missing=after.points - points if after else 0,
        ladder=ladder,
    )


def tier_history(contributor: int) -> QuerySet[TierChange]:
    """Return every change of a person's tiers, oldest first."""
    return (
        TierChange.objects.filter(contributor_id=contributor)
        .select_related("season", "version")
        .order_by("at", "pk")
    )
