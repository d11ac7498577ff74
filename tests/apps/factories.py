"""Rows of the apps' tables for tests, with every column that a test does not care about filled in.

Each call makes its own row and numbers it from one counter, so tests never collide. Items are made
as the scoring room leaves them once settled: what should stand is posted.
"""

from __future__ import annotations

import itertools
from typing import Any

from laurels.apps.contributions.models import Contribution
from laurels.apps.people.models import Contributor
from laurels.apps.projects.models import Project, ProjectTag, Repository, Tag
from laurels.apps.scoring.models import Explanation, Item, LedgerEntry, RulesetVersion, Season
from laurels.domain.rulesets import Ruleset, canonical, content_hash, preset
from laurels.kit.canonical import canonical_bytes
from laurels.kit.times import day_of, month_of

NOW = 1_700_000_000
"""2023-11-14T22:13:20Z, the present of tests that do not set another."""

_numbers = itertools.count(1)


def ref() -> str:
    """Return a reference as random ones look."""
    return f"{next(_numbers):032x}"


def contributor(login: str | None = None, **values: Any) -> Contributor:
    """Make a person."""
    number = next(_numbers)
    name = f"person-{number}" if login is None else login
    defaults = {"ref": ref(), "github_id": 1_000_000 + number, "first_seen_at": NOW}
    return Contributor.objects.create(
        **{**defaults, "login": name, "login_key": name.casefold(), **values}
    )


def crowd(count: int) -> list[Contributor]:
    """Make many people in one statement."""
    people = []
    for _ in range(count):
        number = next(_numbers)
        login = f"person-{number}"
        people.append(
            Contributor(
                ref=ref(),
                github_id=1_000_000 + number,
                login=login,
                login_key=login,
                first_seen_at=NOW,
            )
        )
    return Contributor.objects.bulk_create(people)


def project(slug: str | None = None, **values: Any) -> Project:
    """Make a project, carrying the tags named in `tags`."""
    name = slug or f"project-{next(_numbers)}"
    tags = values.pop("tags", ())
    made = Project.objects.create(
        **{"ref": ref(), "slug": name, "name": name.title(), "created_at": 0, **values}
    )
    for key in tags:
        tagged(made, key)
    return made


def tagged(project: Project, key: str) -> Tag:
    """Let a project carry a tag."""
    tag, _ = Tag.objects.get_or_create(key=key)
    ProjectTag.objects.create(project=project, tag=tag)
    return tag


def repository(full_name: str | None = None, **values: Any) -> Repository:
    """Make a repository."""
    number = next(_numbers)
    name = full_name or f"owner/repository-{number}"
    return Repository.objects.create(
        **{
            "github_id": 5_000_000 + number,
            "full_name": name,
            "owner_login": name.partition("/")[0],
            "seen_at": 0,
            **values,
        }
    )


def season(key: str = "all", *, starts_at: int | None = None, ends_at: int | None = None) -> Season:
    """Return the season of this key, made when it is not there."""
    made, _ = Season.objects.get_or_create(
        key=key, defaults={"label": key.title(), "starts_at": starts_at, "ends_at": ends_at}
    )
    return made


def version(
    rules: str | Ruleset = "nest", *, project: Project | None = None, effective_from: int = 0
) -> RulesetVersion:
    """Publish a preset by name, or a ruleset."""
    ruleset = preset(rules) if isinstance(rules, str) else rules
    return RulesetVersion.objects.create(
        project=project,
        number=next(_numbers),
        name=rules if isinstance(rules, str) else "test",
        content=canonical_bytes(canonical(ruleset)).decode(),
        content_hash=content_hash(ruleset),
        effective_from=effective_from,
        published_at=effective_from,
        published_by="operator",
    )


def contribution(
    person: Contributor,
    *,
    kind: str = "pr_merged",
    occurred_at: int = NOW,
    project: Project | None = None,
    **values: Any,
) -> Contribution:
    """Make a contribution; its subject's row is left out unless given."""
    values.setdefault("repository", None)
    place = values.pop("repository") or Repository.objects.first() or repository()
    return Contribution.objects.create(
        **{
            "ref": ref(),
            "kind": kind,
            "repository": place,
            "number": next(_numbers),
            "contributor": person,
            "project": project,
            "occurred_at": occurred_at,
            "opened_at": occurred_at,
            **values,
        }
    )


def item(
    person: Contributor,
    *,
    points: int = 10,
    extra: int = 0,
    penalty: int = 0,
    kind: str = "pr_merged",
    occurred_at: int = NOW,
    project: Project | None = None,
    season: Season | None = None,
    version: RulesetVersion | None = None,
    contribution: Contribution | None = None,
    is_settled: bool = True,
    **values: Any,
) -> Item:
    """Make an item worth `points` (its base) + `extra` - `penalty`, posted when it is settled."""
    made = item_of(
        person,
        points=points,
        extra=extra,
        penalty=penalty,
        kind=kind,
        occurred_at=occurred_at,
        project=project,
        season=season,
        version=version,
        contribution=contribution,
        is_settled=is_settled,
        **values,
    )
    made.save()
    return made


def item_of(
    person: Contributor,
    *,
    points: int = 10,
    extra: int = 0,
    penalty: int = 0,
    kind: str = "pr_merged",
    occurred_at: int = NOW,
    project: Project | None = None,
    season: Season | None = None,
    version: RulesetVersion | None = None,
    contribution: Contribution | None = None,
    is_settled: bool = True,
    **values: Any,
) -> Item:
    """Build such an item without saving it, for `bulk_create`; its contribution is saved."""
    fact = contribution or _contribution(
        person, kind=kind, occurred_at=occurred_at, project=project
    )
    is_posted = is_settled and not values.get("is_held")
    steps, _ = Explanation.objects.get_or_create(digest="0" * 64, defaults={"body": "[]"})
    return Item(
        **{
            "contribution": fact,
            "contributor": person,
            "appraised_revision": fact.revision,
            "version": version or RulesetVersion.objects.first() or _version(),
            "kind": kind,
            "repository_github_id": fact.repository.github_id,
            "number": fact.number,
            "occurred_at": occurred_at,
            "day": day_of(occurred_at),
            "month": month_of(occurred_at),
            "season": season or _season(),
            "project": project,
            "is_eligible": True,
            "value_milli": 1000 * (points + extra),
            "factor_part_milli": 1000 * points,
            "steps": steps,
            "settles_at": occurred_at,
            "base": points,
            "extra": extra,
            "penalty": penalty,
            "is_settled": is_settled,
            "posted_base": points if is_posted else 0,
            "posted_extra": extra if is_posted else 0,
            "posted_penalty": penalty if is_posted else 0,
            **values,
        }
    )


def adjustment(
    person: Contributor, points: int, *, occurred_at: int = NOW, reverses: int | None = None
) -> LedgerEntry:
    """Post an adjustment, or with `reverses` the reversal of one, outside any hash chain."""
    number = 1 + (LedgerEntry.objects.order_by("-id").values_list("id", flat=True).first() or 0)
    return LedgerEntry.objects.create(
        id=number,
        contributor=person,
        contributor_ref=person.ref,
        scope="program",
        season="all",
        component="adjustment",
        kind="REVERSAL" if reverses else "ADJUSTMENT",
        points=points,
        occurred_at=occurred_at,
        posted_at=occurred_at,
        generation=1,
        is_reversal=reverses is not None,
        reverses=reverses,
        source="audit:1",
        idempotency_key=f"test:{number}",
        previous_hash="0" * 64,
        hash="0" * 64,
    )


_contribution, _season, _version = contribution, season, version
