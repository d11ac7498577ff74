"""Canonical JSON against the reference implementation of RFC 8785."""

from __future__ import annotations

import hashlib
from enum import IntEnum, StrEnum
from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from laurels.kit.canonical import MAX_INTEGER, NotCanonical, canonical_bytes, sha256_hex

integers = st.integers(min_value=-MAX_INTEGER, max_value=MAX_INTEGER)
texts = st.text(st.characters(exclude_categories=("Cs",)))
values = st.recursive(
    st.none() | st.booleans() | integers | texts,
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(texts, inner, max_size=5),
    max_leaves=25,
)


class Kind(StrEnum):
    MERGED = "pr_merged"


class Size(IntEnum):
    LARGE = 3


@given(values)
def test_canonical_bytes_for_any_value_equals_rfc_8785(value: Any) -> None:
    assert canonical_bytes(value) == rfc8785.dumps(value)


@pytest.mark.parametrize(
    "text",
    [
        "".join(chr(code) for code in range(0x20)),
        'quote " backslash \\ slash / delete \x7f',
        "line \u2028 and paragraph \u2029",
        "Ωμέγα 漢字 नमस्ते 🎖",
    ],
)
def test_canonical_bytes_for_awkward_text_equals_rfc_8785(text: str) -> None:
    assert canonical_bytes({text: text}) == rfc8785.dumps({text: text})


def test_canonical_bytes_when_keys_lie_beyond_the_basic_plane_orders_by_utf16_units() -> None:
    value = {"\ufb33": 1, "\U0001f600": 2, "\u20ac": 3, "1": 4, "\r": 5, "\u0080": 6, "ö": 7}
    assert canonical_bytes(value) == rfc8785.dumps(value)
    assert canonical_bytes({"\ufb33": 1, "\U0001f600": 2}) == '{"😀":2,"\ufb33":1}'.encode()


@given(st.dictionaries(texts, integers, min_size=2))
def test_canonical_bytes_when_keys_arrive_in_another_order_stays_the_same(
    value: dict[str, int],
) -> None:
    assert canonical_bytes(dict(reversed(value.items()))) == canonical_bytes(value)


def test_canonical_bytes_for_tuples_and_enums_writes_their_plain_values() -> None:
    value = {Kind.MERGED: (Size.LARGE, Kind.MERGED, True, None)}
    assert canonical_bytes(value) == b'{"pr_merged":[3,"pr_merged",true,null]}'


@pytest.mark.parametrize(
    ("value", "named"),
    [
        (1.0, "1.0 of type float"),
        ([1, {"a": 0.5}], "0.5 of type float"),
        (float("nan"), "float"),
        (b"bytes", "bytes"),
        ({1, 2}, "set"),
        ({1: "one"}, "the key 1"),
        ({None: "none"}, "the key None"),
        (2**53, "9007199254740992"),
        (-(2**53), "-9007199254740992"),
        ("\ud800", "surrogate"),
        ({"\ud800": 1, "a": 2}, "surrogate"),
    ],
)
def test_canonical_bytes_for_what_has_no_exact_form_names_it(value: Any, named: str) -> None:
    with pytest.raises(NotCanonical, match=named):
        canonical_bytes(value)


def test_canonical_bytes_for_a_value_that_holds_itself_is_refused() -> None:
    value: list[Any] = []
    value.append(value)
    with pytest.raises(NotCanonical, match="nested too deeply"):
        canonical_bytes(value)


@given(st.binary())
def test_sha256_hex_for_any_bytes_equals_hashlib(data: bytes) -> None:
    assert sha256_hex(data) == hashlib.sha256(data).hexdigest()
