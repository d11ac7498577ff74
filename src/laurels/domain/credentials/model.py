"""What a credential says, before it is put in the words of Open Badges 3.0.

Texts are cleaned when the document is made. Times are whole UTC seconds.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from laurels.domain.credentials.status_list import Place


class Kind(StrEnum):
    """What is certified; the values are Open Badges' `achievementType`."""

    TIER = "Award"
    LEADER = "Certificate"
    BADGE = "Badge"


@dataclass(frozen=True, slots=True)
class Issuer:
    """Who signs: a DID, a name, and the public address without a closing slash where one is."""

    did: str
    name: str
    base_url: str | None = None


@dataclass(frozen=True, slots=True)
class Recipient:
    """Whom a credential is about, as at issue.

    With a `salt` the credential carries neither login, name nor number, only the SHA-256 of login
    and salt: it can be confirmed for a login that one knows. It does not withstand trying every
    login of GitHub, for the salt stands beside the hash.
    """

    login: str
    github_id: int
    name: str = ""
    salt: str | None = None


@dataclass(frozen=True, slots=True)
class Organisation:
    """A project or chapter that stands behind an achievement; `url` identifies it."""

    url: str
    name: str


@dataclass(frozen=True, slots=True)
class Achievement:
    """What was achieved; `key` is a path of letters, digits and `.-_~/`, unique in its issuer."""

    key: str
    kind: Kind
    name: str
    description: str
    criteria: str
    criteria_url: str | None = None
    image_url: str | None = None
    creator: Organisation | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """A result: `key` names it within the achievement, `type` is Open Badges' `resultType`."""

    key: str
    name: str
    type: str
    value: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """Something that can be looked at: a pull request, a page."""

    url: str
    name: str
    genre: str
    description: str = ""


@dataclass(frozen=True, slots=True)
class Statement:
    """Everything that one credential says."""

    number: str
    achievement: Achievement
    recipient: Recipient
    issued_at: int
    results: tuple[Result, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    status: Place | None = None
    message: str = ""
    season: str = ""
    valid_until: int | None = None
