"""Digital Bazaar's libraries verify ours, ours theirs; jose reads and writes our tokens."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest

from laurels.adapters.signing import vc_jwt
from laurels.adapters.signing.bulk import BulkSigner
from laurels.adapters.signing.keys import IssuerKeys
from laurels.adapters.signing.proofs import add_proof
from laurels.adapters.signing.verifying import Help, verify
from laurels.domain.credentials.multikey import did_key, multikey
from laurels.kit.times import format_instant
from tests.contract.credentials.conftest import key_documents, web_documents
from tests.fakes import credentials as made
from tests.fakes.node_verifier import NodeRefused, NodeVerifier

Documents = dict[str, Any]
OTHER_SEED = bytes(range(100, 132))


def publics(keys: IssuerKeys) -> set[bytes]:
    return set(keys.public_keys().values())


def known_of(keys: IssuerKeys) -> Documents:
    """Return all that a stranger can find about these keys."""
    found: Documents = {}
    for public in publics(keys):
        found |= key_documents(public)
    document = keys.document()
    return found | (web_documents(document) if document else {})


def told_by_node(
    node: NodeVerifier, signed: Documents, documents: Documents, at: int = made.NOW
) -> Any:
    return node.ask("verify", credential=signed, documents=documents, now=format_instant(at))


@pytest.mark.parametrize("base", [made.BASE, None], ids=["web", "key"])
@pytest.mark.parametrize("kind", made.KINDS)
def test_ours_when_node_verifies_then_verified_and_not_revoked(
    node: NodeVerifier, documents: Documents, kind: str, base: str | None
) -> None:
    keys = made.keys(base)
    signed = BulkSigner(keys.signer(), made.AT).sign(made.document(kind, keys))
    listed = add_proof(made.status_list(keys), keys.signer(), made.AT)
    told = told_by_node(node, signed, documents | known_of(keys) | {listed["id"]: listed})
    assert told == {"verified": True, "statuses": [False], "error": ""}


def test_ours_when_the_bit_is_set_then_node_tells_revoked(
    node: NodeVerifier, documents: Documents
) -> None:
    keys = made.keys()
    signed = add_proof(made.document("tier", keys), keys.signer(), made.AT)
    listed = add_proof(made.status_list(keys, made.INDEX), keys.signer(), made.AT)
    told = told_by_node(node, signed, documents | known_of(keys) | {listed["id"]: listed})
    assert told["statuses"] == [True]
    helped = Help(known=keys.public_keys(), status_list=lambda _: made.told(listed))
    assert not verify(made.told(signed), at=made.NOW, help=helped).ok


def places_of(document: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return where the texts of a document are, but for its contexts."""
    if isinstance(document, dict):
        inner = [(key, item) for key, item in document.items() if key != "@context"]
    elif isinstance(document, list):
        inner = list(enumerate(document))
    else:
        return [path] if isinstance(document, str) else []
    return [found for key, item in inner for found in places_of(item, (*path, key))]


def with_bit_flipped(document: Documents, path: tuple[Any, ...]) -> Documents:
    changed = copy.deepcopy(document)
    inner: Any = changed
    for key in path[:-1]:
        inner = inner[key]
    text = inner[path[-1]]
    inner[path[-1]] = text[:-1] + chr(ord(text[-1]) ^ 1)
    return changed


def test_ours_when_any_text_has_one_bit_changed_then_both_refuse(
    node: NodeVerifier, documents: Documents
) -> None:
    keys = made.keys(None)
    document = made.document("leader", keys, status=None, valid_until=made.NOW + 900)
    signed = add_proof(document, keys.signer(), made.AT)
    found = documents | known_of(keys)
    assert told_by_node(node, signed, found)["verified"]
    assert verify(made.told(signed), at=made.NOW).ok
    places = places_of(signed)
    assert len(places) > 30
    for path in places:
        changed = with_bit_flipped(signed, path)
        assert not verify(made.told(changed), at=made.NOW).ok, path
        if path[0] == "type":
            continue  # Node only asks that VerifiableCredential is there; the proof covers it below
        assert not told_by_node(node, changed, found)["verified"], path


def test_ours_when_another_key_signed_then_both_refuse(
    node: NodeVerifier, documents: Documents
) -> None:
    keys, others = made.keys(), made.keys(made.BASE, OTHER_SEED)
    forged = add_proof(made.document("tier", keys, status=None), others.signer(), made.AT)
    assert not told_by_node(node, forged, documents | known_of(keys))["verified"]
    told = verify(made.told(forged), at=made.NOW, help=Help(known=keys.public_keys()))
    assert [step.name for step in told.steps if step.ok is False] == ["proof"]


def test_ours_when_expired_then_both_refuse(node: NodeVerifier, documents: Documents) -> None:
    keys = made.keys()
    until = made.document("tier", keys, status=None, valid_until=made.AT + 3_600)
    signed = add_proof(until, keys.signer(), made.AT)
    found = documents | known_of(keys)
    assert told_by_node(node, signed, found, made.AT + 60)["verified"]
    assert not told_by_node(node, signed, found, made.NOW)["verified"]
    helped = Help(known=keys.public_keys())
    assert verify(made.told(signed), at=made.AT + 60, help=helped).ok
    assert not verify(made.told(signed), at=made.NOW, help=helped).ok


