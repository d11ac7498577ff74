"""The three kinds of credentials: a tier reached, a leader's certificate, a badge."""

from __future__ import annotations

from collections.abc import Iterable

from laurels.domain.credentials.model import (
    Achievement,
    Evidence,
    Kind,
    Organisation,
    Recipient,
    Result,
    Statement,
)
from laurels.domain.credentials.status_list import Place
from laurels.domain.credentials.texts import LONGEST_TITLE, clean_line


def tier_certificate(
    *,
    number: str,
    recipient: Recipient,
    program: str,
    season_key: str,
    season: str,
    tier_key: str,
    tier: str,
    points: int,
    needed: int,
    issued_at: int,
    status: Place | None,
    rules_url: str | None = None,
    image_url: str | None = None,
    evidence: Iterable[Evidence] = (),
) -> Statement:
    """Say that somebody reached a tier of a season with so many points."""
    return Statement(
        number=number,
        achievement=Achievement(
            key=f"seasons/{season_key}/tiers/{tier_key}",
            kind=Kind.TIER,
            name=f"{tier}, {season}",
            description=f"Reached the tier {tier} of {program} in {season}.",
            criteria=f"At least {needed} settled points in {season}, counted from contributions"
            " on GitHub by the published rules.",
            criteria_url=rules_url,
            image_url=image_url,
        ),
        recipient=recipient,
        issued_at=issued_at,
        results=(
            Result("tier", "Tier", "PerformanceLevel", tier),
            Result("points", "Points", "RawScore", str(points)),
        ),
        evidence=tuple(evidence),
        status=status,
        season=season,
    )


def leader_certificate(
    *,
    number: str,
    recipient: Recipient,
    project: Organisation,
    project_key: str,
    title: str,
    message: str,
    leader: str,
    issued_at: int,
    status: Place | None,
    season: str = "",
    image_url: str | None = None,
    evidence: Iterable[Evidence] = (),
) -> Statement:
    """Say that a project's leader thanks a contributor; title and message are the leader's."""
    heading = clean_line(title, LONGEST_TITLE)
    return Statement(
        number=number,
        achievement=Achievement(
            key=f"projects/{project_key}/certificates/{number}",
            kind=Kind.LEADER,
            name=heading,
            description=f"{heading}: a certificate of {project.name}.",
            criteria=f"Given by {leader}, who leads {project.name}, to a contributor of it.",
            image_url=image_url,
            creator=project,
        ),
        recipient=recipient,
        issued_at=issued_at,
        evidence=tuple(evidence),
        status=status,
        message=message,
        season=season,
    )


def badge(
    *,
    number: str,
    recipient: Recipient,
    key: str,
    name: str,
    description: str,
    criteria: str,
    issued_at: int,
    status: Place | None,
    image_url: str | None = None,
    evidence: Iterable[Evidence] = (),
) -> Statement:
    """Say that somebody earned a badge."""
    return Statement(
        number=number,
        achievement=Achievement(
            key=f"badges/{key}",
            kind=Kind.BADGE,
            name=name,
            description=description,
            criteria=criteria,
            image_url=image_url,
        ),
        recipient=recipient,
        issued_at=issued_at,
        evidence=tuple(evidence),
        status=status,
    )
