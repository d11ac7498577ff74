"""Numbers in words' company: points, factors, shares and ordinals as people read them."""

from __future__ import annotations

from laurels.kit.fixed import MILLI, round_half_even


def number(milli: int) -> str:
    """Return thousandths as a decimal without needless zeros: 1200 is `1.2`, -500 is `−0.5`."""
    whole, rest = divmod(abs(milli), MILLI)
    digits = f"{rest:03d}".rstrip("0")
    return ("−" if milli < 0 else "") + f"{whole:,}" + (f".{digits}" if digits else "")


def counted(amount: int, one: str, many: str = "") -> str:
    """Return an amount with its noun: `1 merge`, `2 merges`, `1,200 people`."""
    return f"{amount:,} {one if amount == 1 else many or one + 's'}"


def points(amount: int) -> str:
    """Return whole points with their noun and a proper minus."""
    sign = "−" if amount < 0 else ""
    return sign + counted(abs(amount), "point")


def points_of(milli: int) -> str:
    """Return thousandths of a point with their noun."""
    return points(milli // MILLI) if milli % MILLI == 0 else f"{number(milli)} points"


def ordinal(rank: int) -> str:
    """Return 1st, 2nd, 3rd, 4th, 11th, 21st …"""
    if rank % 100 in (11, 12, 13):
        return f"{rank:,}th"
    return f"{rank:,}" + {1: "st", 2: "nd", 3: "rd"}.get(rank % 10, "th")


def mean(total: int, count: int) -> str:
    """Return a mean with one decimal, half to even."""
    tenths = round_half_even(total * 10, count)
    return f"{tenths // 10}.{tenths % 10}"


def percent(milli: int) -> str:
    """Return a share in thousandths as a percentage: 869 is `86.9 %`."""
    return number(milli * 100) + " %"


def listed(words: tuple[str, ...] | list[str], last: str = "and") -> str:
    """Return words as a list in a sentence: `a`, `a and b`, `a, b and c`."""
    if len(words) < 2:
        return "".join(words)
    return ", ".join(words[:-1]) + f" {last} {words[-1]}"
