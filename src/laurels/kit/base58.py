"""Base 58 with Bitcoin's alphabet: how multibase (`z…`) writes keys and signatures."""

from __future__ import annotations

ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
MOST_CHARACTERS = 1_000

_VALUES = {character: value for value, character in enumerate(ALPHABET)}
# Ten digits a division of the long number; the rest, which fits a register, gives pairs.
_TEN = 58**10
_PAIRS = [a + b for a in ALPHABET for b in ALPHABET]


class NotBase58(ValueError):
    """A text is not written in base 58."""


def encode(data: bytes) -> str:
    """Write bytes in base 58; each leading zero byte is a leading `1`."""
    number = int.from_bytes(data)
    pairs = []
    while number:
        number, ten = divmod(number, _TEN)
        for _ in range(5):
            ten, pair = divmod(ten, 3_364)
            pairs.append(_PAIRS[pair])
    zeros = len(data) - len(data.lstrip(b"\0"))
    return "1" * zeros + "".join(reversed(pairs)).lstrip("1")


def decode(text: str) -> bytes:
    """Read base 58, at most 1,000 characters of it; raises NotBase58."""
    if len(text) > MOST_CHARACTERS:
        raise NotBase58(f"{len(text)} characters are too many")
    number = 0
    for character in text:
        value = _VALUES.get(character)
        if value is None:
            raise NotBase58(f"{character!r} is no digit of base 58")
        number = number * 58 + value
    zeros = len(text) - len(text.lstrip("1"))
    return b"\0" * zeros + number.to_bytes((number.bit_length() + 7) // 8)
