from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laurels.adapters.typesetting.characters import clusters, direction, pieces, printable


@pytest.mark.parametrize(
    ("said", "printed"),
    [
        ("Fern  Hollow ", "Fern Hollow"),
        ("a\tb\nc", "a b c"),
        ("\x00\x1b[31mred\x7f\x85", "[31mred"),
        ("ab\u202ecd\u2066e\u2069", "abcde"),
        ("x\ufdd0\ufffe\U0001ffff\ud800y", "xy"),
        ("👩\u200d🚀", "👩\u200d🚀"),
        ("नि\u200cष्", "नि\u200cष्"),
    ],
)
def test_printable_when_asked_then_only_what_has_a_shape(said: str, printed: str) -> None:
    assert printable(said) == printed


@given(said=st.text())
def test_printable_when_asked_again_then_nothing_changes(said: str) -> None:
    once = printable(said)
    assert printable(once) == once
    assert not any(unicodedata.category(character) in ("Cc", "Cs") for character in once)


@pytest.mark.parametrize(
    ("said", "parts"),
    [
        ("abc", ["a", "b", "c"]),
        ("e\u0301x", ["e\u0301", "x"]),
        ("👩\u200d🚀!", ["👩\u200d🚀", "!"]),
        ("🇩🇪🇫🇷", ["🇩🇪", "🇫🇷"]),
        ("👍🏽", ["👍🏽"]),
        ("क्षि", ["क्षि"]),
        ("", []),
    ],
)
def test_clusters_when_split_then_what_a_reader_takes_for_one(said: str, parts: list[str]) -> None:
    assert list(clusters(said)) == parts


@given(said=st.text())
def test_clusters_and_pieces_when_joined_then_the_text(said: str) -> None:
    assert "".join(clusters(said)) == said
    assert "".join(pieces(said)) == said


def test_pieces_when_words_are_short_then_one() -> None:
    assert pieces("a name of many words which are all short") == [
        "a name of many words which are all short"
    ]


def test_pieces_when_a_word_is_very_long_then_a_break_every_few_clusters() -> None:
    assert pieces("ab " + "x" * 21 + " c") == ["ab xxxxxx", "xxxxxx", "xxxxxx", "xxx c"]


@pytest.mark.parametrize(
    ("said", "way"),
    [
        ("Fern", "ltr"),
        ("(محمد)", "rtl"),
        ("שלום Fern", "rtl"),
        ("1 Fern שלום", "ltr"),
        ("1", "ltr"),
    ],
)
def test_direction_when_asked_then_that_of_the_first_letter(said: str, way: str) -> None:
    assert direction(said) == way
