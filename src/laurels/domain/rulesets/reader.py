"""Reading a ruleset's plain data: every fault is collected with its field, none stops the rest.

Numbers are written as decimals (`1.2`) and held in thousandths. A float is read by its shortest
decimal form, so 1.2 is 1200 and never 1199.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from laurels.kit.fixed import MILLI

LARGEST = 1_000_000
"""The largest number a rule may hold, so that sums stay far inside 64-bit integers."""


_THOUSANDTH = Decimal("0.001")


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with a ruleset: the dotted field and what is wrong."""

    field: str
    message: str

    def __str__(self) -> str:
        """Return `field: message`."""
        return f"{self.field}: {self.message}"


class RulesetFaults(ValueError):
    """A ruleset is not valid; every fault is listed."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        """Keep the faults and say them all, one a line."""
        super().__init__("\n".join(str(fault) for fault in faults))
        self.faults = faults


class Reader:
    """One table of the data; children share its list of faults."""

    __slots__ = ("_faults", "_known", "_path", "_table")

    def __init__(self, table: Any, path: str = "", faults: list[Fault] | None = None) -> None:
        """Begin at a table; anything else is a fault and reads as empty."""
        self._faults: list[Fault] = [] if faults is None else faults
        self._path = path
        self._known: set[str] = set()
        self._table: Mapping[str, Any] = {}
        if isinstance(table, Mapping):
            self._table = {str(key): value for key, value in table.items()}
        else:
            self._faults.append(Fault(path or "ruleset", "must be a table of fields"))

    @property
    def faults(self) -> tuple[Fault, ...]:
        """Return what was found so far."""
        return tuple(self._faults)

    def __contains__(self, field: str) -> bool:
        """Tell whether the field is there."""
        return field in self._table

    def fault(self, field: str, message: str) -> None:
        """Note a fault of a field of this table."""
        self._faults.append(Fault(self._name(field), message))

    def child(self, field: str) -> Reader:
        """Return a reader of a table inside; empty when absent."""
        return Reader(self._take(field, {}), self._name(field), self._faults)

    def children(self, field: str) -> list[Reader]:
        """Return a reader for each table of a list of tables."""
        rows = self._list(field)
        return [
            Reader(row, f"{self._name(field)}[{at}]", self._faults) for at, row in enumerate(rows)
        ]

    def keys(self) -> Iterator[str]:
        """Yield every key of this table, for tables whose keys are the reader's own words."""
        self._known.update(self._table)
        yield from self._table

    def close(self) -> None:
        """Name every field that nobody asked for."""
        for field in self._table:
            if field not in self._known:
                self.fault(field, "is not a field of a ruleset")

    def flag(self, field: str) -> bool:
        """Return true or false; false when absent."""
        value = self._take(field, False)
        if isinstance(value, bool):
            return value
        self.fault(field, "must be true or false")
        return False

    def text(self, field: str, default: str = "") -> str:
        """Return a text; a fault when it is not one or is blank."""
        value = self._take(field, default)
        if isinstance(value, str) and (value.strip() or value == default):
            return value.strip()
        self.fault(field, "must be a text that is not blank")
        return default

    def choice(self, field: str, choices: tuple[str, ...]) -> str:
        """Return one of the choices; the first when absent."""
        value = self._take(field, choices[0])
        if value in choices:
            return str(value)
        self.fault(field, f"must be one of {', '.join(choices)}, not {value!r}")
        return choices[0]

    def texts(self, field: str, default: tuple[str, ...] = ()) -> tuple[str, ...]:
        """Return a list of texts that are not blank and not twice the same, in their order."""
        if field not in self:
            self._known.add(field)
            return default
        texts = []
        for at, value in enumerate(self._list(field)):
            if not isinstance(value, str) or not value.strip():
                self.fault(f"{field}[{at}]", "must be a text that is not blank")
            elif value.strip() in texts:
                self.fault(f"{field}[{at}]", f"{value!r} is there twice")
            else:
                texts.append(value.strip())
        return tuple(texts)

    def whole(self, field: str, *, least: int = 0, is_needed: bool = False) -> int | None:
        """Return a whole number of at least so much; None when absent."""
        number = self._number(field, Decimal(least), Decimal(LARGEST), is_needed)
        if number is not None and number != number.to_integral_value():
            self.fault(field, f"must be a whole number, not {number}")
            return None
        return None if number is None else int(number)

    def milli(self, field: str, *, most: int = LARGEST, is_needed: bool = False) -> int | None:
        """Return a number from 0 to `most` in thousandths; None when absent."""
        number = self._number(field, Decimal(0), Decimal(most), is_needed)
        if number is not None and number != number.quantize(_THOUSANDTH):
            self.fault(field, f"has more than three decimals: {number}")
            return None
        return None if number is None else int(number * MILLI)

    def _number(self, field: str, least: Decimal, most: Decimal, is_needed: bool) -> Decimal | None:
        """Return a finite number inside the bounds; only then may it be made an int."""
        value = self._take(field, None)
        if value is None:
            if is_needed:
                self.fault(field, "is missing")
            return None
        if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
            self.fault(field, "must be a number")
            return None
        number = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
        if not number.is_finite():
            self.fault(field, "must be a finite number")
        elif number < least:
            self.fault(field, f"must be at least {least}, not {number:.12g}")
        elif number > most:
            self.fault(field, f"must be at most {most}, not {number:.12g}")
        else:
            return number
        return None

    def _take(self, field: str, default: Any) -> Any:
        self._known.add(field)
        return self._table.get(field, default)

    def _list(self, field: str) -> list[Any]:
        value = self._take(field, [])
        if isinstance(value, list | tuple):
            return list(value)
        self.fault(field, "must be a list")
        return []

    def _name(self, field: str) -> str:
        return f"{self._path}.{field}" if self._path else field
