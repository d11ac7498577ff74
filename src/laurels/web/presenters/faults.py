"""What is wrong with a form: a sentence a field, what was typed, and a summary above."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

_VERBS = ("must", "may", "has", "is", "holds")


class Texts(dict[str, str]):
    """Texts by field; a field without one has an empty one."""

    def __missing__(self, key: str) -> str:
        return ""


@dataclass(frozen=True, slots=True)
class Wrong:
    """A form that was not done; `form` is empty where nothing is wrong.

    Its fields have the ids `form-field`, with the number between where a page has the form for
    each of several things. `labels` name the fields that the summary leads to.
    """

    form: str = ""
    number: int | None = None
    given: Mapping[str, str] = field(default_factory=Texts)
    faults: Mapping[str, str] = field(default_factory=Texts)
    labels: Mapping[str, str] = field(default_factory=dict)

    @property
    def summary(self) -> list[tuple[str, str]]:
        """Return the id and the label of each field to mend."""
        start = self.form if self.number is None else f"{self.form}-{self.number}"
        start = f"{start}-" if start else ""
        known = [name for name in self.labels if self.faults[name]]
        others = [name for name in self.faults if name not in self.labels]
        return [(f"{start}{name}", self.labels.get(name, name)) for name in known + others]

    def of(self, form: str, number: int | None = None) -> Wrong:
        """Return this where it is about the form, else nothing wrong."""
        return self if (self.form, self.number) == (form, number) else NOTHING


NOTHING = Wrong()


def sentences(faults: Iterable[tuple[str, str]]) -> Texts:
    """Return what is wrong a field; the fault of one tag is the field's."""
    found = Texts()
    for name, reason in faults:
        name, _, part = name.partition(".")
        text = f"“{part}” {reason}" if part else _sentence(reason)
        found[name] = f"{found[name]}; {text}" if name in found else text
    return Texts({name: text.removesuffix(".") + "." for name, text in found.items()})


def _sentence(reason: str) -> str:
    if reason.partition(" ")[0] in _VERBS:
        return f"It {reason}"
    return reason[:1].upper() + reason[1:]
