"""All published rules in memory, and which version a piece of work falls under."""

from __future__ import annotations

import json
from bisect import bisect_right
from dataclasses import dataclass
from functools import lru_cache

from laurels.apps import sql
from laurels.domain.rulesets import Ruleset, from_canonical


class NoRuleset(Exception):
    """Nothing can be scored: `laurels init` has not published a first ruleset."""

    status_code = 409
    code = "no_ruleset"


@dataclass(frozen=True, slots=True)
class Version:
    """A published version: its row, rules, and the instant from which opened work is under it."""

    row: int
    ruleset: Ruleset
    content_hash: str
    effective_from: int
    name: str
    number: int


@lru_cache(maxsize=64)
def _ruleset(content_hash: str, content: str) -> Ruleset:
    """Parse published content once a process; versions never change."""
    return from_canonical(json.loads(content))


@dataclass(frozen=True, slots=True)
class Rulebook:
    """The versions of the program, and of each project that has its own, oldest first."""

    program: tuple[Version, ...]
    projects: dict[int, tuple[Version, ...]]

    def program_version(self, at: int | None) -> Version:
        """Return the program's version for work opened at `at`; None counts as the beginning."""
        return _in_force(self.program, at) or self.program[0]

    def project_version(self, project: int | None, at: int | None) -> Version | None:
        """Return a project's own version for work opened at `at`; None where it has none then."""
        versions = self.projects.get(project) if project is not None else None
        return _in_force(versions, at) if versions else None

    def version(self, row: int) -> Version:
        """Return a version by its row."""
        for versions in (self.program, *self.projects.values()):
            for version in versions:
                if version.row == row:
                    return version
        raise KeyError(row)


def _in_force(versions: tuple[Version, ...], at: int | None) -> Version | None:
    index = bisect_right(versions, at if at is not None else 0, key=lambda v: v.effective_from)
    return versions[index - 1] if index else None


def rulebook() -> Rulebook:
    """Read all versions; raises NoRuleset when the program has none."""
    program: list[Version] = []
    projects: dict[int, list[Version]] = {}
    for row, project, content, content_hash, effective_from, name, number in sql.fetch(
        "SELECT id, project_id, content, content_hash, effective_from, name, number"
        " FROM scoring_rulesetversion ORDER BY effective_from, number"
    ):
        ruleset = _ruleset(content_hash, content)
        version = Version(row, ruleset, content_hash, effective_from, name, number)
        (program if project is None else projects.setdefault(project, [])).append(version)
    if not program:
        raise NoRuleset("No ruleset is published yet; run `laurels init` first.")
    return Rulebook(tuple(program), {key: tuple(found) for key, found in projects.items()})
