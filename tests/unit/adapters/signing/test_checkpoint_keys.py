"""Signed checkpoints: anybody can check them, and nobody else can make them."""

from __future__ import annotations

import base64
import json

import msgspec
import pytest
import rfc8785
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from laurels.adapters.keyring import Ring
from laurels.adapters.signing.checkpoints import CheckpointKeys, check, check_key
from laurels.domain.ledger import Head
from laurels.domain.ledger.checkpoints import CheckpointRefused, line, parse

OLD, NEW = b"o" * 32, b"n" * 32
HEAD = Head(5, "ab" * 32)


def keys(*seeds: bytes) -> CheckpointKeys:
    ring = Ring(str(len(seeds)), {str(at): seed for at, seed in enumerate(seeds, start=1)})
    return CheckpointKeys(lambda: ring, origin="https://laurels.example")


def test_a_line_is_checked_with_nothing_of_ours() -> None:
    fields = json.loads(line(keys(OLD).sign(HEAD, at=0)))
    signature = base64.urlsafe_b64decode(fields.pop("signature") + "==")
    public = base64.urlsafe_b64decode(fields["key"].removeprefix("ed25519:") + "=")
    Ed25519PublicKey.from_public_bytes(public).verify(signature, rfc8785.dumps(fields))
    fields["sequence"] = 6
    with pytest.raises(InvalidSignature):
        Ed25519PublicKey.from_public_bytes(public).verify(signature, rfc8785.dumps(fields))


def test_after_a_rotation_old_checkpoints_still_hold() -> None:
    old, both = keys(OLD), keys(OLD, NEW)
    one = old.sign(HEAD, at=0)
    check(parse(line(one)), both.public())
    assert both.sign(HEAD, at=0).key == both.public()[0] != one.key


def test_a_checkpoint_of_another_key_is_refused() -> None:
    with pytest.raises(CheckpointRefused, match="not one that is trusted"):
        check(keys(NEW).sign(HEAD, at=0), keys(OLD).public())


def test_a_checkpoint_that_claims_a_trusted_key_is_refused() -> None:
    forged = msgspec.structs.replace(keys(NEW).sign(HEAD, at=0), key=keys(OLD).public()[0])
    with pytest.raises(CheckpointRefused, match="was changed after it was signed"):
        check(forged, keys(OLD).public())


@pytest.mark.parametrize("field", ["origin", "sequence", "hash", "at", "signature"])
def test_a_checkpoint_in_which_anything_was_changed_is_refused(field: str) -> None:
    one = keys(OLD).sign(HEAD, at=0)
    value: object = 6 if field == "sequence" else "A" + getattr(one, field)[1:]
    with pytest.raises(CheckpointRefused, match="was changed"):
        check(msgspec.structs.replace(one, **{field: value}), keys(OLD).public())


@pytest.mark.parametrize("text", ["", "ed25519:", "ed25519:ä", "rsa:abc", "ed25519:" + "A" * 44])
def test_what_is_no_key_is_refused(text: str) -> None:
    with pytest.raises(CheckpointRefused, match="is no key"):
        check_key(text)


def test_a_key_is_taken_as_it_is_written() -> None:
    (key,) = keys(OLD).public()
    assert check_key(key) == key
