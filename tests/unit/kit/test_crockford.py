"""Certificate numbers: every single error and every swap is caught, every spelling is read."""

from __future__ import annotations

import random
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laurels.kit.crockford import (
    ALPHABET,
    ENTROPY_BITS,
    LENGTH,
    InvalidNumber,
    certificate_number,
    grouped,
    normalise,
)

entropies = st.integers(min_value=0, max_value=2**ENTROPY_BITS - 1)


def is_valid(text: str) -> bool:
    try:
        normalise(text)
    except InvalidNumber:
        return False
    return True


def some_numbers(count: int) -> list[str]:
    source = random.Random(20_251_121)
    return [certificate_number(source.getrandbits(ENTROPY_BITS)) for _ in range(count)]


@given(entropies)
def test_certificate_number_for_any_entropy_is_read_back_unchanged(entropy: int) -> None:
    number = certificate_number(entropy)
    assert len(number) == LENGTH
    assert set(number) <= set(ALPHABET)
    assert normalise(number) == number


@given(entropies)
def test_certificate_number_carries_all_its_entropy(entropy: int) -> None:
    value = 0
    for character in certificate_number(entropy)[:-1]:
        value = value * 32 + ALPHABET.index(character)
    assert value == entropy


def test_certificate_number_at_both_ends_keeps_twelve_characters() -> None:
    assert certificate_number(0) == "0" * LENGTH
    assert certificate_number(2**55 - 1)[:-1] == "Z" * 11


@pytest.mark.parametrize("entropy", [-1, 2**55])
def test_certificate_number_when_entropy_is_out_of_range_is_refused(entropy: int) -> None:
    with pytest.raises(ValueError, match="55 bits"):
        certificate_number(entropy)


def test_normalise_when_any_one_character_is_another_refuses_every_case() -> None:
    missed = [
        (number, place, other)
        for number in [*some_numbers(60), "0" * LENGTH]
        for place in range(LENGTH)
        for other in ALPHABET
        if other != number[place] and is_valid(number[:place] + other + number[place + 1 :])
    ]
    assert missed == []


def test_normalise_when_any_two_characters_are_swapped_refuses_every_case() -> None:
    missed = []
    tried_neighbours = 0
    for number in some_numbers(400):
        for left, right in combinations(range(LENGTH), 2):
            if number[left] == number[right]:
                continue
            tried_neighbours += right == left + 1
            swapped = list(number)
            swapped[left], swapped[right] = swapped[right], swapped[left]
            if is_valid("".join(swapped)):
                missed.append((number, left, right))
    assert missed == []
    assert tried_neighbours > 4_000


def test_normalise_for_every_unequal_pair_of_neighbours_in_every_place_refuses_the_swap() -> None:
    missed = []
    base = certificate_number(0)
    for place in range(LENGTH - 1):
        for first, second in combinations(ALPHABET, 2):
            # Some third character makes the sum fit, unless it is the check that is swapped.
            free = 0 if place else LENGTH - 1
            for third in ALPHABET:
                characters = list(base)
                characters[place], characters[place + 1], characters[free] = first, second, third
                if is_valid("".join(characters)):
                    characters[place], characters[place + 1] = second, first
                    if is_valid("".join(characters)):
                        missed.append((place, first, second))
    assert missed == []


@given(entropies)
def test_normalise_for_lower_case_and_groups_gives_the_same_number(entropy: int) -> None:
    number = certificate_number(entropy)
    assert normalise(f" {grouped(number).lower()}\n") == number


@pytest.mark.parametrize("dash", ["-", "\u2010", "\u2011", "\u2012", "\u2013", "\u2014"])
@pytest.mark.parametrize("space", [" ", "\t", "\u00a0", "\u202f"])
def test_normalise_when_copied_with_other_dashes_and_spaces_drops_them(
    dash: str, space: str
) -> None:
    number = certificate_number(12_345_678_901_234)
    assert normalise(space + dash.join([number[:4], number[4:]]) + space) == number


@pytest.mark.parametrize(("typed", "meant"), [("O", "0"), ("o", "0"), *[(c, "1") for c in "IiLl"]])
def test_normalise_when_a_look_alike_is_typed_reads_the_digit(typed: str, meant: str) -> None:
    numbers = [number for number in some_numbers(100) if meant in number]
    assert numbers
    assert [normalise(number.replace(meant, typed)) for number in numbers] == numbers


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("", "has 12 characters, this has 0"),
        ("ABC", "this has 3"),
        ("0" * 13, "this has 13"),
        ("U" + "0" * 11, "'U' is in no certificate number"),
        ("u" + "0" * 11, "'u' is in no"),
        ("\u0131" + "0" * 11, "'\u0131' is in no"),
        ("٣" + "0" * 11, "is in no"),
        ("0" * 11 + "1", "check character does not fit"),
    ],
)
def test_normalise_when_it_is_no_number_says_why(text: str, named: str) -> None:
    with pytest.raises(InvalidNumber, match=named):
        normalise(text)


def test_grouped_for_a_number_writes_three_groups_of_four() -> None:
    number = certificate_number(2**54 + 4_711)
    assert grouped(number).replace("-", "") == number
    assert [len(part) for part in grouped(number).split("-")] == [4, 4, 4]
