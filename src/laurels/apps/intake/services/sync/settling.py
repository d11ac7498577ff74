"""Settle what the fold had to choose: a subject is read again and its reading is the last word."""

from __future__ import annotations

from collections.abc import Collection

import msgspec

from laurels.adapters.github.client import GitHub
from laurels.adapters.github.client.observed import observations_of
from laurels.apps.audit.actors import Actor
from laurels.apps.contributions.models import Issue, PullRequest
from laurels.apps.intake.services.facts import facts_write, persistently
from laurels.apps.intake.services.sync.rereading import Place, subject_reread
from laurels.apps.projects.models import Repository
from laurels.apps.projects.register import Register
from laurels.domain.lifecycle import as_last_word, loads
from laurels.kit.times import instant_of


def tie_settle(
    repository_id: int,
    number: int,
    *,
    github: GitHub,
    now: int,
    acting: Actor,
    bot_logins: Collection[str] = (),
) -> str:
    """Read one pull request or issue again and keep what GitHub shows; return how that ended.

    `read`; `held` where the tie is over already; `missing` where GitHub shows nothing any more;
    `early` where GitHub may still be in the second in question. Points are marked, not settled.
    """
    repository = Repository.objects.filter(pk=repository_id).first()
    row = _row(repository_id, number)
    if repository is None or row is None or not loads(bytes(row.fold)).ties:
        return "held"
    place = Place(repository.pk, repository.github_id, repository.full_name)
    is_pull_request = isinstance(row, PullRequest)
    node, at = subject_reread(github, place, number, is_pull_request=is_pull_request)
    if node is None:
        return "missing"
    if at <= instant_of(node.updated_at):
        return "early"
    first, *others = observations_of(node, at)
    observations = [msgspec.structs.replace(first, subject=as_last_word(first.subject)), *others]

    def write() -> None:
        facts_write(
            observations,
            register=Register.none(),
            bot_logins=bot_logins,
            now=now,
            acting=acting,
        )

    persistently(write)
    return "read"


def _row(repository: int, number: int) -> PullRequest | Issue | None:
    for kind in (PullRequest, Issue):
        found: PullRequest | Issue | None = kind.objects.filter(
            repository_id=repository, number=number
        ).first()
        if found is not None:
            return found
    return None
