"""Publishing rulesets and adding seasons."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django.db import transaction

from laurels.apps.audit.actors import Actor
from laurels.apps.audit.services import record
from laurels.apps.contributions.services import contributions_touch
from laurels.apps.projects.models import Project
from laurels.apps.scoring.models import RulesetVersion, Season
from laurels.apps.scoring.services.dirty import dirty_mark
from laurels.domain.rulesets import Ruleset, canonical, content_hash, parse, preset
from laurels.kit.canonical import canonical_bytes

BEGINNING = 0
"""The first ruleset is in force since before there was a GitHub."""

ALL = "all"
_FOREVER = 2**62
_KEY = re.compile(r"[a-z0-9][a-z0-9._-]{0,59}")


class RulesetRefused(Exception):
    """A ruleset may not be published like this; the message says why."""

    status_code = 409
    code = "ruleset_refused"


class SeasonRefused(Exception):
    """A season may not be added like this; the message says why."""

    status_code = 422
    code = "season_refused"


@transaction.atomic
def ruleset_publish(
    content: Mapping[str, Any] | Ruleset,
    *,
    name: str,
    now: int,
    acting: Actor,
    project: Project | None = None,
    effective_from: int | None = None,
) -> RulesetVersion:
    """Publish rules for work opened from `effective_from` (by default now) on.

    The program's first version is in force since the beginning of time. Work that is known from
    that time on already is marked to be looked at again. Raises RulesetFaults with every fault, or
    RulesetRefused for a time that has passed: rules are never retroactive.
    """
    ruleset = content if isinstance(content, Ruleset) else parse(content)
    versions = RulesetVersion.objects.filter(project=project)
    is_first = project is None and not versions.exists()
    if is_first:
        effective_from = BEGINNING
    elif effective_from is None:
        effective_from = now
    elif effective_from < now:
        raise RulesetRefused("Rules are never retroactive: effective_from lies in the past.")
    number = 1 + (versions.order_by("-number").values_list("number", flat=True).first() or 0)
    version = RulesetVersion.objects.create(
        project=project,
        number=number,
        name=name,
        content=canonical_bytes(canonical(ruleset)).decode(),
        content_hash=content_hash(ruleset),
        effective_from=effective_from,
        published_at=now,
        published_by=acting.name,
    )
    record(
        acting=acting,
        action="ruleset:publish",
        subject=f"ruleset:{version.pk}",
        after={"number": number, "content_hash": version.content_hash, "from": effective_from},
        now=now,
    )
    if not is_first:
        # Work of this very second, or of a clock ahead of ours, may have been appraised already.
        dirty_mark(contributions_touch(between=(effective_from, _FOREVER), acting=acting))
    return version


class AlreadyInitialised(Exception):
    """There is a first ruleset already; `init` would not change anything."""

    status_code = 409
    code = "already_initialised"


@transaction.atomic
def program_init(name: str, *, now: int, acting: Actor) -> RulesetVersion:
    """Publish a preset as the first ruleset, in force since the beginning, and make season `all`.

    Raises UnknownPreset, or AlreadyInitialised when anything is published for the program.
    """
    ruleset = preset(name)
    there = RulesetVersion.objects.filter(project=None).order_by("number").first()
    if there is not None:
        raise AlreadyInitialised(
            f"This program was initialised with {there.name!r}. To change its rules from now on,"
            " publish a ruleset (`laurels ruleset use PRESET` or `laurels ruleset publish FILE`)."
        )
    season_all(now=now, acting=acting)
    return ruleset_publish(ruleset, name=name, now=now, acting=acting)


@transaction.atomic
def season_all(*, now: int, acting: Actor) -> Season:
    """Make sure that the unbounded season is there."""
    season, is_new = Season.objects.get_or_create(key=ALL, defaults={"label": "All seasons"})
    if is_new:
        record(acting=acting, action="season:add", subject=f"season:{season.pk}", now=now)
    return season


@transaction.atomic
def season_add(
    key: str, *, label: str, starts_at: int, ends_at: int, now: int, acting: Actor
) -> Season:
    """Add a season [starts_at, ends_at); work in it is looked at again. Raises SeasonRefused."""
    if not _KEY.fullmatch(key):
        raise SeasonRefused(f"A season key is lower-case letters, digits, - . _; not {key!r}.")
    if starts_at >= ends_at:
        raise SeasonRefused("A season ends after it starts.")
    if Season.objects.filter(key=key).exists():
        raise SeasonRefused(f"There is a season {key!r} already.")
    season = Season.objects.create(
        key=key, label=label or key, starts_at=starts_at, ends_at=ends_at
    )
    record(
        acting=acting,
        action="season:add",
        subject=f"season:{season.pk}",
        after={"starts_at": starts_at, "ends_at": ends_at},
        now=now,
    )
    dirty_mark(contributions_touch(between=(starts_at, ends_at), acting=acting))
    return season
