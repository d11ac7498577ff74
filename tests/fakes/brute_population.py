"""A population counted the long way: plain Python over the events as they lie in the file.

It shares nothing with the dataframe program but the words of spec/metrics.md §3; tests hold every
engine against it.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction
from typing import Any

GHOST = 10137


@dataclass
class Pull:
    """What the events of the window say of one pull request, in the order of their times."""

    seen: bool = False
    author: dict[str, Any] | None = None
    opener: dict[str, Any] | None = None
    created: int | None = None
    opened: int | None = None
    merged: bool = False
    merged_at: int | None = None
    landed: list[int] = field(default_factory=list)
    actions: list[tuple[int, bool]] = field(default_factory=list)
    states: list[tuple[int, bool]] = field(default_factory=list)
    drafts: list[tuple[int, bool]] = field(default_factory=list)


def instant(text: str | None) -> int | None:
    return None if text is None else int(datetime.fromisoformat(text).timestamp())


def somebody(account: dict[str, Any] | None) -> dict[str, Any] | None:
    return account if account and account["id"] > 0 and account["id"] != GHOST else None


def is_robot(account: dict[str, Any]) -> bool:
    return str(account["login"]).endswith("[bot]")


def look(pull: Pull, kind: str, event: dict[str, Any], at: int) -> None:
    payload = event["payload"]
    body = payload["issue"] if kind == "IssueCommentEvent" else payload["pull_request"]
    action = payload["action"]
    if kind != "PullRequestEvent" and action != "deleted":
        pull.seen = True
    pull.author = somebody(body.get("user")) or pull.author
    if body.get("created_at"):
        pull.created = instant(body["created_at"])
    side = body.get("pull_request", {}) if kind == "IssueCommentEvent" else body
    merged_at = instant(side.get("merged_at"))
    if merged_at is not None:
        pull.merged_at = merged_at
    is_event = kind == "PullRequestEvent"
    if merged_at is not None or body.get("merged") or (is_event and action == "merged"):
        pull.merged = True
        pull.landed.append(instant(body.get("closed_at")) or at)
    if is_event and action == "opened":
        pull.opener, pull.opened = somebody(event["actor"]) or pull.opener, at
    if is_event and action in ("opened", "reopened", "closed", "merged"):
        pull.actions.append((at, action in ("closed", "merged")))
    if body.get("state") is not None:
        pull.states.append((at, body["state"] == "closed"))
    if body.get("draft") is not None:
        pull.drafts.append((at, body["draft"]))


def brute(events: Iterable[dict[str, Any]], start: int, until: int) -> dict[int, dict[str, Any]]:
    """Give each person's values of nine metrics, None for none, in the window [start, until)."""
    pulls: dict[tuple[int, int], Pull] = {}
    activity: dict[int, dict[str, int]] = {}
    known: set[str] = set()
    for event in events:
        at = instant(event["created_at"])
        assert at is not None
        if not start <= at < until:
            continue
        kind, payload, actor = event["type"], event["payload"], somebody(event["actor"])
        counted = {"PushEvent": "pushes"}.get(kind)
        if kind in ("PullRequestEvent", "PullRequestReviewEvent", "PullRequestReviewCommentEvent"):
            key = (event["repo"]["id"], payload["pull_request"]["number"])
            look(pulls.setdefault(key, Pull()), kind, event, at)
        elif kind == "IssueCommentEvent" and payload["issue"].get("pull_request"):
            key = (event["repo"]["id"], payload["issue"]["number"])
            look(pulls.setdefault(key, Pull()), kind, event, at)
        if kind == "PullRequestReviewEvent" and payload["action"] == "created":
            counted = "reviews"
        if kind == "IssuesEvent" and payload["action"] == "opened":
            counted = "issues"
        if counted and actor and not is_robot(actor) and event["id"] not in known:
            known.add(event["id"])
            mine = activity.setdefault(actor["id"], {"reviews": 0, "issues": 0, "pushes": 0})
            mine[counted] += 1
    found: dict[int, dict[str, Any]] = {}
    for pull in pulls.values():
        author, created = pull.author or pull.opener, pull.created or pull.opened
        if not pull.seen or author is None or is_robot(author):
            continue
        if created is not None and start <= created < until:
            person = found.setdefault(author["id"], {"pulls": []})
            person["pulls"].append((pull, created))
    for person_id, person in found.items():
        person |= activity.get(person_id, {"reviews": 0, "issues": 0, "pushes": 0})
        person |= figures(person.pop("pulls"))
    return found


def figures(pulls: list[tuple[Pull, int]]) -> dict[str, Any]:
    merged = [one for one in pulls if one[0].merged]
    ready = [pull for pull, _ in pulls if not (pull.drafts and max(pull.drafts)[1])]
    dropped = [
        pull for pull in ready
        if not pull.merged and max(pull.actions or pull.states or [(0, False)])[1]
    ]  # fmt: skip
    hours = []
    for pull, created in merged:
        seconds = (pull.merged_at or min(pull.landed)) - created
        if seconds >= 0:
            hours.append(seconds // 3600)
    return {
        "opened": len(pulls),
        "merged": len(merged),
        "merge_rate": Fraction(len(merged), len(pulls)),
        "drop_rate": Fraction(len(dropped), len(ready)) if ready else None,
        "latency": Fraction(sum(hours), len(hours)) if hours else None,
    }


def percentile_of(thresholds: list[float], value: float) -> int:
    """The greatest tenth whose threshold is not above the value."""
    return max(0, bisect_right(thresholds, value) - 1)


def thresholds(values: Iterable[Any]) -> list[float]:
    """The least value that at least p per cent do not exceed, for each tenth of a per cent."""
    ordered = sorted(float(value) for value in values if value is not None)
    count = len(ordered)
    return [
        next(x for place, x in enumerate(ordered, 1) if place * 1000 >= tenth * count)
        if count < 200
        else ordered[max(0, (tenth * count + 999) // 1000 - 1)]
        for tenth in range(1001)
    ]


def all_thresholds(people: dict[int, dict[str, Any]]) -> dict[str, list[float]]:
    """The thresholds of all ten metrics by their public names."""
    everybody = list(people.values())

    def of(name: str) -> list[float]:
        return thresholds(person[name] for person in everybody)

    made = {
        "total_opened_prs": of("opened"),
        "oss_prs_opened": of("opened"),
        "total_merged_prs": of("merged"),
        "pr_merge_rate": of("merge_rate"),
        "pr_drop_rate": of("drop_rate"),
        "avg_merge_latency_hours": of("latency"),
        "oss_reviews": of("reviews"),
        "oss_issues_opened": of("issues"),
        "oss_pushes": of("pushes"),
    }
    composites = [
        Fraction(
            40 * percentile_of(made["oss_reviews"], person["reviews"])
            + 35 * percentile_of(made["oss_prs_opened"], person["opened"])
            + 25 * percentile_of(made["oss_issues_opened"], person["issues"]),
            1000,
        )
        for person in everybody
    ]
    return made | {"oss_composite": thresholds(composites)}
