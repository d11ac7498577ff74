"""Ask for work to be judged again: a change decided where it counts, or whether it does."""

from __future__ import annotations

from laurels.apps.audit.actors import Actor
from laurels.apps.jobs.services import enqueue

JUDGE = "work.judge"
"""The job that does it; its handler lives above, where scoring can be reached."""


def judge_again(
    *, repository: int | None = None, project: int | None = None, now: int, acting: Actor
) -> None:
    """Enqueue the judging of a repository's or a project's work in the caller's transaction.

    It takes no dedupe key: a job that runs already may have looked before this change.
    """
    arguments = {"repository": repository, "project": project}
    enqueue(JUDGE, {k: v for k, v in arguments.items() if v is not None}, now=now, acting=acting)
