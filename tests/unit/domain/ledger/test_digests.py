"""The digest of what stands depends on the items alone."""

from __future__ import annotations

import hashlib
import random

from hypothesis import given
from hypothesis import strategies as st

from laurels.domain.ledger import digest, digest_line

lines = st.lists(st.binary(max_size=20).filter(lambda line: b"\n" not in line), max_size=20)


def test_digest_line_for_an_item_holds_the_nine_words_in_order() -> None:
    line = digest_line(
        "pr_merged", 4_711_000_000_000, 12, 34, "program", "base", -20, 1_700_000_000, "a" * 64
    )
    assert line == b"pr_merged 4711000000000 12 34 program base -20 1700000000 " + b"a" * 64


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["pr_merged", "pr_opened"]),
            st.integers(0, 30),
            st.integers(0, 30),
            st.integers(0, 30),
            st.sampled_from(["program", "project"]),
            st.sampled_from(["base", "extra"]),
            st.integers(-30, 30),
            st.integers(0, 30),
            st.sampled_from(["a" * 64, "b" * 64]),
        ),
        unique=True,
    )
)
def test_digest_line_for_different_items_differs(items: list) -> None:
    assert len({digest_line(*item) for item in items}) == len(items)


@given(lines)
def test_digest_for_any_lines_hashes_them_sorted_each_with_a_newline(items: list[bytes]) -> None:
    body = b"".join(line + b"\n" for line in sorted(items))
    assert digest(items) == hashlib.sha256(body).hexdigest()


@given(lines, st.randoms(use_true_random=False))
def test_digest_for_any_order_of_the_lines_stays_the_same(
    items: list[bytes], source: random.Random
) -> None:
    shuffled = list(items)
    source.shuffle(shuffled)
    assert digest(iter(shuffled)) == digest(items)


def test_digest_for_more_lines_than_one_chunk_hashes_all() -> None:
    items = [f"{number:05}".encode() for number in range(20_000)]
    body = b"".join(line + b"\n" for line in items)
    assert digest(reversed(items)) == hashlib.sha256(body).hexdigest()


def test_digest_for_no_lines_is_the_hash_of_nothing() -> None:
    assert digest([]) == hashlib.sha256().hexdigest()
