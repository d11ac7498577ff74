"""Certificate numbers: eleven characters of Crockford's base 32 and one check character.

The check is a weighted sum in the field of 32 elements that must come to zero. The weights are
twelve different powers of a generator: none is zero, so every single wrong character is caught; no
two are equal, so every swap of two unequal characters is caught, neighbours or not, the check
character included. The number is 55 bits from the caller; nothing here draws randomness.
"""

from __future__ import annotations

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
ENTROPY_BITS = 55
LENGTH = 12

_FIELD = 0b100101  # x^5 + x^2 + 1, primitive: the powers of x run through all 31 other elements
_VALUES = {character: value for value, character in enumerate(ALPHABET)}
_READ_AS = str.maketrans(
    {"O": "0", "o": "0", "I": "1", "i": "1", "L": "1", "l": "1"}
    | {character.lower(): character for character in ALPHABET[10:]}
    | dict.fromkeys(" \t\r\n\u00a0\u202f-\u2010\u2011\u2012\u2013\u2014")
)


class InvalidNumber(ValueError):
    """A text is no certificate number; the message says why."""


def _times_x(value: int) -> int:
    value <<= 1
    return value ^ _FIELD if value & 0b100000 else value


def _check_sum(values: list[int]) -> int:
    """Sum value · x^(places from the right), by Horner's rule."""
    total = 0
    for value in values:
        total = _times_x(total) ^ value
    return total


def certificate_number(entropy: int) -> str:
    """Write 55 random bits as a certificate number of twelve characters, the last a check."""
    if not 0 <= entropy < 1 << ENTROPY_BITS:
        raise ValueError(f"a certificate number needs {ENTROPY_BITS} bits, got {entropy}")
    values = [entropy >> shift & 31 for shift in range(ENTROPY_BITS - 5, -1, -5)]
    values.append(_times_x(_check_sum(values)))
    return "".join(ALPHABET[value] for value in values)


def normalise(text: str) -> str:
    """Read a typed number: any case, spaces and dashes dropped, O as 0, I and L as 1."""
    number = text.translate(_READ_AS)
    if len(number) != LENGTH:
        raise InvalidNumber(f"a certificate number has {LENGTH} characters, this has {len(number)}")
    try:
        values = [_VALUES[character] for character in number]
    except KeyError as fault:
        raise InvalidNumber(f"{fault.args[0]!r} is in no certificate number") from None
    if _check_sum(values):
        raise InvalidNumber("the check character does not fit: one or more characters are wrong")
    return number


def grouped(number: str) -> str:
    """Write a number in three groups of four, as people read it aloud."""
    return "-".join(number[start : start + 4] for start in range(0, LENGTH, 4))
