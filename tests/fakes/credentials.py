"""Credentials of every kind, and the keys of invented issuers."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from laurels.adapters.keyring import Ring
from laurels.adapters.signing import contexts
from laurels.adapters.signing.keys import IssuerKeys
from laurels.domain.credentials import awards
from laurels.domain.credentials.documents import credential_document
from laurels.domain.credentials.identifiers import status_list_id
from laurels.domain.credentials.model import Evidence, Issuer, Organisation, Recipient, Statement
from laurels.domain.credentials.status_list import Place, bits_of, status_list_document

AT = 1_760_000_000
NOW = AT + 86_400
BASE = "https://laurels.example"
SEED = bytes(range(32))
ALICE = Recipient("alice", 4_242, "Alice Ångström")
HIDDEN = Recipient("alice", 4_242, "Alice Ångström", salt="Kosher-91")
PULLS = tuple(
    Evidence(f"https://github.com/org/app/pull/{n}", f"org/app#{n}", "pull request", f"Fix {n}")
    for n in (7, 12)
)
INDEX = 94_567
KINDS = ("tier", "leader", "badge", "hidden")


def ring(*seeds: bytes) -> Ring:
    """Return a ring of these seeds, the last of them active."""
    kept = seeds or (SEED,)
    return Ring(str(len(kept)), {str(place): seed for place, seed in enumerate(kept, 1)})


def keys(base_url: str | None = BASE, *seeds: bytes) -> IssuerKeys:
    """Return the keys of an issuer: with an address did:web, without one did:key."""
    kept = ring(*seeds)
    return IssuerKeys(lambda: kept, base_url)


def issuer(of: IssuerKeys) -> Issuer:
    """Return the issuer that these keys sign for."""
    return Issuer(of.did, "The Laurels Club", of.public_url)


def statement(kind: str, of: Issuer, *, number: str = "7ZJ9C2QX40VN", **changed: Any) -> Statement:
    """Return what a credential of a kind says."""
    place = Place(status_list_id(of, 1), INDEX)
    common: dict[str, Any] = {
        "number": number,
        "recipient": ALICE,
        "issued_at": AT,
        "status": place,
    }
    if kind == "leader":
        made = awards.leader_certificate(
            project=Organisation("https://github.com/org/app", "org/app"),
            project_key="org/app",
            title="Release captain",
            message="You made 2.0 happen.\n\nThank you!",
            leader="Bob",
            evidence=PULLS,
            **common,
        )
    elif kind == "badge":
        made = awards.badge(
            key="first-contribution",
            name="First Contribution",
            description="A first pull request was merged.",
            criteria="One merged pull request.",
            image_url=f"{BASE}/badges/first-contribution.svg",
            **common,
        )
    else:
        made = awards.tier_certificate(
            program="The Laurels Club",
            season_key="2026",
            season="Season 2026",
            tier_key="gold",
            tier="Gold",
            points=1_250,
            needed=1_000,
            rules_url=f"{BASE}/rules/3",
            evidence=PULLS,
            **(common | {"recipient": HIDDEN if kind == "hidden" else ALICE}),
        )
    return replace(made, **changed)


def document(kind: str, of: IssuerKeys, **changed: Any) -> dict[str, Any]:
    """Return the unsigned document of a credential of a kind."""
    return credential_document(issuer(of), statement(kind, issuer(of), **changed))


def status_list(of: IssuerKeys, *revoked: int) -> dict[str, Any]:
    """Return the unsigned list in which these places are revoked."""
    own = issuer(of)
    return status_list_document(
        list_id=status_list_id(own, 1), issuer=own.did, at=AT, bits=bits_of(revoked)
    )


def told(signed: dict[str, Any]) -> bytes:
    """Return a document as the bytes of a file."""
    return json.dumps(signed, ensure_ascii=False).encode()


def held_contexts() -> dict[str, Any]:
    """Return every context by its address, for software that is given its documents."""
    return {url: contexts.load(url)["document"] for url in contexts.FILES}
