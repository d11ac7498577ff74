"""The hash of what metrics were computed from: equal inputs, equal hash, on any machine."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Final

import msgspec

from laurels.domain.metrics.facts import Eligibility, Profile, PullRequest
from laurels.domain.windows import Coverage, Window

METHOD: Final = 1
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

    The order of the pull requests does not matter. Only whole numbers, truth values, null and fixed
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
    digest.update(_encode(sorted(pull_requests, key=lambda one: one.id)))
    return digest.hexdigest()
