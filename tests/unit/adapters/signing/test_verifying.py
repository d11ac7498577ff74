"""Verifying step by step: what holds, what does not, and what is not known."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest

from laurels.adapters.signing import baking, vc_jwt
from laurels.adapters.signing.proofs import add_proof
from laurels.adapters.signing.verifying import Help, verify
from laurels.domain.credentials.screening import MOST_BYTES, MOST_VALUES
from laurels.domain.credentials.steps import Verdict
from tests.fakes import credentials as made

KEYS, BARE = made.keys(), made.keys(None)
PUBLIC = next(iter(KEYS.public_keys().values()))
OTHER = made.keys(made.BASE, bytes(range(90, 122)))
TIER = add_proof(made.document("tier", KEYS), KEYS.signer(), made.AT)
NAMES = ["read", "shape", "issuer", "proof", "dates", "status"]
PICTURE = baking.SIGNATURE + baking._chunk(b"IHDR", bytes(13)) + baking._chunk(b"IEND", b"")


def listed(*revoked: int, of: Any = KEYS, **changed: Any) -> Callable[[str], bytes | None]:
    document = made.status_list(KEYS, *revoked) | changed
    signed = made.told(add_proof(document, of.signer(), made.AT))
    return {"https://laurels.example/status-lists/1": signed}.get


def told(signed: dict[str, Any] = TIER, at: int = made.NOW, **help: Any) -> Verdict:
    helped = {"known": KEYS.public_keys(), "status_list": listed()} | help
    return verify(made.told(signed), at=at, help=Help(**helped))


def failed(verdict: Verdict) -> list[str]:
    return [step.name for step in verdict.steps if step.ok is False]


def detail(verdict: Verdict, name: str) -> str:
    return next(step.detail for step in verdict.steps if step.name == name)


def test_verify_when_all_is_well_then_every_step_is_said() -> None:
    verdict = told()
    assert [step.name for step in verdict.steps] == NAMES
    assert verdict.ok and verdict.is_complete
    assert verdict.credential == TIER
    assert detail(verdict, "issuer") == "did:web:laurels.example; the key is known here"
    assert detail(verdict, "status") == "not revoked"


@pytest.mark.parametrize("kind", made.KINDS)
@pytest.mark.parametrize("form", ["json", "token", "picture", "token in a picture"])
def test_verify_when_any_kind_in_any_form_without_help_then_ok(kind: str, form: str) -> None:
    document = made.document(kind, BARE, status=None)
    data = made.told(add_proof(document, BARE.signer(), made.AT))
    if "token" in form:
        data = vc_jwt.encode(document, *BARE.token_key(), made.AT).encode()
    if "picture" in form:
        data = baking.bake(PICTURE, data)
    verdict = verify(data, at=made.NOW)
    assert verdict.ok and verdict.is_complete, verdict.steps


def test_verify_when_the_bit_is_set_then_revoked() -> None:
    verdict = told(status_list=listed(made.INDEX))
    assert failed(verdict) == ["status"]
    assert detail(verdict, "status") == "the credential was revoked"


def test_verify_when_there_is_no_status_list_then_said_not_to_be_known() -> None:
    verdict = told(status_list=lambda _: None)
    assert verdict.ok and not verdict.is_complete
    assert "was not asked" in detail(verdict, "status")


@pytest.mark.parametrize(
    ("found", "why"),
    [
        (listed(of=OTHER), "altered, or another key"),
        (listed(id="https://laurels.example/status-lists/2"), "another status list"),
        (listed(validUntil="2025-10-09T09:00:00Z"), "it held until"),
        (listed(validFrom=None), "not say from when"),
        (lambda _: b"{}", "context of its own"),
        (lambda _: b"<html>", "neither JSON"),
    ],
)
def test_verify_when_the_status_list_does_not_hold_then_refused(
    found: Callable[[str], bytes | None], why: str
) -> None:
    verdict = told(status_list=found)
    assert failed(verdict) == ["status"]
    assert why in detail(verdict, "status")


def test_verify_when_the_status_is_kept_in_an_unknown_way_then_refused() -> None:
    document = made.document("tier", KEYS)
    document["credentialStatus"]["statusListIndex"] = "x"
    signed = add_proof(document, KEYS.signer(), made.AT)
    assert failed(told(signed)) == ["status"]
    document["credentialStatus"]["statusListIndex"] = "999999999"
    signed = add_proof(document, KEYS.signer(), made.AT)
    assert "no place 999999999" in detail(told(signed), "status")


def test_verify_when_altered_and_the_original_is_known_then_the_places_are_named() -> None:
    changed = copy.deepcopy(TIER)
    changed["credentialSubject"]["result"][1]["value"] = "999999"
    changed["name"] = "Platinum"
    verdict = told(changed, original={TIER["id"]: TIER}.get)
    assert failed(verdict) == ["proof"]
    assert detail(verdict, "proof") == (
        "it differs from what was issued: name was changed;"
        " credentialSubject.result[1].value was changed"
    )
    assert "another key" in detail(told(changed), "proof")
    assert "another key" in detail(
        told(TIER, known=OTHER.public_keys(), original=TIER.get), "proof"
    )


def test_verify_when_much_is_altered_then_five_places_are_named_and_the_rest_counted() -> None:
    changed = copy.deepcopy(TIER)
    for place in range(2):
        changed["evidence"][place] |= {"name": "x", "genre": "y", "description": "z"}
    changed["name"] = "x"
    verdict = told(changed, original=lambda _: TIER)
    assert detail(verdict, "proof").endswith("was changed; and 2 more")


def test_verify_when_a_token_is_altered_then_named_without_its_proof() -> None:
    token = vc_jwt.encode(TIER | {"name": "Platinum"}, *OTHER.token_key(), made.AT)
    helped = Help(key=PUBLIC, original=lambda _: TIER)
    assert detail(verify(token.encode(), at=made.NOW, help=helped), "proof").endswith(
        "issued: name was changed"
    )


def test_verify_when_another_key_signed_then_refused_and_the_status_is_not_looked_at() -> None:
    forged = add_proof(made.document("tier", KEYS), OTHER.signer(), made.AT)
    verdict = told(forged)
    assert failed(verdict) == ["proof"]
    assert (verdict.steps[-1].name, verdict.steps[-1].ok) == ("status", None)


def test_verify_when_the_proof_names_a_key_of_another_then_refused() -> None:
    stranger = made.keys("https://stranger.example")
    forged = add_proof(made.document("tier", KEYS), stranger.signer(), made.AT)
    verdict = told(forged, known=KEYS.public_keys() | stranger.public_keys())
    assert failed(verdict) == ["issuer"]
    assert "not to 'did:web:laurels.example'" in detail(verdict, "issuer")
    assert not verdict.ok


def test_verify_when_the_issuer_is_no_did_then_a_key_must_be_given() -> None:
    document = made.document("tier", KEYS, status=None) | {"issuer": "https://laurels.example"}
    signed = add_proof(document, KEYS.signer(), made.AT)
    assert "give the key" in detail(told(signed), "issuer")
    assert told(signed, key=PUBLIC).ok
    assert failed(told(signed, key=bytes(32))) == ["proof"]


def test_verify_when_the_document_of_the_issuer_is_found_then_its_key_is_used() -> None:
    asked = {KEYS.did: made.told(KEYS.document() or {})}.get
    assert told(known={}, document=asked).ok
    assert "which was not asked" in detail(told(known={}), "issuer")
    for wrong in (
        b"<html>",
        bytes(MOST_BYTES + 1),
        b"[]",
        b"{}",
        made.told({**(KEYS.document() or {}), "id": "did:web:x"}),
    ):
        verdict = told(known={}, document={KEYS.did: wrong}.get)
        assert failed(verdict) == ["issuer"]


def test_verify_when_the_issuer_is_of_a_method_not_known_then_refused() -> None:
    document = made.document("tier", KEYS) | {"issuer": "did:example:a"}
    signer = type(KEYS.signer())("did:example:a#1", KEYS.signer().sign)
    verdict = told(add_proof(document, signer, made.AT), known={})
    assert "no did:web" in detail(verdict, "issuer")


def test_verify_when_it_does_not_hold_yet_or_any_more_then_dates_fail() -> None:
    assert failed(told(at=made.AT - 301)) == ["dates", "status"]
    document = made.document("tier", KEYS, valid_until=made.NOW)
    assert failed(told(add_proof(document, KEYS.signer(), made.AT))) == ["dates"]


def test_verify_when_signed_but_no_achievement_then_the_shape_fails() -> None:
    document = made.document("tier", KEYS, status=None)
    document["type"] = ["VerifiableCredential"]
    assert failed(told(add_proof(document, KEYS.signer(), made.AT))) == ["shape"]


def test_verify_when_the_json_was_respelled_with_the_same_meaning_then_refused() -> None:
    until = made.document("tier", KEYS, valid_until=made.AT + 60)
    signed = add_proof(until, KEYS.signer(), made.AT)
    term = "https://www.w3.org/2018/credentials#validUntil"
    hidden = {name: value for name, value in signed.items() if name != "validUntil"}
    typed = {"@value": signed["validUntil"], "@type": "http://www.w3.org/2001/XMLSchema#dateTime"}
    assert failed(told(hidden | {term: typed})) == ["read"]
    assert "dates" in failed(told(signed | {"validUntil": [signed["validUntil"]]}))
    moved = hidden | {"evidence": [*signed["evidence"], {"id": signed["id"], "validUntil": "x"}]}
    assert failed(told(moved)) == ["read"]


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "neither JSON"),
        (b"\xff\xfe", "neither JSON"),
        (b"[]", "not a JSON object"),
        (b"[" * 100_000, "nested"),
        (b'{"a":' * 100_000, "nested"),
        (b'{"a":NaN}', "NaN"),
        (b'{"a":1,"a":1}', "stands twice"),
        (b'{"a":' + b"9" * 10_000 + b"}", "neither JSON"),
        (b" " * (MOST_BYTES + 1), "more than"),
        (baking.bake(PICTURE, b"[" * 50_000), "nested"),
        (made.told(made.document("tier", KEYS)), "exactly one proof"),
        (made.told(TIER | {"@context": [{"x": "urn:x"}]}), "context of its own"),
        (made.told(TIER | {"evidence": [{}] * MOST_VALUES}), "more than 2000 values"),
        (PICTURE, "carries no credential"),
    ],
    ids=lambda value: value if isinstance(value, str) else "data",
)
def test_verify_when_it_cannot_be_read_then_one_step_says_why(data: bytes, why: str) -> None:
    verdict = verify(data, at=made.NOW)
    assert [(step.name, step.ok) for step in verdict.steps] == [("read", False)]
    assert why in verdict.steps[0].detail
    assert not verdict.ok and verdict.credential is None


def test_verify_when_it_says_too_much_then_the_proof_step_refuses() -> None:
    scoped = {"type": ["VerifiableCredential"], "credentialSubject": {"type": "AchievementSubject"}}
    verdict = told(TIER | {"evidence": [scoped] * 180})
    assert failed(verdict) == ["proof"]
    assert "more than 500 things" in detail(verdict, "proof")
