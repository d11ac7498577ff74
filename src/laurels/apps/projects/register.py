"""Which repositories an import may register by itself."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Register:
    """`owners` None: everybody's repositories; otherwise only those of these owners (any case)."""

    owners: frozenset[str] | None

    @classmethod
    def all(cls) -> Register:
        """Register every repository met."""
        return cls(None)

    @classmethod
    def none(cls) -> Register:
        """Register nothing: facts about unknown repositories are skipped."""
        return cls(frozenset())

    @classmethod
    def orgs(cls, names: Iterable[str]) -> Register:
        """Register the repositories of these owners only."""
        return cls(frozenset(name.casefold() for name in names))

    @classmethod
    def parse(cls, words: Iterable[str]) -> Register:
        """Read `all`, `none` or any number of `org:NAME`; ValueError names what is wrong."""
        given = list(words)
        if given == ["all"]:
            return cls.all()
        if given == ["none"]:
            return cls.none()
        names = [word.removeprefix("org:") for word in given if word.startswith("org:")]
        if not given or len(names) != len(given) or not all(names):
            raise ValueError(
                f"register takes all, none or org:NAME (several), not {' '.join(given)!r}"
            )
        return cls.orgs(names)

    def allows(self, owner_login: str) -> bool:
        """Tell whether an unknown repository of this owner is to be registered."""
        return self.owners is None or owner_login.casefold() in self.owners
