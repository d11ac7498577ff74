"""Cutting blocks into lines and array elements, wherever the blocks happen to end."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laurels.adapters.gharchive import records
from laurels.adapters.gharchive.records import ArrayEnded, elements, whole_lines

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


def cut(data: bytes, size: int) -> Iterator[bytes]:
    return (data[start : start + size] for start in range(0, len(data), size))


@pytest.fixture
def short_records(monkeypatch: pytest.MonkeyPatch) -> int:
    """Records of more than 50 bytes are too long."""
    monkeypatch.setattr(records, "RECORD_BYTES", 50)
    return 50


@given(st.lists(st.binary(max_size=20)), st.integers(1, 30))
def test_whole_lines_when_blocks_end_anywhere_then_no_byte_is_lost(
    lines: list[bytes], size: int
) -> None:
    data = b"\n".join(lines)
    pieces = list(whole_lines(cut(data, size)))
    assert None not in pieces
    assert b"".join(piece or b"" for piece in pieces) == data
    assert all(piece is not None and piece.endswith(b"\n") for piece in pieces[:-1])


@pytest.mark.parametrize("size", [1, 7, 49, 50, 51, 60, 500])
def test_whole_lines_when_a_line_is_too_long_then_only_it_is_dropped(
    short_records: int, size: int
) -> None:
    # Blocks are far shorter than records, so a record inside one block is never too long.
    size = min(size, short_records)
    data = b"first\n" + b"x" * 51 + b"\n" + b"y" * 50 + b"\nlast"
    kept = [line for piece in whole_lines(cut(data, size)) for line in _lines(piece)]
    assert kept == [b"first", None, b"y" * 50, b"last"]


def test_whole_lines_when_the_last_line_is_too_long_then_it_is_told(short_records: int) -> None:
    data = b"first\n" + b"x" * 500
    assert list(whole_lines(cut(data, short_records)))[-1] is None


def _lines(piece: bytes | None) -> list[bytes | None]:
    return [None] if piece is None else [*piece.removesuffix(b"\n").split(b"\n")]


@given(st.lists(st.dictionaries(st.text(), JSON, max_size=3)), st.integers(1, 40), st.booleans())
def test_elements_when_blocks_end_anywhere_then_each_element_is_whole(
    items: list[dict[str, object]], size: int, is_pretty: bool
) -> None:
    data = json.dumps(items, indent=2 if is_pretty else None, ensure_ascii=False).encode()
    found = list(elements(cut(data, size)))
    assert [json.loads(element or b"null") for element in found] == items


@given(st.integers(1, 20))
def test_elements_when_strings_hold_brackets_and_escapes_then_they_are_not_read(size: int) -> None:
    items = [{"a": '}]{["\\"'}, {"b": "\\\\"}, {"c": [[], {}]}]
    data = json.dumps(items).encode()
    assert [json.loads(element or b"null") for element in elements(cut(data, size))] == items


def test_elements_when_the_array_is_empty_then_there_are_none() -> None:
    assert list(elements([b" [ ] "])) == []
    assert list(elements([])) == []


def test_elements_when_something_follows_the_array_then_it_is_left() -> None:
    assert list(elements([b'[{"a":1}]', b'{"b":2}'])) == [b'{"a":1}']


@pytest.mark.parametrize("data", [b"[", b'[{"a":1}', b'[{"a":1},{"b":', b'[{"a":"x'])
def test_elements_when_the_array_never_closes_then_it_is_told_at_the_end(data: bytes) -> None:
    found = []
    with pytest.raises(ArrayEnded):
        for element in elements([data]):
            found.append(element)
    assert found == ([b'{"a":1}'] if b"}" in data else [])


@pytest.mark.parametrize("size", [3, 10, 50])
@pytest.mark.parametrize("filling", ['"', "\\", "x", "]}", "\\\\"])
def test_elements_when_one_is_too_long_then_only_it_is_dropped(
    short_records: int, size: int, filling: str
) -> None:
    items = [{"a": 1}, {"long": filling * 60, "more": [filling, 5]}, {"b": [2, "]"]}]
    data = json.dumps(items).encode()
    assert list(elements(cut(data, size))) == [b'{"a": 1}', None, b'{"b": [2, "]"]}']
    assert short_records == records.RECORD_BYTES


def test_elements_when_a_long_one_has_many_parts_then_it_is_dropped(short_records: int) -> None:
    items = [{"a": [[number] for number in range(60)]}, {"b": 1}]
    data = json.dumps(items).encode()
    assert list(elements(cut(data, short_records))) == [None, b'{"b": 1}']
