"""The keys of an issuer, named for everybody."""

from __future__ import annotations

from pathlib import Path

import pytest

from laurels.adapters.keyring import kept_ring
from laurels.adapters.signing.keys import IssuerKeys
from laurels.domain.credentials.multikey import did_key, key_of_did_key, keys_of_document
from tests.fakes import credentials as made

OTHER = bytes(range(50, 82))


def test_keys_when_there_is_an_https_address_then_did_web() -> None:
    keys = made.keys("https://a.example:8443/club/")
    assert keys.did == "did:web:a.example%3A8443:club"
    assert keys.public_url == "https://a.example:8443/club"
    assert keys.signer().method == f"{keys.did}#key-1" == keys.token_key()[0]


@pytest.mark.parametrize("base", [None, "", "http://127.0.0.1:8000"])
def test_keys_when_there_is_no_public_address_then_did_key(base: str | None) -> None:
    keys = made.keys(base)
    public = key_of_did_key(keys.did)
    assert keys.did == did_key(public)
    assert (keys.public_url, keys.document()) == (None, None)
    assert keys.public_keys() == {keys.signer().method: public}


def test_keys_when_rotated_then_the_new_one_signs_and_both_are_found() -> None:
    before, after = made.keys(), made.keys(made.BASE, made.SEED, OTHER)
    assert before.signer().method != after.signer().method
    found = keys_of_document(after.document() or {})
    assert found.items() <= after.public_keys().items()
    assert set(found) == {before.signer().method, after.signer().method}


def test_keys_when_the_address_came_later_then_earlier_names_are_still_known() -> None:
    bare, web = made.keys(None), made.keys()
    assert bare.public_keys().items() <= web.public_keys().items()


def test_keys_when_the_ring_grows_on_disk_then_the_next_signature_is_by_the_new_key(
    tmp_path: Path,
) -> None:
    keys = IssuerKeys(lambda: kept_ring(tmp_path, "credential"), made.BASE)
    first = keys.signer().method
    kept_ring(tmp_path, "credential", make_new=True)
    assert (first, keys.signer().method) == (f"{keys.did}#key-1", f"{keys.did}#key-2")
    assert len(keys_of_document(keys.document() or {})) == 2
