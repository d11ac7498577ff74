"""Names as they are signed: every script stays, what cannot be signed or misleads goes."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laurels.domain.credentials.texts import LONGEST_NAME, clean_line, clean_lines


@pytest.mark.parametrize(
    "text",
    [
        "Alice O'Hara-Ångström",
        "山田 太郎",
        "مريم الأسطرلابية",
        "יעל כהן",
        "अनन्या शर्मा",
        "\U0001f469\U0001f3fd\u200d\U0001f4bb the \U0001f3f4\U000e0067\U000e0062\U000e007f",
        "می\u200cخواهم",
        '<script>"x"</script> #set text(red) \\n $a$',
        "a\u200eb\u200fc",
    ],
)
def test_clean_line_when_it_is_a_name_then_kept(text: str) -> None:
    assert clean_line(text) == text


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("  Al\tice \n  B.\r\n", "Al ice B."),
        ("Al\x00i\x07ce\x7f\x85", "Alice"),
        ("e\u0301", "é"),
        ("a\x00\u0301", "á"),
        ("\u202eecilA\u202c", "ecilA"),
        ("\u2066A\u2069 \ufeffB\ufdd0\ufffe\U0010ffff", "A B"),
        ("\ud83d", ""),
        ("one\u2028two", "one two"),
        (" \u00a0 ", ""),
    ],
)
def test_clean_line_when_there_is_what_cannot_stay_then_removed(text: str, cleaned: str) -> None:
    assert clean_line(text) == cleaned


def test_clean_line_when_300_characters_then_whole_and_one_more_is_cut() -> None:
    assert clean_line("名" * 300) == "名" * 300
    assert clean_line("名" * 301) == "名" * 300


def test_clean_line_when_cut_then_no_accent_and_no_emoji_is_halved() -> None:
    technologist = "\U0001f469\u200d\U0001f4bb"
    assert clean_line("a" * 298 + technologist) == "a" * 298
    assert clean_line("a" * 299 + "x\u0337") == "a" * 299
    assert clean_line("\u0337" * 400) == "\u0337" * 300


def test_clean_lines_when_several_then_kept_with_one_empty_line_at_most() -> None:
    assert clean_lines(" a \r\n\r\n\r\n\r\n b\u0000 \t c\n") == "a\n\nb c"


@given(st.text(max_size=400))
def test_clean_line_when_anything_then_short_printable_and_stable(text: str) -> None:
    cleaned = clean_line(text)
    assert len(cleaned) <= LONGEST_NAME
    assert clean_line(cleaned) == cleaned
    assert unicodedata.is_normalized("NFC", cleaned)
    assert not [one for one in cleaned if unicodedata.category(one) in ("Cc", "Cs")]
    assert cleaned == cleaned.strip()


@given(st.text(max_size=400))
def test_clean_lines_when_anything_then_stable_and_line_ends_are_its_only_controls(
    text: str,
) -> None:
    cleaned = clean_lines(text, 200)
    assert len(cleaned) <= 200
    assert clean_lines(cleaned, 200) == cleaned
    assert not [one for one in cleaned if unicodedata.category(one) == "Cc" and one != "\n"]
