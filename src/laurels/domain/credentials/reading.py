"""Reading a credential that anybody may have made: is it one, does it hold, was it revoked.

Only the JSON is read here; that the JSON is what was signed is the business of screening and proof.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from laurels.domain.credentials.documents import VC_CONTEXT
from laurels.domain.credentials.screening import Refused
from laurels.domain.credentials.status_list import (
    REVOCATION,
    NotAStatusList,
    Place,
    decode_bits,
    is_set,
)
from laurels.domain.credentials.steps import Step
from laurels.kit.times import format_instant, parse_instant

LEEWAY_SECONDS = 300
ACHIEVEMENT_TYPES = frozenset(("AchievementCredential", "OpenBadgeCredential"))
_OPEN_BADGES = "https://purl.imsglobal.org/spec/ob/v3p0/context"
_ENTRY = "BitstringStatusListEntry"
_NAMES = {REVOCATION: "revoked", "suspension": "suspended"}

Document = Mapping[str, Any]


def shape_step(document: Document) -> Step:
    """Tell whether a document has what Open Badges 3.0 asks of every AchievementCredential."""
    contexts = as_list(document.get("@context"))
    faults = []
    if contexts[:1] != [VC_CONTEXT]:
        faults.append(f"the first context is not {VC_CONTEXT}")
    if not any(isinstance(one, str) and one.startswith(_OPEN_BADGES) for one in contexts[1:]):
        faults.append("the context of Open Badges 3.0 is missing")
    types = set(texts(document.get("type")))
    if "VerifiableCredential" not in types or not types & ACHIEVEMENT_TYPES:
        faults.append("the type is not AchievementCredential")
    if not isinstance(document.get("id"), str):
        faults.append("it has no id")
    if not issuer_of(document):
        faults.append("it has no issuer")
    subject = document.get("credentialSubject")
    achievement = subject.get("achievement") if isinstance(subject, dict) else None
    if not isinstance(achievement, dict):
        faults.append("its subject has no achievement")
    else:
        wanted = ("id", "type", "name", "description", "criteria")
        missing = [name for name in wanted if not achievement.get(name)]
        faults += [f"the achievement has no {name}" for name in missing]
    if faults:
        return Step("shape", False, "; ".join(faults))
    return Step("shape", True, "an AchievementCredential of Open Badges 3.0")


def issuer_of(document: Document) -> str:
    """Return the identifier of the issuer, or an empty text."""
    issuer = document.get("issuer")
    named = issuer.get("id") if isinstance(issuer, dict) else issuer
    return named if isinstance(named, str) else ""


def dates_step(document: Document, proof: Document, at: int) -> Step:
    """Tell whether a credential holds at a moment; five minutes of difference are allowed ahead."""
    try:
        begins = _moment(document, "validFrom")
        ends = _moment(document, "validUntil")
        created = _moment(proof, "created")
        proof_ends = _moment(proof, "expires")
    except ValueError as fault:
        return Step("dates", False, str(fault))
    if begins is None:
        return Step("dates", False, "it does not say from when it holds (validFrom)")
    for name, moment in (("holds only from", begins), ("was signed in the future:", created)):
        if moment is not None and moment > at + LEEWAY_SECONDS:
            return Step("dates", False, f"it {name} {format_instant(moment)}")
    for name, moment in (("it held", ends), ("its proof held", proof_ends)):
        if moment is not None and moment <= at:
            return Step("dates", False, f"{name} until {format_instant(moment)}")
    until = "without end" if ends is None else f"until {format_instant(ends)}"
    return Step("dates", True, f"holds from {format_instant(begins)}, {until}")


def _moment(document: Document, name: str) -> int | None:
    value = document.get(name)
    if value is None:
        return None
    try:
        if not isinstance(value, str):
            raise ValueError
        return parse_instant(value)
    except (ValueError, OverflowError):
        raise ValueError(f"{name} is not a date and time") from None


def status_places(document: Document) -> list[tuple[str, Place]]:
    """Return purposes and places of a credential's status; raises Refused for what is not known.

    Fails closed: an entry that cannot be read might be the one that revokes.
    """
    found = []
    for entry in as_list(document.get("credentialStatus")):
        kinds = texts(entry.get("type")) if isinstance(entry, dict) else []
        if kinds != [_ENTRY]:
            raise Refused("unknown_status", f"its status is kept in a way not known here: {kinds}")
        purpose, index = entry.get("statusPurpose"), entry.get("statusListIndex")
        list_id = entry.get("statusListCredential")
        if not (isinstance(purpose, str) and isinstance(list_id, str) and isinstance(index, str)):
            raise Refused("unknown_status", "the place of its status cannot be read")
        if not (index.isascii() and index.isdigit() and len(index) <= 9):
            raise Refused("unknown_status", "the place of its status is no number")
        if entry.get("statusSize", 1) != 1:
            raise Refused("unknown_status", "its status has more than one bit")
        found.append((purpose, Place(list_id, int(index))))
    return found


def bits_of_list(document: Document, place: Place, purpose: str, issuer: str) -> bytes:
    """Return the bits of a status list that is the right one; raises NotAStatusList.

    Its proof is the caller's business.
    """
    subject = document.get("credentialSubject")
    if not isinstance(subject, dict):
        raise NotAStatusList("the status list has no subject")
    if document.get("id") != place.list_id:
        raise NotAStatusList("this is another status list")
    if issuer_of(document) != issuer:
        raise NotAStatusList("the status list is of another issuer")
    if "BitstringStatusListCredential" not in texts(document.get("type")):
        raise NotAStatusList("this is no BitstringStatusListCredential")
    if purpose not in texts(subject.get("statusPurpose")):
        raise NotAStatusList(f"the status list does not tell {purpose}")
    encoded = subject.get("encodedList")
    if not isinstance(encoded, str):
        raise NotAStatusList("the status list has no encodedList")
    return decode_bits(encoded)


def told_status(found: list[tuple[str, Place]], bits: Mapping[str, bytes]) -> Step:
    """Tell what the lists say; every list must be there. Raises NotAStatusList for a bad place."""
    said = [
        _NAMES.get(purpose, f"marked with {purpose!r}")
        for purpose, place in found
        if is_set(bits[place.list_id], place.index)
    ]
    if said:
        return Step("status", False, f"the credential was {' and '.join(said)}")
    return Step("status", True, "not revoked")


def as_list(value: Any) -> list[Any]:
    """Return a value as JSON-LD means it: nothing, one or several."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def texts(value: Any) -> list[str]:
    """Return the texts among one or several values."""
    return [one for one in as_list(value) if isinstance(one, str)]
