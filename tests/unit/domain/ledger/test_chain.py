"""The chain names the first bad entry, and only what is bad."""

from __future__ import annotations

import hashlib

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from laurels.domain.ledger import (
    GENESIS,
    Component,
    Entry,
    EntryKind,
    Fault,
    FirstBad,
    Head,
    Link,
    Verifier,
    differences,
    entry_hash,
    links,
    verify,
)
from laurels.kit.canonical import canonical_bytes
from tests.unit.domain.ledger.strategies import Book, any_entries, entry, reversal, wishes


def chain(*entries: Entry) -> list[Link]:
    return links(entries)


def rehashed(entries: list[Entry]) -> list[Link]:
    """Chain entries as a forger who knows the format would, whatever their sequences."""
    last, stored = GENESIS.hash, []
    for one in entries:
        stored.append(Link(one, last, entry_hash(last, one)))
        last = stored[-1].hash
    return stored


def fault(bad: FirstBad | None) -> tuple[int, Fault] | None:
    return None if bad is None else (bad.sequence, bad.fault)


AWARDS = [entry(sequence, sequence * 5) for sequence in range(1, 6)]


@given(any_entries, st.binary(min_size=32, max_size=32))
def test_entry_hash_for_any_entry_covers_previous_hash_and_canonical_bytes(
    value: Entry, previous: bytes
) -> None:
    body = canonical_bytes({name: getattr(value, name) for name in value.__struct_fields__})
    assert entry_hash(previous.hex(), value) == hashlib.sha256(previous + body).hexdigest()


def test_links_for_an_empty_ledger_is_empty_and_verifies() -> None:
    assert links([]) == []
    assert verify([]) is None
    assert verify([], balances={}) is None


def test_links_in_two_batches_equal_one_batch() -> None:
    first = links(AWARDS[:2])
    head = Head(2, first[-1].hash)
    assert first + links(AWARDS[2:], head) == links(AWARDS)


def test_links_when_an_entry_does_not_follow_the_head_refuses() -> None:
    with pytest.raises(ValueError, match="entry 3 cannot follow entry 1"):
        links([AWARDS[0], AWARDS[2]])


@given(st.lists(wishes, min_size=1, max_size=5))
def test_verify_for_any_posted_differences_finds_nothing_bad(steps: list) -> None:
    book = Book()
    for should in steps:
        book.post(differences(should, book.stands))
    verifier = Verifier()
    stored = links(book.entries)
    assert [verifier.feed(link) for link in stored] == [None] * len(stored)
    assert verifier.head == (Head(len(stored), stored[-1].hash) if stored else GENESIS)
    assert sum(verifier.balances.values()) == book.balance()
    assert verify(stored, balances=verifier.balances) is None


@given(st.data())
def test_verify_when_any_field_of_any_entry_is_changed_names_that_entry(
    data: st.DataObject,
) -> None:
    stored = links(AWARDS)
    index = data.draw(st.integers(min_value=0, max_value=len(stored) - 1))
    name = data.draw(st.sampled_from([n for n in Entry.__struct_fields__ if n != "sequence"]))
    other = getattr(data.draw(any_entries), name)
    changed = msgspec.structs.replace(stored[index].entry, **{name: other})
    if changed == stored[index].entry:
        return
    stored[index] = msgspec.structs.replace(stored[index], entry=changed)
    assert fault(verify(stored)) == (index + 1, Fault.HASH_MISMATCH)


@pytest.mark.parametrize("index", range(5))
def test_verify_when_a_stored_hash_is_changed_names_its_entry(index: int) -> None:
    stored = links(AWARDS)
    flipped = f"{int(stored[index].hash[0], 16) ^ 1:x}{stored[index].hash[1:]}"
    stored[index] = msgspec.structs.replace(stored[index], hash=flipped)
    assert fault(verify(stored)) == (index + 1, Fault.HASH_MISMATCH)


@pytest.mark.parametrize("index", range(5))
def test_verify_when_a_previous_hash_is_changed_names_its_entry(index: int) -> None:
    stored = links(AWARDS)
    stored[index] = msgspec.structs.replace(stored[index], previous_hash="f" * 64)
    assert fault(verify(stored)) == (index + 1, Fault.PREVIOUS_HASH_MISMATCH)


@pytest.mark.parametrize("index", range(4))
def test_verify_when_an_entry_is_deleted_names_the_gap(index: int) -> None:
    stored = links(AWARDS)
    del stored[index]
    bad = verify(stored)
    assert fault(bad) == (index + 2, Fault.GAP)
    assert bad is not None
    assert bad.detail == f"entry {index + 1} is missing before entry {index + 2}"


@pytest.mark.parametrize("index", range(4))
def test_verify_when_two_entries_swap_places_names_the_first(index: int) -> None:
    stored = links(AWARDS)
    stored[index], stored[index + 1] = stored[index + 1], stored[index]
    assert fault(verify(stored)) == (index + 2, Fault.GAP)


