"""Which body fits which event: the header that names an event is not signed, the body is.

A body fits when it has the keys that the event always has and none that tell another event. Events
that are not handled are ignored, but a body of a handled event under their name fits neither.
Keys of all events: the payloads of @octokit/webhooks-examples; a test goes through all of them.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

from laurels.adapters.github.observe import PayloadFault


@dataclass(frozen=True, slots=True)
class Shape:
    """The keys at the top of a body: those it needs, and telling ones it may have besides."""

    needs: frozenset[str]
    may: frozenset[str] = frozenset()


def _shape(needs: str, may: str = "") -> Shape:
    return Shape(frozenset(needs.split()), frozenset(may.split()))


SHAPES: Final[Mapping[str, Shape]] = {
    "ping": _shape("zen hook_id", "hook repository organization"),
    "pull_request": _shape(
        "action number pull_request repository", "label milestone organization before after"
    ),
    "pull_request_review": _shape("action review pull_request repository", "organization"),
    "pull_request_review_comment": _shape("action comment pull_request repository", "organization"),
    "issue_comment": _shape("action comment issue repository", "organization"),
    "issues": _shape("action issue repository", "label milestone organization"),
    "push": _shape(
        "ref before after commits repository",
        "created deleted forced head_commit base_ref compare pusher organization",
    ),
    "repository": _shape("action repository", "organization"),
    "member": _shape("action member repository", "organization"),
    "organization": _shape("action organization", "membership invitation user"),
    "installation": _shape("action installation", "repositories organization"),
    "installation_repositories": _shape(
        "action installation repositories_added repositories_removed",
        "repository_selection organization",
    ),
    "github_app_authorization": _shape("action sender"),
}
"""The handled events."""

TELLING: Final = frozenset({
    "after", "alert", "answer", "base_ref", "before", "blocked_user", "branch", "branches", "build",
    "check_run", "check_suite", "client_payload", "comment", "commit", "commit_oid", "commits",
    "context", "created", "deleted", "deployment", "deployment_status", "discussion", "environment",
    "forced", "forkee", "head_commit", "hook", "hook_id", "inputs", "invitation", "issue", "key",
    "label", "marketplace_purchase", "master_branch", "member", "membership", "merge_group",
    "milestone", "number", "organization", "package", "pages", "project", "project_card",
    "project_column", "projects_v2_item", "pull_request", "pusher", "pusher_type", "ref",
    "ref_type", "release", "repositories", "repositories_added", "repositories_removed",
    "repository", "repository_selection", "review", "rule", "scope", "security_advisory", "sha",
    "sponsorship", "starred_at", "team", "thread", "user", "workflow", "workflow_job",
    "workflow_run", "zen",
})  # fmt: skip
"""Keys that are only in some events, so that their presence tells which one a body is of."""

_SPEAKING: Final = tuple(
    name
    for name in SHAPES
    # Short bodies: what is not handled may look like these, and tells nothing by it.
    if name not in ("repository", "installation", "organization", "github_app_authorization")
)


class Mismatch(ValueError):
    """A body is not what its header or its hook says: nothing of it may be believed."""


def check_shape(event: str, keys: Collection[str]) -> None:
    """Check that a body with these keys at its top may belong to the event, handled or not.

    Raises Mismatch where it belongs to another event, PayloadFault where only a key is missing.
    """
    present = TELLING.intersection(keys)
    shape = SHAPES.get(event)
    if shape is None:
        for name in _SPEAKING:
            if _fits(SHAPES[name], keys, present):
                raise Mismatch(f"the body is of {name}, its header says {event}")
        return
    beyond = present - shape.needs - shape.may
    if beyond:
        raise Mismatch(f"the body is not of {event}: it has {min(beyond)}")
    lacking = shape.needs.difference(keys)
    if lacking:
        for name, other in SHAPES.items():
            if _fits(other, keys, present):
                raise Mismatch(f"the body is of {name}, its header says {event}")
        raise PayloadFault(min(lacking))


def _fits(shape: Shape, keys: Collection[str], present: frozenset[str]) -> bool:
    return shape.needs.issubset(keys) and present <= shape.needs | shape.may
