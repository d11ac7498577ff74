"""The hash of what metrics were computed from: equal inputs, equal hash, on any machine."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Final

import msgspec

from laurels.domain.metrics.facts import Eligibility, Profile, PullRequest
from laurels.domain.metrics.pulls import Pulls
from laurels.domain.windows import Coverage, Window

METHOD: Final = 2
"""Grows when the rules change, so that figures of other rules never look like the same inputs."""

_encode = msgspec.json.Encoder().encode


def inputs_hash(
    pull_requests: Iterable[PullRequest],
    *,
    profile: Profile,
    coverage: Coverage,
    window: Window,
    eligibility: Eligibility,
    baseline_checksum: str | None,
) -> str:
    """Give the SHA-256, 64 hexadecimal digits, of everything that values and places depend on.

    The order of the pull requests does not matter, nor how many comments and reviews one has, but
    whether there are any. Only whole numbers, truth values, null and fixed
    words are hashed, in arrays of fixed order, as JSON without spaces.
    """
    digest = hashlib.sha256()
    head = [
        METHOD,
        eligibility.value,
        list(window),
        [list(one) for one in coverage],
        [profile.is_private, list(profile.spans)],
        baseline_checksum,
    ]
    digest.update(_encode(head))
    pulls = Pulls.of(pull_requests).in_order()
    digest.update(_encode((pulls.ids, pulls.created, pulls.merged, pulls.kinds)))
    return digest.hexdigest()
