"""The fast bytes of an entry are its canonical bytes."""

from __future__ import annotations

import msgspec
import pytest
import rfc8785
from hypothesis import given

from laurels.domain.ledger import KIND_OF, Component, Entry, EntryKind, entry_bytes, item_key
from laurels.kit.canonical import canonical_bytes
from tests.unit.domain.ledger.strategies import any_entries, entry


def as_dict(value: Entry) -> dict[str, object]:
    return {name: getattr(value, name) for name in value.__struct_fields__}


@given(any_entries)
def test_entry_bytes_for_any_entry_equals_canonical_json(value: Entry) -> None:
    assert entry_bytes(value) == canonical_bytes(as_dict(value))


@given(any_entries)
def test_entry_bytes_for_any_entry_equals_rfc_8785(value: Entry) -> None:
    plain = {
        name: str(field) if isinstance(field, str) else field
        for name, field in as_dict(value).items()
    }
    assert entry_bytes(value) == rfc8785.dumps(plain)  # type: ignore[arg-type]


@pytest.mark.parametrize("code", [*range(0x20), 0x22, 0x5C, 0x7F, 0x2028, 0x1F396])
def test_entry_bytes_for_awkward_text_equals_canonical_json(code: int) -> None:
    value = entry(1, source=f"a{chr(code)}b")
    assert entry_bytes(value) == canonical_bytes(as_dict(value))


def test_entry_fields_stand_in_the_order_of_canonical_json() -> None:
    assert list(Entry.__struct_fields__) == sorted(Entry.__struct_fields__)


@given(any_entries)
def test_entry_bytes_when_decoded_give_the_entry_back(value: Entry) -> None:
    assert msgspec.json.decode(entry_bytes(value), type=Entry) == value


def test_entry_bytes_when_kind_comes_as_plain_text_from_a_row_stay_the_same() -> None:
    typed = entry(1)
    plain = entry(1, kind="AWARD", component="base")
    assert entry_bytes(plain) == entry_bytes(typed)
    assert item_key(plain) == item_key(typed)
    assert KIND_OF[plain.component] is EntryKind.AWARD


def test_kind_of_names_a_kind_for_every_component_and_never_a_reversal() -> None:
    assert set(KIND_OF) == set(Component)
    assert set(KIND_OF.values()) == set(EntryKind) - {EntryKind.REVERSAL}
