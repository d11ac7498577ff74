"""All that is known of a person when their metrics are computed, wherever it was read."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from laurels.domain.metrics.facts import Profile, PullRequest
from laurels.domain.metrics.languages import LanguageProfile
from laurels.domain.windows import Coverage


class Known(msgspec.Struct, frozen=True, kw_only=True):
    """What metrics are made of.

    `coverage` are the intervals, in updated time, over which the pull requests have been read;
    `joined_at` is when the account was made, None where unknown.
    """

    pull_requests: Sequence[PullRequest]
    profile: Profile
    coverage: Coverage
    languages: LanguageProfile
    joined_at: int | None = None


class SeenPull(msgspec.Struct, frozen=True, kw_only=True):
    """A pull request as evidence shows it: what is judged, and what leads to it.

    `repository` is owner/name and `title` what it is called, "" where not known or not public.
    """

    pull: PullRequest
    repository: str
    number: int
    title: str
    is_public: bool
