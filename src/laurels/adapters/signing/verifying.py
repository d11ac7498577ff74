"""Verifying a credential that anybody may have made, step by step, without asking the network.

A document with an eddsa-rdfc-2022 proof, a token (`vc+jwt`) or a PNG that carries either. All is
bounded before it is worked on (spec/recognition.md §5), and what cannot be told is said not to be
known: keys and status lists come from the caller, who may fetch them. What is proven is that the
key signed this content; that the key is the issuer's follows from the issuer's identifier, or from
the caller, who gave the key.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from laurels.adapters.signing import baking, contexts, vc_jwt
from laurels.adapters.signing.parsing import parse
from laurels.adapters.signing.proofs import is_proven, the_proof
from laurels.domain.credentials import multikey, reading
from laurels.domain.credentials.multikey import NotAKey
from laurels.domain.credentials.screening import MOST_BYTES, Refused, bound, screen
from laurels.domain.credentials.status_list import NotAStatusList, Place
from laurels.domain.credentials.steps import Step, Verdict, differences

MOST_NAMED = 5

Finder = Callable[[str], bytes | None]


def _nothing(_: str) -> bytes | None:
    """Find nothing: what a verification without help can ask."""
    return None


@dataclass(frozen=True, slots=True)
class Help:
    """What the caller knows or can find: `key` is the only one taken where it is given.

    `known` are keys by the names that proofs use; `document` finds the DID document of a did:web
    identifier, `status_list` a status list by its identifier; each may return None.
    `original` finds a credential that the caller issued itself, to name what was altered in it.
    """

    key: bytes | None = None
    known: Mapping[str, bytes] = field(default_factory=dict)
    document: Finder = _nothing
    status_list: Finder = _nothing
    original: Callable[[str], Mapping[str, Any] | None] = lambda _: None


@dataclass(frozen=True, slots=True)
class _Read:
    """A credential that could be read: its proof's options, the key's name, how to check it."""

    credential: dict[str, Any]
    proof: Mapping[str, Any]
    method: str
    is_by: Callable[[bytes], bool]


def verify(data: bytes, *, at: int, help: Help | None = None) -> Verdict:
    """Verify a file as of a moment; every refusal is a step, nothing is raised."""
    helped = help or Help()
    try:
        read = _read(data)
    except Refused as fault:
        return Verdict((Step("read", False, str(fault)),))
    steps = [Step("read", True, f"a credential of {len(data)} bytes")]
    steps.append(reading.shape_step(read.credential))
    steps += _issuer_and_proof(read, helped)
    steps.append(reading.dates_step(read.credential, read.proof, at))
    if steps[3].ok:
        steps.append(_status_step(read, helped, at))
    else:
        steps.append(Step("status", None, "not looked at: the proof does not hold"))
    return Verdict(tuple(steps), read.credential)


def _read(data: bytes) -> _Read:
    if len(data) > MOST_BYTES:
        raise Refused("too_large", f"the file has more than {MOST_BYTES} bytes")
    if baking.looks_like(data):
        data = baking.unbake(data)
    if vc_jwt.looks_like(data):
        token = vc_jwt.read(data)
        bound(token.credential)
        return _Read(token.credential, {}, token.key_name, token.is_by)
    document = parse(data)
    bare = document if not isinstance(document, dict) else _without_proof(document)
    screen(bare, contexts.FILES)
    proof = the_proof(document)
    return _Read(
        document,
        proof,
        proof["verificationMethod"],
        lambda public: is_proven(document, proof, public),
    )


def _without_proof(document: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in document.items() if name != "proof"}


def _issuer_and_proof(read: _Read, helped: Help) -> list[Step]:
    issuer = reading.issuer_of(read.credential)
    try:
        public, told = _key(read.method, issuer, helped)
    except NotAKey as fault:
        return [Step("issuer", False, str(fault)), Step("proof", None, "not checked without a key")]
    try:
        is_by = read.is_by(public)
    except Refused as fault:
        return [Step("issuer", True, told), Step("proof", False, str(fault))]
    if is_by:
        return [Step("issuer", True, told), Step("proof", True, "signed with that key, unaltered")]
    return [Step("issuer", True, told), Step("proof", False, _altered(read, helped))]


def _key(method: str, issuer: str, helped: Help) -> tuple[bytes, str]:
    """Return the key to check with and why it is the right one; raises NotAKey."""
    if helped.key is not None:
        return helped.key, f"{issuer or 'nobody'}; checked with the key that was given"
    holder = method.partition("#")[0]
    if not issuer.startswith("did:"):
        raise NotAKey(f"the issuer {issuer[:200]!r} names no key: give the key to check with")
    if method and holder != issuer:
        raise NotAKey(f"the proof's key belongs to {holder[:200]!r}, not to {issuer[:200]!r}")
    if issuer.startswith("did:key:"):
        return multikey.key_of_did_key(method or issuer), f"{issuer}; the name is the key"
    known = helped.known.get(method)
    if known is not None:
        return known, f"{issuer}; the key is known here"
    return _key_of_web(method, issuer, helped), f"{issuer}; the key is in its document"


def _key_of_web(method: str, issuer: str, helped: Help) -> bytes:
    address = multikey.did_web_address(issuer)
    found = helped.document(issuer)
    if found is None:
        raise NotAKey(f"the keys of {issuer} are at {address}, which was not asked: give the key")
    try:
        document = parse(found)
    except Refused as fault:
        raise NotAKey(f"the document at {address} cannot be read: {fault}") from None
    keys = multikey.keys_of_document(document) if isinstance(document, dict) else {}
    if not isinstance(document, dict) or document.get("id") != issuer or method not in keys:
        raise NotAKey(f"the document at {address} does not allow the key {method[:200]!r}")
    return keys[method]


def _altered(read: _Read, helped: Help) -> str:
    plain = "the content or the proof was altered, or another key signed it"
    own = read.credential.get("id")
    original = helped.original(own) if isinstance(own, str) else None
    if original is None:
        return plain
    shown = read.credential if read.proof else _without_proof(read.credential)
    issued = dict(original) if read.proof else _without_proof(dict(original))
    found = list(differences(issued, shown))
    named = "; ".join(found[:MOST_NAMED])
    more = f"; and {len(found) - MOST_NAMED} more" if len(found) > MOST_NAMED else ""
    return f"it differs from what was issued: {named}{more}" if found else plain


def _status_step(read: _Read, helped: Help, at: int) -> Step:
    try:
        places = reading.status_places(read.credential)
    except Refused as fault:
        return Step("status", False, str(fault))
    if not places:
        return Step("status", True, "it cannot be revoked: it names no status list")
    bits: dict[str, bytes] = {}
    for purpose, place in places:
        found = helped.status_list(place.list_id)
        if found is None:
            text = f"not known: the status list {place.list_id[:200]} was not asked"
            return Step("status", None, text)
        try:
            bits[place.list_id] = _checked_bits(found, place, purpose, read, helped, at)
        except (NotAStatusList, Refused) as fault:
            return Step("status", False, f"the status list does not hold: {fault}")
    try:
        return reading.told_status(places, bits)
    except NotAStatusList as fault:
        return Step("status", False, str(fault))


def _checked_bits(
    data: bytes, place: Place, purpose: str, credential: _Read, helped: Help, at: int
) -> bytes:
    """Return the bits of a status list whose own proof holds; raises NotAStatusList or Refused."""
    issuer = reading.issuer_of(credential.credential)
    read = _read(data)
    bits = reading.bits_of_list(read.credential, place, purpose, issuer)
    dates = reading.dates_step(read.credential, read.proof, at)
    failed = [step for step in [*_issuer_and_proof(read, helped), dates] if not step.ok]
    if failed:
        raise NotAStatusList(failed[0].detail)
    return bits
