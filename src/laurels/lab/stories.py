"""What happens to one pull request or issue, from its opening to its end, or to no end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from laurels.lab import names
from laurels.lab.cast import Person, Repository, Role
from laurels.lab.payloads import Subject
from laurels.lab.stage import Stage

_TYPES: Final = ("type:docs", "type:bug", "type:feature", "type:test", "type:refactor", "type:a11y")
_LEVELS: Final = ("level:beginner", "level:intermediate", "level:advanced", "level:critical")
_QUALITIES: Final = ("quality:clean", "quality:exceptional")
# One label as people really type it. The last two are near misses: they mean it and miss it.
_APPROVED: Final = (
    *["gssoc:approved"] * 8,
    *["gssoc : approved"] * 3,
    "GSSoC: Approved",
    "gssoc approved",
    "gssco:approved",
)
_VOID: Final = ("spam", "spam", "invalid", "ai-slop")


@dataclass(frozen=True, slots=True, order=True)
class Plan:
    """Something that will be opened: when, a number that orders one second, and the story."""

    at: int
    order: int
    story: Callable[[Stage, Plan], Plan | None]
    author: Person
    repository: Repository
    title: str
    merge_at: int | None = None
    lines: tuple[int, int, int] | None = None


def pull_request(stage: Stage, plan: Plan) -> Plan | None:
    """Play an ordinary pull request; a plan comes back when it is to be reverted."""
    source, repository = stage.source, plan.repository
    subject = _opened(stage, plan, draft=stage.chance(0.12))
    author, at = subject.author, plan.at
    if repository.owner.kind == "Organization" and stage.chance(0.35):
        at = stage.later(at, 0.05)
        stage.comment(subject, stage.cast.gatekeeper, at, "All checks have passed.")
    if author in repository.maintainers and stage.chance(0.3):
        at = stage.later(at, 8)
        stage.merge(subject, author, at)
        return None
    keeper = _other(stage, repository.maintainers, author)
    if stage.chance(0.55):
        at = stage.later(at, 10)
        subject.draft = False
        stage.label(subject, keeper, at, _kinds(stage))
    at = _talked(stage, subject, at)
    is_approved = False
    if stage.chance(0.82):
        at, is_approved = _reviewed(stage, subject, keeper, at)
    at = stage.later(at, 12)
    if stage.chance(0.92 if is_approved else 0.25):
        _merged(stage, subject, keeper, at)
        return _revert_of(stage, subject) if stage.chance(0.025) else None
    if stage.chance(0.6):
        closer = author if stage.chance(0.3) else keeper
        stage.close(subject, closer, at)
        if stage.chance(0.3):
            at = stage.later(at, 30)
            stage.reopen(subject, closer, at)
            at = stage.later(at, 40)
            if stage.chance(0.7):
                _merged(stage, subject, keeper, at)
            elif source.random() < 0.7:
                stage.close(subject, keeper, at)
    return None


def merged_together(stage: Stage, plan: Plan) -> Plan | None:
    """Play a pull request that a robot merges in the same second as its twin."""
    subject = _opened(stage, plan)
    keeper = _other(stage, plan.repository.maintainers, plan.author)
    at = stage.later(plan.at, 2)
    assert plan.merge_at is not None
    if at < plan.merge_at:
        stage.review(subject, keeper, at, "approved")
    stage.merge(subject, stage.cast.gatekeeper, plan.merge_at)
    return None


def revert(stage: Stage, plan: Plan) -> Plan | None:
    """Play the pull request that takes another one back."""
    subject = _opened(stage, plan)
    at = stage.later(plan.at, 3)
    other = _other(stage, plan.repository.maintainers, plan.author)
    if other is not plan.author:
        stage.review(subject, other, at, "approved")
    stage.merge(subject, plan.author, stage.later(at, 2))
    return None


def spam(stage: Stage, plan: Plan) -> Plan | None:
    """Play a pull request that wants points for nothing; most are labelled so and closed."""
    subject = _opened(stage, plan)
    keeper = _other(stage, plan.repository.maintainers, plan.author)
    at = stage.later(plan.at, 14)
    if stage.chance(0.85):
        stage.label(subject, keeper, at, [_VOID[plan.order % len(_VOID)]])
    stage.close(subject, keeper, at + 3)
    if stage.chance(0.2):
        stage.comment(subject, plan.author, stage.later(at, 1), "Please merge, I need this.")
    return None


def update(stage: Stage, plan: Plan) -> Plan | None:
    """Play a robot's update of a dependency."""
    subject = _opened(stage, plan)
    stage.label(subject, plan.author, plan.at + 2, ["dependencies"])
    keeper = stage.source.choice(plan.repository.maintainers)
    at = plan.at + 90
    if stage.chance(0.35):
        stage.review(subject, stage.cast.scribe, at, "commented")
    at = stage.later(at, 40)
    if stage.chance(0.7):
        if stage.chance(0.5):
            stage.review(subject, keeper, at, "approved")
        stage.merge(subject, keeper, at + 30)
    elif stage.chance(0.6):
        stage.close(subject, plan.author, at)
    return None


