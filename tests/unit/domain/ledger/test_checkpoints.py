"""Checkpoints: their one line, and what a ledger that was cut off or written anew looks like."""

from __future__ import annotations

import hashlib

import msgspec
import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from laurels.domain.ledger import GENESIS, Head
from laurels.domain.ledger.checkpoints import (
    Broken,
    Checkpoint,
    CheckpointRefused,
    checkpoint,
    held_against,
    line,
    parse,
    signed_bytes,
)


def hash_of(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def made(sequence: int, content: str = "first", at: int = 1_000) -> Checkpoint:
    return checkpoint(
        Head(sequence, hash_of(f"{content} {sequence}")),
        origin="https://laurels.example",
        at=at,
        key="ed25519:a",
    )


def ledger(entries: int, content: str = "first") -> tuple[int, dict[int, str]]:
    return entries, {one: hash_of(f"{content} {one}") for one in range(1, entries + 1)}


def test_a_line_when_read_is_what_was_written() -> None:
    one = msgspec.structs.replace(made(7), signature="abc")
    assert parse(line(one)) == one
    assert "\n" not in line(one)
    assert line(one).encode() == rfc8785.dumps(msgspec.to_builtins(one))


def test_what_is_signed_is_everything_but_the_signature() -> None:
    one = made(7)
    assert signed_bytes(msgspec.structs.replace(one, signature="abc")) == signed_bytes(one)
    for field in ("origin", "at", "key", "hash", "format"):
        other = msgspec.structs.replace(one, **{field: "other"})
        assert signed_bytes(other) != signed_bytes(one)
    assert signed_bytes(msgspec.structs.replace(one, sequence=8)) != signed_bytes(one)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "no checkpoint"),
        ("{}", "format"),
        ("[1]", "no checkpoint"),
        ("x" * 3_000, "longer"),
        (line(made(7)).replace("checkpoint/1", "checkpoint/2"), "laurels-checkpoint/2"),
        (line(made(7)).replace('"sequence":7', '"sequence":-7'), "no entry"),
        (line(made(7)).replace('"sequence":7', '"sequence":"7"'), "sequence"),
        (line(made(7)).replace(made(7).hash, "0" * 63), "hash"),
        (line(made(7)).replace("1970-01-01T", "1970-13-01T"), "1970-13-01"),
        (line(made(7))[:-1] + ',"more":1}', "more"),
        ('{"format": "\ud800"}', "no checkpoint"),
    ],
)
def test_a_line_that_is_no_checkpoint_is_refused_by_name(text: str, fault: str) -> None:
    with pytest.raises(CheckpointRefused, match=fault):
        parse(text)


def test_a_ledger_that_grew_agrees_with_every_checkpoint() -> None:
    last, hashes = ledger(9)
    assert held_against([made(3), made(9), made(1)], last, hashes) is None
    assert held_against([], last, hashes) is None


def test_a_checkpoint_of_the_empty_ledger_agrees_with_every_ledger() -> None:
    empty = checkpoint(GENESIS, origin="", at=0, key="")
    assert held_against([empty], *ledger(0)) is None
    assert held_against([empty], *ledger(4)) is None


def test_a_ledger_that_was_cut_off_is_told_from_its_new_end() -> None:
    found = held_against([made(3), made(9, at=86_400)], *ledger(5))
    assert found is not None
    assert (found.sequence, found.broken) == (6, Broken.CUT)
    assert "ends at entry 5, but at 1970-01-02T00:00:00Z it had 9" in found.detail


def test_a_ledger_written_anew_from_the_first_entry_is_told() -> None:
    found = held_against([made(3)], *ledger(5, "second"))
    assert found is not None
    assert (found.sequence, found.broken) == (1, Broken.REWRITTEN)


@given(st.integers(1, 20), st.integers(1, 20), st.sets(st.integers(1, 20), min_size=1))
def test_whatever_was_written_anew_lies_behind_the_newest_checkpoint_that_agrees(
    length: int, changed: int, kept: set[int]
) -> None:
    last, hashes = ledger(length)
    hashes |= {one: hash_of(f"second {one}") for one in hashes if one >= changed}
    found = held_against([made(one) for one in kept], last, hashes)
    wrong = [one for one in kept if one > last or one >= changed]
    if not wrong:
        assert found is None
        return
    assert found is not None
    assert found.broken is (Broken.CUT if min(wrong) > last else Broken.REWRITTEN)
    agreed = max((one for one in kept if one < min(wrong)), default=0)
    first = last + 1 if found.broken is Broken.CUT else agreed + 1
    assert found.sequence == first
