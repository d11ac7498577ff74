from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laurels.adapters.keyring import Ring
from laurels.adapters.vault import Vault, VaultRefused

OLD = Ring("a", {"a": bytes(range(32))})
BOTH = Ring("b", {"a": bytes(range(32)), "b": bytes(32)})


def vault(ring: Ring = BOTH) -> Vault:
    return Vault(lambda: ring)


@given(plain=st.binary(max_size=400), owner=st.text(max_size=40))
def test_open_when_the_owner_asks_then_what_was_sealed(plain: bytes, owner: str) -> None:
    box = vault()
    sealed = box.seal(plain, owner)
    assert box.open(sealed, owner) == plain
    assert sealed.isascii()


def test_seal_when_done_twice_then_texts_differ_and_hide_the_secret() -> None:
    box = vault()
    first, second = (box.seal(b"gho_secret", "ada") for _ in range(2))
    assert first != second
    assert "gho_secret" not in first
    assert b"gho_secret" not in base64.urlsafe_b64decode(first.split(".")[2])


def test_open_when_another_owner_asks_then_refused() -> None:
    sealed = vault().seal(b"secret", "ada")
    with pytest.raises(VaultRefused, match="another owner"):
        vault().open(sealed, "bob")


def test_open_when_any_byte_is_changed_then_refused() -> None:
    box = vault()
    head, key, text = box.seal(b"secret", "ada").split(".")
    body = base64.urlsafe_b64decode(text)
    for place in range(len(body)):
        changed = body[:place] + bytes([body[place] ^ 1]) + body[place + 1 :]
        with pytest.raises(VaultRefused):
            box.open(f"{head}.{key}.{base64.urlsafe_b64encode(changed).decode()}", "ada")


@pytest.mark.parametrize("text", ["", "v1", "v1.a", "v1..AAAA", "v2.a.AAAA", "v1.a.ä", "v1.a.!!!!"])
def test_open_when_it_was_never_sealed_then_refused(text: str) -> None:
    with pytest.raises(VaultRefused, match="not a sealed secret"):
        vault().open(text, "ada")


def test_open_when_the_key_is_not_there_then_named() -> None:
    sealed = vault(BOTH).seal(b"secret", "ada")
    with pytest.raises(VaultRefused, match="no key 'b'"):
        vault(OLD).open(sealed, "ada")


def test_open_when_the_key_came_later_then_the_ring_is_asked_again() -> None:
    rings = [OLD, BOTH]
    box = Vault(lambda: rings.pop(0))
    assert box.active == "a"
    assert box.open(vault(BOTH).seal(b"secret", "ada"), "ada") == b"secret"
    assert box.active == "b"


def test_seal_when_a_key_came_while_it_runs_then_under_the_new_one_at_once() -> None:
    rings = [OLD, BOTH]
    box = Vault(lambda: rings.pop(0))
    texts = [box.seal(b"secret", "ada") for _ in range(2)]
    assert [text.split(".")[1] for text in texts] == ["a", "b"]
    assert {box.open(text, "ada") for text in texts} == {b"secret"}


def test_reseal_when_the_key_is_old_then_under_the_new_one_else_untouched() -> None:
    old = vault(OLD).seal(b"secret", "ada")
    box = vault(BOTH)
    assert not box.is_current(old)
    new = box.reseal(old, "ada")
    assert box.is_current(new)
    assert box.reseal(new, "ada") == new
    assert box.open(new, "ada") == b"secret"
    with pytest.raises(VaultRefused):
        box.reseal(old, "bob")


def test_ring_when_printed_then_shows_no_key() -> None:
    assert "keys" not in repr(OLD)