def issue(stage: Stage, plan: Plan) -> Plan | None:
    """Play an issue."""
    subject = stage.open(
        plan.at, plan.author, plan.repository, plan.title, "Steps and versions are below.",
        is_pull_request=False,
    )  # fmt: skip
    keeper = stage.source.choice(plan.repository.maintainers)
    at = plan.at
    if stage.chance(0.5):
        at = stage.later(at, 20)
        stage.label(subject, keeper, at, [stage.source.choice(("bug", "help wanted", "docs"))])
    at = _talked(stage, subject, at)
    fate = stage.source.random()
    if fate < 0.62:
        at = stage.later(at, 120)
        closer = plan.author if stage.chance(0.25) else keeper
        stage.close(subject, closer, at, "completed")
        if stage.chance(0.07):
            at = stage.later(at, 50)
            stage.reopen(subject, plan.author, at)
            if stage.chance(0.6):
                stage.close(subject, keeper, stage.later(at, 60), "completed")
    elif fate < 0.75:
        stage.close(subject, keeper, stage.later(at, 90), "not_planned")
    return None


def _opened(stage: Stage, plan: Plan, *, draft: bool = False) -> Subject:
    source = stage.source
    note = "" if plan.author.role is Role.ROBOT else source.choice(names.PATCH_NOTES)
    return stage.open(
        plan.at, plan.author, plan.repository, plan.title, note,
        is_pull_request=True, lines=plan.lines or _size(stage, plan.author), draft=draft,
    )  # fmt: skip


def _size(stage: Stage, author: Person) -> tuple[int, int, int]:
    """Draw additions, deletions and files: most are small, a few are huge."""
    source = stage.source
    if author.role is Role.SPAMMER:
        return (source.randrange(1, 4), 0, 1)
    if author.role is Role.ROBOT:
        return (source.randrange(1, 30), source.randrange(1, 30), source.randrange(1, 3))
    additions = 1 + min(8_000, int(source.lognormvariate(3.3, 1.5)))
    deletions = int(additions * source.betavariate(0.8, 2.2))
    return (additions, deletions, 1 + int(source.random() * additions**0.45))


def _kinds(stage: Stage) -> list[str]:
    """Draw the labels that describe a pull request."""
    source = stage.source
    chosen = [source.choice(_TYPES)]
    if stage.chance(0.6):
        chosen.append(source.choices(_LEVELS, (8, 5, 2, 1))[0])
    if stage.chance(0.2):
        chosen.append(source.choices(_QUALITIES, (4, 1))[0])
    return chosen


def _other(stage: Stage, people: tuple[Person, ...], author: Person) -> Person:
    """Choose somebody else of these people, or the author where there is nobody else."""
    others = [person for person in people if person is not author]
    return stage.source.choice(others) if others else author


def _talked(stage: Stage, subject: Subject, at: int) -> int:
    """Let people comment."""
    source = stage.source
    crowd = [person for person in stage.cast.people if person.joins_at <= at < person.leaves_at]
    weights = [person.weight for person in crowd]
    for _ in range(min(6, int(source.expovariate(1.1))) if crowd else 0):
        at = stage.later(at, 9)
        stage.comment(subject, source.choices(crowd, weights)[0], at, source.choice(names.REMARKS))
    return at


def _reviewed(stage: Stage, subject: Subject, keeper: Person, at: int) -> tuple[int, bool]:
    """Let rounds of review pass; tells when they ended and whether in approval."""
    source = stage.source
    reviewer = keeper
    if stage.chance(0.25):
        regulars = [p for p in stage.cast.with_role(Role.REGULAR) if p.joins_at <= at]
        reviewer = _other(stage, tuple(regulars), subject.author) if regulars else keeper
    if reviewer is subject.author:
        return at, False
    if stage.chance(0.12):
        at += 45
        stage.review(subject, stage.cast.scribe, at, "commented", lines=1)
    for _ in range(3):
        at = stage.later(at, 16)
        subject.draft = False
        state = source.choices(("approved", "changes_requested", "commented"), (6, 3, 3))[0]
        review = (stage.review(subject, reviewer, at, state, _lines(stage, state)), reviewer, at)
        if state == "approved":
            if not stage.chance(0.05):
                return at, True
            at = stage.later(at, 5)
            stage.dismiss(subject, keeper, at, review)
        elif state == "changes_requested" and stage.chance(0.2):
            return at, False
        at = stage.later(at, 14)
        stage.push_commits(subject, at)
    at = stage.later(at, 10)
    if keeper is subject.author:
        return at, False
    stage.review(subject, keeper, at, "approved")
    return at, True


def _lines(stage: Stage, state: str) -> int:
    """Draw how many lines a review comments on."""
    return 0 if state == "approved" else min(5, int(stage.source.expovariate(0.6)))


def _merged(stage: Stage, subject: Subject, keeper: Person, at: int) -> None:
    """Merge, with the labels that programs ask for, well or badly typed."""
    topics = subject.repository.topics
    if "gssoc" in topics and stage.chance(0.5):
        stage.label(subject, keeper, at, [stage.source.choice(_APPROVED)])
    if "hacktoberfest" in topics and stage.chance(0.3):
        stage.label(subject, keeper, at, ["hacktoberfest-accepted"])
    if len(subject.labels) > 2 and stage.chance(0.1):
        stage.unlabel(subject, keeper, at + 4, subject.labels[0])
    is_queued = subject.repository.owner.kind == "Organization" and stage.chance(0.3)
    stage.merge(subject, stage.cast.gatekeeper if is_queued else keeper, at + 9)


def _revert_of(stage: Stage, subject: Subject) -> Plan:
    """Plan the pull request that takes this one back."""
    assert subject.merged_at is not None
    return Plan(
        at=stage.later(subject.merged_at, 30),
        order=subject.github_id,
        story=revert,
        author=stage.source.choice(subject.repository.maintainers),
        repository=subject.repository,
        title=f'Revert "{subject.title}"',
        lines=(subject.deletions, subject.additions, subject.changed_files),
    )
