"""Five lifecycles as deliveries, and everything that they leave in the database."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from laurels.apps.contributions.models import (
    Attention,
    Contribution,
    Issue,
    PullRequest,
    RepositoryEvent,
    Review,
    Signal,
    Transition,
)
from laurels.apps.intake.services.events import Received
from laurels.apps.people.models import Alias, Contributor
from laurels.apps.projects.models import Repository, RepositoryDisablement
from laurels.apps.scoring.selectors import ledger_digest, totals_of
from laurels.kit.times import format_instant
from tests.apps.intake.events.conftest import GADGETS
from tests.fakes.archive import ALICE, BOB, CAROL, NOON, WIDGETS, Json, issue, pull_request
from tests.fakes.webhooks import hook

MINUTE = 60


def at(minutes: int) -> int:
    """An instant so many minutes after everything began."""
    return NOON + minutes * MINUTE


def pulled(action: str, body: Json, sender: Json = ALICE, **more: Any) -> Received:
    """A pull_request delivery."""
    repo = body["base"]["repo"]
    told = {"action": action, "number": body["number"], "pull_request": body} | more
    return hook("pull_request", told, sender=sender, repo=repo)


def reviewed(
    body: Json, state: str, minutes: int, *, review_id: int = 1, by: Json = BOB
) -> Received:
    """A pull_request_review delivery."""
    review = {
        "id": review_id,
        "user": by,
        "state": state,
        "submitted_at": format_instant(at(minutes)),
        "author_association": "MEMBER",
    }
    action = "dismissed" if state == "dismissed" else "submitted"
    told = {"action": action, "review": review, "pull_request": body}
    return hook("pull_request_review", told, sender=by, repo=body["base"]["repo"])


def commented(body: Json, minutes: int, by: Json = CAROL, repo: Json = WIDGETS) -> Received:
    """An issue_comment delivery."""
    comment = {"id": minutes, "user": by, "created_at": format_instant(at(minutes))}
    told = {"action": "created", "issue": body, "comment": comment}
    return hook("issue_comment", told, sender=by, repo=repo)


def asked(action: str, body: Json, sender: Json = CAROL, **more: Any) -> Received:
    """An issues delivery."""
    return hook("issues", {"action": action, "issue": body} | more, sender=sender)


def changed(action: str, minutes: int, repo: Json = GADGETS) -> Received:
    """A repository delivery."""
    dated = repo | {"updated_at": format_instant(at(minutes))}
    return hook(
        "repository", {"action": action}, repo=dated, sender=BOB, received_at=at(minutes) + 1
    )


def merged_one() -> list[Received]:
    """Opened, labelled twice in a second, pushed to, approved, commented on, merged."""
    one, two = (
        pull_request(1, updated_at=at(2), labels=labels) for labels in (["bug"], ["bug", "help"])
    )
    pushed = pull_request(1, updated_at=at(3), labels=["bug", "help"])
    done = pull_request(1, merged_at=at(9), labels=["bug", "help"])
    return [
        pulled("opened", pull_request(1)),
        pulled("labeled", one, BOB, label={"name": "bug"}),
        pulled("labeled", two, BOB, label={"name": "help"}),
        pulled("synchronize", pushed, before="0", after="1"),
        reviewed(pushed, "approved", 5),
        commented(issue(1, updated_at=at(6), of_pull_request=True), 6),
        pulled("closed", done, BOB),
    ]


def reopened_one() -> list[Received]:
    """Closed and reopened in one second, reviewed, its approval dismissed, a draft, merged."""
    closed = pull_request(2, BOB, closed_at=at(4))
    again = pull_request(2, BOB, updated_at=at(4))
    draft = pull_request(2, BOB, updated_at=at(6), draft=True)
    return [
        pulled("opened", pull_request(2, BOB), BOB),
        pulled("closed", closed, BOB),
        pulled("reopened", again, BOB),
        reviewed(again, "approved", 5, review_id=7, by=CAROL),
        reviewed(again, "dismissed", 5, review_id=7, by=CAROL),
        pulled("converted_to_draft", draft, BOB),
        pulled("closed", pull_request(2, BOB, merged_at=at(8), merged_by=CAROL), CAROL),
    ]


def pushed_one() -> list[Received]:
    """Never told as merged by GitHub, but landed by a push, and reverted by another."""
    main = WIDGETS | {"default_branch": "main"}
    push = {"ref": "refs/heads/main", "before": "0", "after": "1"}
    landed = [{"id": "a" * 40, "message": "Change 3 (#3)"}]
    taken = [{"id": "b" * 40, "message": f'Revert "Change 3 (#3)"\n\nThis reverts {"a" * 40}'}]
    return [
        pulled("opened", pull_request(3, CAROL), CAROL),
        hook("push", push | {"commits": landed}, repo=main | {"pushed_at": at(3)}),
        hook("push", push | {"commits": taken}, repo=main | {"pushed_at": at(5)}),
        pulled("closed", pull_request(3, CAROL, closed_at=at(6)), CAROL),
    ]


def asked_one() -> list[Received]:
    """An issue that was closed, reopened and completed; another one moved away."""

    def ticket(minutes: int, **more: Any) -> Json:
        return issue(11, CAROL, updated_at=at(minutes), **more)

    return [
        asked("opened", ticket(0)),
        commented(ticket(1), 1, by=ALICE),
        asked("closed", ticket(2, closed_at=at(2), state_reason="not_planned")),
        asked("reopened", ticket(3, state_reason="reopened")),
        asked("closed", ticket(4, closed_at=at(4), state_reason="completed")),
        asked("opened", issue(12, ALICE), ALICE),
        asked("transferred", issue(12, ALICE, updated_at=at(5)), ALICE),
    ]


def hidden_one() -> list[Received]:
    """A repository that was private for a while, renamed, transferred and deleted in the end."""
    renamed = GADGETS | {"full_name": "guild/better-gadgets", "name": "better-gadgets"}
    moved = renamed | {"full_name": "other/better-gadgets", "owner": WIDGETS["owner"]}
    return [
        pulled("opened", pull_request(1, ALICE, created_at=at(1), repo=GADGETS)),
        changed("privatized", 2, GADGETS | {"private": True}),
        pulled("opened", pull_request(2, BOB, created_at=at(3), repo=GADGETS), BOB),
        changed("publicized", 4),
        changed("renamed", 5, renamed),
        pulled("opened", pull_request(3, ALICE, created_at=at(6), repo=renamed)),
        changed("transferred", 7, moved),
        changed("deleted", 8, moved),
    ]


LIFECYCLES = {
    "merged": merged_one,
    "reopened": reopened_one,
    "pushed": pushed_one,
    "asked": asked_one,
    "hidden": hidden_one,
}


def everything() -> dict[str, Any]:
    """All that the deliveries left, without row numbers, arrival orders and withdrawn rows."""
    people = dict(Contributor.objects.values_list("pk", "github_id"))
    totals = totals_of(list(people))
    digest = ledger_digest()
    return {
        "people": _rows(Contributor, "github_id", "login", "login_seen_at", "kind", "is_bot"),
        "aliases": _rows(Alias, "contributor__github_id", "login", "last_seen_at"),
        "repositories": _rows(
            Repository, "github_id", "full_name", "owner_login", "owner_github_id", "is_private",
            "seen_at", "private_at",
        ),
        "events": _rows(RepositoryEvent, "repository__github_id", "at", "action"),
        "disabled": _rows(
            RepositoryDisablement, "repository__github_id", "cause", "starts_at", "ends_at"
        ),
        "signals": _rows(Signal, "kind", "repository__github_id", "number", "at", "detail"),
        "pull_requests": _rows(
            PullRequest, "repository__github_id", "number", "fold", "lifecycle", "state",
            "merged_at", "author__github_id", "merged_by__github_id", "labels", "changed_at",
            "draft",
        ),
        "issues": _rows(
            Issue, "repository__github_id", "number", "fold", "state_reason", "is_gone", "title"
        ),
        "reviews": _rows(Review, "github_id", "reviewer__github_id", "state", "submitted_at"),
        "attention": _rows(Attention, "pull_request__number", "contributor__github_id"),
        "transitions": _rows(
            Transition, "pull_request__repository__github_id", "pull_request__number", "position",
            "from_state", "to_state", "at", "actor__github_id", "source",
        ),
        "contributions": _rows(
            Contribution, "repository__github_id", "number", "kind", "contributor__github_id",
            "project__slug", "occurred_at", "opened_at", is_withdrawn=False,
        ),
        "points": {people[pk]: (total.points, total.pending) for pk, total in totals.items()},
        "digest": (digest.active_items, digest.sha256),
    }  # fmt: skip


def _rows(model: Any, *fields: str, **only: Any) -> list[str]:
    found = model.objects.filter(**only).values_list(*fields)
    return sorted(json.dumps([_plain(value) for value in row]) for row in found)


def _plain(value: Any) -> Any:
    return bytes(value).hex() if isinstance(value, bytes | memoryview) else value


def told(names: Sequence[str] = tuple(LIFECYCLES)) -> list[Received]:
    """The deliveries of these lifecycles, as they happened."""
    return [one for name in names for one in LIFECYCLES[name]()]
