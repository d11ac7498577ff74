"""A verification as steps that can be told: what was looked at, how it went, and why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Step:
    """One step; `ok` is None where it could not be taken: nothing is known then."""

    name: str
    ok: bool | None
    detail: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """All steps of a verification in their order, and the credential where it could be read."""

    steps: tuple[Step, ...]
    credential: Mapping[str, Any] | None = field(default=None, repr=False)

    @property
    def ok(self) -> bool:
        """Tell whether no step failed and the proof is among those that went well."""
        passed = {step.name for step in self.steps if step.ok}
        return "proof" in passed and all(step.ok is not False for step in self.steps)

    @property
    def is_complete(self) -> bool:
        """Tell whether every step could be taken."""
        return all(step.ok is not None for step in self.steps)


def differences(original: Any, shown: Any, path: str = "") -> Iterator[str]:
    """Name the places at which a document differs from the one that was issued."""
    if isinstance(original, dict) and isinstance(shown, dict):
        for key in [*original, *(key for key in shown if key not in original)]:
            inner = f"{path}.{key}" if path else key
            if key not in shown:
                yield f"{inner} is missing"
            elif key not in original:
                yield f"{inner} was added"
            else:
                yield from differences(original[key], shown[key], inner)
    elif isinstance(original, list) and isinstance(shown, list):
        if len(original) != len(shown):
            yield f"{path} has {len(shown)} entries, not {len(original)}"
        for place, (before, after) in enumerate(zip(original, shown, strict=False)):
            yield from differences(before, after, f"{path}[{place}]")
    elif type(original) is not type(shown) or original != shown:
        yield f"{path} was changed"