@pytest.mark.parametrize("base", [made.BASE, None], ids=["web", "key"])
def test_ours_when_the_key_was_rotated_then_old_and_new_verify(
    node: NodeVerifier, documents: Documents, base: str | None
) -> None:
    before, after = made.keys(base), made.keys(base, made.SEED, OTHER_SEED)
    old = add_proof(made.document("tier", before, status=None), before.signer(), made.AT)
    new = add_proof(made.document("tier", after, status=None), after.signer(), made.NOW)
    methods = {one["proof"][0]["verificationMethod"] for one in (old, new)}
    assert len(methods) == 2
    for signed in (old, new):
        assert told_by_node(node, signed, documents | known_of(after))["verified"]
        helped = Help(known=after.public_keys())
        assert verify(made.told(signed), at=made.NOW, help=helped).ok


def test_theirs_when_ours_verifies_then_ok_and_altered_refused(
    node: NodeVerifier, documents: Documents
) -> None:
    public = next(iter(publics(made.keys(None, OTHER_SEED))))
    did, name = did_key(public), multikey(public)
    credential = {
        "@context": [
            "https://www.w3.org/ns/credentials/v2",
            "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
        ],
        "id": "urn:uuid:aea5f0f0-7a4e-4b53-8a5b-0f2a5f1e3b11",
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "issuer": {"id": did, "type": ["Profile"], "name": "Another"},
        "validFrom": format_instant(made.AT),
        "credentialSubject": {
            "type": ["AchievementSubject"],
            "achievement": {
                "id": "urn:uuid:bd6d9316-f7ae-4073-a1e5-2f7f5bd22922",
                "type": ["Achievement"],
                "name": "Weaver \u2014 \U0001f9f6",
                "description": "Without identifiers on every node",
                "criteria": {"narrative": "Weave."},
            },
        },
        "evidence": [{"type": ["Evidence"], "name": "one"}, {"type": ["Evidence"], "name": "two"}],
    }
    signed = node.ask(
        "issue",
        credential=credential,
        documents=documents,
        created=format_instant(made.AT),
        key={"seed": OTHER_SEED.hex(), "controller": did, "method": f"{did}#{name}"},
    )
    told = verify(made.told(signed), at=made.NOW)
    assert told.ok and told.is_complete, told.steps
    assert verify(made.told(signed), at=made.NOW, help=Help(key=public)).ok
    signed["credentialSubject"]["achievement"]["criteria"]["narrative"] = "Weave!"
    assert not verify(made.told(signed), at=made.NOW).ok


def test_node_when_a_term_is_unknown_then_it_refuses_to_sign_as_we_do(
    node: NodeVerifier, documents: Documents
) -> None:
    key = {"seed": made.SEED.hex(), "controller": "did:example:a", "method": "did:example:a#1"}
    credential = made.document("tier", made.keys(), status=None) | {"sparkle": "much"}
    with pytest.raises(NodeRefused):
        node.ask(
            "issue",
            credential=credential,
            documents=documents,
            created=format_instant(made.AT),
            key=key,
        )


@pytest.mark.parametrize("kind", made.KINDS)
def test_token_when_jose_verifies_then_the_credential_and_altered_refused(
    node: NodeVerifier, kind: str
) -> None:
    keys = made.keys()
    document = made.document(kind, keys)
    token = vc_jwt.encode(document, *keys.token_key(), made.AT)
    public = keys.token_key()[1].as_dict(private=False)
    told = node.ask("jwtVerify", token=token, publicJwk=public, now=format_instant(made.NOW))
    assert told["header"] == {
        "alg": "Ed25519",
        "typ": "vc+jwt",
        "cty": "vc",
        "kid": keys.signer().method,
    }
    assert {name: told["payload"][name] for name in document} == document
    head, body, signature = token.split(".")
    place = len(body) // 2
    changed = "A" if body[place] != "A" else "B"
    altered = f"{head}.{body[:place]}{changed}{body[place + 1 :]}.{signature}"
    with pytest.raises(NodeRefused):
        node.ask("jwtVerify", token=altered, publicJwk=public, now=format_instant(made.NOW))
    assert not verify(altered.encode(), at=made.NOW, help=Help(known=keys.public_keys())).ok


def test_token_when_jose_signs_then_ours_verifies(node: NodeVerifier) -> None:
    keys = made.keys(None)
    document = made.document("badge", keys, status=None)
    header = {"alg": "Ed25519", "typ": "vc+jwt", "kid": keys.signer().method}
    private = keys.token_key()[1].as_dict(private=True)
    token = node.ask("jwtSign", payload=document, header=header, privateJwk=private)
    told = verify(token.encode(), at=made.NOW)
    assert told.ok, told.steps
    assert json.loads(json.dumps(told.credential)) == document
