"""Open Badges 3.0 AchievementCredentials (1EdTech) on W3C Verifiable Credentials 2.0.

Arrays stand where 1EdTech's schema of 2019-09 wants arrays, also of one. Every text is cleaned and
every value is a string, so that one canonical form exists in everybody's software.
"""

from __future__ import annotations

import hashlib
from typing import Any

from laurels.domain.credentials.identifiers import checked_iri, credential_id, identifier
from laurels.domain.credentials.model import Evidence, Issuer, Recipient, Result, Statement
from laurels.domain.credentials.status_list import status_entry
from laurels.domain.credentials.texts import clean_line, clean_lines
from laurels.kit.times import format_instant

VC_CONTEXT = "https://www.w3.org/ns/credentials/v2"
OPEN_BADGES_CONTEXT = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
MOST_EVIDENCE = 25

Document = dict[str, Any]


def credential_document(issuer: Issuer, said: Statement) -> Document:
    """Return the document of a credential, still to be signed.

    Raises NotAnIdentifier where an address or key cannot identify anything. Evidence beyond 25
    pieces is left out; pieces with the same address are told once.
    """
    own = credential_id(issuer, said.number)
    achievement = _achievement(issuer, said)
    document: Document = {
        "@context": [VC_CONTEXT, OPEN_BADGES_CONTEXT],
        "id": own,
        "type": ["VerifiableCredential", "AchievementCredential"],
        "name": achievement["name"],
        "issuer": _issuer(issuer),
        "validFrom": format_instant(said.issued_at),
        "credentialSubject": _subject(own, said, achievement),
    }
    if said.valid_until is not None:
        document["validUntil"] = format_instant(said.valid_until)
    if said.evidence:
        pieces = {piece.url: _evidence(piece) for piece in said.evidence}
        document["evidence"] = list(pieces.values())[:MOST_EVIDENCE]
    if said.status is not None:
        document["credentialStatus"] = status_entry(said.status)
    return document


def identity_hash(login: str, salt: str) -> str:
    """Return the hash by which a credential with a salt names its recipient."""
    return f"sha256${hashlib.sha256((login + salt).encode()).hexdigest()}"


def _issuer(issuer: Issuer) -> Document:
    profile: Document = {
        "id": checked_iri(issuer.did),
        "type": ["Profile"],
        "name": clean_line(issuer.name),
    }
    if issuer.base_url is not None:
        profile["url"] = issuer.base_url
    return profile


def _subject(own: str, said: Statement, achievement: Document) -> Document:
    subject: Document = {
        "id": _subject_id(own, said.recipient),
        "type": ["AchievementSubject"],
        "identifier": [_identity(said.recipient)],
        "achievement": achievement,
    }
    if said.recipient.salt is None:
        subject["name"] = clean_line(said.recipient.name) or clean_line(said.recipient.login)
    if message := clean_lines(said.message):
        subject["narrative"] = message
    if season := clean_line(said.season):
        subject["term"] = season
    if said.results:
        subject["result"] = [_result(own, achievement["id"], result) for result in said.results]
    return subject


def _subject_id(own: str, recipient: Recipient) -> str:
    if recipient.salt is not None:
        return f"{own}#recipient"
    return checked_iri(f"https://github.com/{recipient.login}")


def _identity(recipient: Recipient) -> Document:
    """Name the recipient by GitHub's number, which outlives a change of login, or by a hash."""
    if recipient.salt is None:
        return {
            "type": "IdentityObject",
            "hashed": False,
            "identityHash": str(recipient.github_id),
            "identityType": "systemId",
        }
    return {
        "type": "IdentityObject",
        "hashed": True,
        "identityHash": identity_hash(recipient.login, recipient.salt),
        "identityType": "userName",
        "salt": recipient.salt,
    }


def _achievement(issuer: Issuer, said: Statement) -> Document:
    told = said.achievement
    own = identifier(issuer, f"achievements/{told.key}")
    criteria = f"{own}#criteria" if told.criteria_url is None else checked_iri(told.criteria_url)
    achievement: Document = {
        "id": own,
        "type": ["Achievement"],
        "achievementType": str(told.kind),
        "name": clean_line(told.name),
        "description": clean_lines(told.description),
        "criteria": {"id": criteria, "narrative": clean_lines(told.criteria)},
    }
    if told.image_url is not None:
        achievement["image"] = {"id": checked_iri(told.image_url), "type": "Image"}
    if told.creator is not None:
        achievement["creator"] = {
            "id": checked_iri(told.creator.url),
            "type": ["Profile"],
            "name": clean_line(told.creator.name),
        }
    if said.results:
        achievement["resultDescription"] = [
            {
                "id": f"{own}#{result.key}",
                "type": ["ResultDescription"],
                "name": clean_line(result.name),
                "resultType": result.type,
            }
            for result in said.results
        ]
    return achievement


def _result(own: str, achievement: str, result: Result) -> Document:
    return {
        "id": checked_iri(f"{own}#{result.key}"),
        "type": ["Result"],
        "resultDescription": f"{achievement}#{result.key}",
        "value": clean_line(result.value),
    }


def _evidence(piece: Evidence) -> Document:
    told: Document = {
        "id": checked_iri(piece.url),
        "type": ["Evidence"],
        "name": clean_line(piece.name),
        "genre": clean_line(piece.genre),
    }
    if description := clean_line(piece.description, 1_000):
        told["description"] = description
    return told