@pytest.mark.parametrize("index", range(4))
def test_verify_when_two_contents_swap_under_their_numbers_names_the_first(index: int) -> None:
    stored = links(AWARDS)
    here, there = stored[index], stored[index + 1]
    stored[index] = Link(
        msgspec.structs.replace(there.entry, sequence=index + 1), here.previous_hash, here.hash
    )
    assert fault(verify(stored)) == (index + 1, Fault.HASH_MISMATCH)


def test_verify_when_an_entry_is_there_twice_names_it() -> None:
    stored = links(AWARDS)
    assert fault(verify([*stored[:2], stored[1], *stored[2:]])) == (2, Fault.DUPLICATE_SEQUENCE)


def test_verify_when_an_entry_comes_after_later_ones_names_it() -> None:
    stored = links(AWARDS)
    assert fault(verify([*stored[:3], stored[0]])) == (1, Fault.OUT_OF_ORDER)


def test_verify_when_the_whole_chain_is_forged_after_a_kept_head_names_the_first_forged() -> None:
    kept = Head(2, links(AWARDS)[1].hash)
    forged = rehashed([msgspec.structs.replace(one, points=999) for one in AWARDS])
    assert verify(forged) is None
    assert fault(verify(forged[2:], kept)) == (3, Fault.PREVIOUS_HASH_MISMATCH)


def test_verify_after_a_trusted_head_takes_reversals_from_before_it_on_trust() -> None:
    stored = chain(AWARDS[0], AWARDS[1], reversal(3, AWARDS[0]), reversal(4, AWARDS[1]))
    assert verify(stored[2:], Head(2, stored[1].hash)) is None


def test_verify_after_a_trusted_head_still_checks_reversals_of_later_entries() -> None:
    stored = chain(AWARDS[0], AWARDS[1], reversal(3, AWARDS[1]), reversal(4, AWARDS[1]))
    assert fault(verify(stored[1:], Head(1, stored[0].hash))) == (4, Fault.REVERSED_TWICE)


def test_verify_after_a_head_with_balances_is_refused() -> None:
    with pytest.raises(ValueError, match="from the beginning"):
        verify([], Head(2, "a" * 64), balances={})


@pytest.mark.parametrize("target", [None, 0, -1, 3, 4, 99])
def test_verify_when_a_reversal_takes_back_no_earlier_entry_names_it(target: int | None) -> None:
    stored = chain(AWARDS[0], AWARDS[1], reversal(3, AWARDS[0], reverses=target))
    assert fault(verify(stored)) == (3, Fault.REVERSES_MISSING)


def test_verify_when_an_award_claims_to_take_back_an_entry_names_it() -> None:
    stored = chain(AWARDS[0], reversal(2, AWARDS[0], kind=EntryKind.AWARD))
    assert fault(verify(stored)) == (2, Fault.REVERSES_MISSING)


def test_verify_when_an_entry_is_taken_back_twice_names_the_second() -> None:
    stored = chain(AWARDS[0], reversal(2, AWARDS[0]), reversal(3, AWARDS[0]))
    assert fault(verify(stored)) == (3, Fault.REVERSED_TWICE)


def test_verify_when_a_reversal_is_not_opposite_names_it() -> None:
    stored = chain(AWARDS[0], reversal(2, AWARDS[0], points=-4))
    bad = verify(stored)
    assert fault(bad) == (2, Fault.REVERSAL_NOT_OPPOSITE)
    assert bad is not None
    assert bad.detail == "entry 2 takes back entry 1 of 5 points with -4"


@pytest.mark.parametrize(
    "changes",
    [
        {"contribution_ref": "other"},
        {"contributor_ref": "other"},
        {"scope": "project:other"},
        {"component": Component.EXTRA},
    ],
)
def test_verify_when_a_reversal_names_another_item_names_it(changes: dict[str, object]) -> None:
    stored = chain(AWARDS[0], reversal(2, AWARDS[0], **changes))
    assert fault(verify(stored)) == (2, Fault.REVERSAL_OF_ANOTHER_ITEM)


def test_verify_when_a_balance_is_wrong_names_the_last_entry_of_that_person() -> None:
    stored = chain(
        entry(1, 5), entry(2, 7, contributor_ref="p2"), entry(3, 1), entry(4, 2, scope="project:j")
    )
    right = {("p1", "program"): 6, ("p2", "program"): 7, ("p1", "project:j"): 2}
    assert verify(stored, balances=right) is None
    bad = verify(stored, balances=right | {("p1", "program"): 60})
    assert bad == FirstBad(3, Fault.BALANCE, "balance of p1 in program: 60 stated, 6 in the ledger")


@pytest.mark.parametrize(
    ("stated", "expected"),
    [
        ({}, (1, Fault.BALANCE)),
        ({("p1", "program"): 5, ("p9", "program"): 1}, (0, Fault.BALANCE)),
        ({("p1", "program"): 5, ("p9", "program"): 0}, None),
    ],
)
def test_verify_when_a_balance_is_missing_or_invented_names_it(
    stated: dict[tuple[str, str], int], expected: tuple[int, Fault] | None
) -> None:
    assert fault(verify(chain(entry(1, 5)), balances=stated)) == expected
