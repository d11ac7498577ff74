"""The language profile: a person's pull requests, weighed, spread by their repositories' bytes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

import msgspec

from laurels.domain.windows import Coverage
from laurels.kit.fixed import round_half_even

_FINE: Final = 10**18
"""Shares are summed in these parts of a changed line: two decimals cannot feel the rounding."""


class LanguageShare(msgspec.Struct, frozen=True):
    """A language and its share in hundredths of a per cent."""

    language: str
    hundredths: int

    @property
    def pct(self) -> float:
        """The share in per cent, two decimals."""
        return self.hundredths / 100


class LanguageProfile(msgspec.Struct, frozen=True, kw_only=True):
    """Shares, greatest first, and what they are made of.

    `pull_requests` were weighed; `without_languages` dropped out, as their repositories have none;
    `unsized` weigh one line at least, their size being unknown. `covers` are the intervals read.
    """

    shares: tuple[LanguageShare, ...]
    pull_requests: int
    without_languages: int
    unsized: int
    covers: Coverage


class Changed(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What one pull request changed, and where; None is unknown."""

    repository_id: int
    additions: int | None
    deletions: int | None
    changed_files: int | None


def weight(one: Changed) -> int:
    """Give additions + deletions, or where they are zero the changed files, at least 1."""
    lines = (one.additions or 0) + (one.deletions or 0)
    return lines if lines > 0 else max(one.changed_files or 0, 1)


def language_profile(
    pull_requests: Iterable[Changed],
    languages: Mapping[int, Mapping[str, int]],
    covers: Coverage = (),
) -> LanguageProfile:
    """Spread the weights of all pull requests ever read over `languages` (repository → bytes).

    Per cent to two decimals, half to even, descending, then by the language's bytes; they need not
    add up to 100.00. Source: spec/metrics.md §1. Repositories without languages drop out.
    """
    weights: dict[int, int] = {}
    counts: dict[int, int] = {}
    unsized = 0
    for one in pull_requests:
        place = one.repository_id
        weights[place] = weights.get(place, 0) + weight(one)
        counts[place] = counts.get(place, 0) + 1
        unsized += one.additions is None and one.deletions is None
    points: dict[str, int] = {}
    weighed = 0
    for place, held in weights.items():
        known = {name: size for name, size in languages.get(place, {}).items() if size > 0}
        everything = sum(known.values())
        if not everything:
            continue
        weighed += counts[place]
        for name, size in known.items():
            part = round_half_even(held * size * _FINE, everything)
            points[name] = points.get(name, 0) + part
    total = sum(points.values())
    shares = [
        LanguageShare(name, round_half_even(10_000 * part, total)) for name, part in points.items()
    ]
    ordered = sorted(shares, key=lambda share: (-share.hundredths, share.language.encode()))
    return LanguageProfile(
        shares=tuple(ordered),
        pull_requests=weighed,
        without_languages=sum(counts.values()) - weighed,
        unsized=unsized,
        covers=covers,
    )
