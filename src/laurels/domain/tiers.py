"""Tiers: which one some points reach, and which tiers certify on the way."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Tier:
    """A step of the ladder: reached at so many points, certified or not."""

    key: str
    label: str
    points: int
    is_certified: bool = True


def tier_for(points: int, tiers: tuple[Tier, ...]) -> Tier | None:
    """Return the highest tier that these points reach; None below the first."""
    reached: Tier | None = None
    for tier in tiers:
        if points >= tier.points:
            reached = tier
    return reached


def next_tier(points: int, tiers: tuple[Tier, ...]) -> Tier | None:
    """Return the lowest tier that these points do not reach yet; None at the top."""
    return next((tier for tier in tiers if points < tier.points), None)


def ladder_passed(points: int, tiers: tuple[Tier, ...], policy: str) -> tuple[Tier, ...]:
    """Return the tiers that earn a certificate at these points, lowest first.

    Policy `ladder` gives every certified tier passed, `highest` only the highest certified one.
    Nobody has any at zero points or below, whatever the tier's own threshold.
    """
    if points <= 0:
        return ()
    passed = tuple(tier for tier in tiers if tier.is_certified and points >= tier.points)
    return passed[-1:] if policy == "highest" else passed
