"""Pull requests, issues, reviews and comments."""

from __future__ import annotations

from zlib import crc32

from laurels.kit.times import format_instant
from laurels.lab.github.shapes.accounts import Body, Urls, account, maybe_account
from laurels.lab.github.shapes.repositories import repository
from laurels.lab.github.things import Account, Comment, Repository, Review, Thread

_LABEL_IDS = 9_600_000_000


def association(place: Repository, person: Account | None) -> str:
    """Say what somebody is to a repository (`author_association`)."""
    if person is None:
        return "NONE"
    if person is place.owner:
        return "OWNER"
    if person.id in place.owner.members:
        return "MEMBER"
    if place.rights.get(person.id, "pull") != "pull":
        return "COLLABORATOR"
    return "CONTRIBUTOR" if person.id in place.contributors else "NONE"


def label(urls: Urls, place: Repository, name: str) -> Body:
    """Write a label of a repository."""
    number = _LABEL_IDS + crc32(f"{place.id}:{name}".encode())
    return {
        "id": number,
        "node_id": f"LA_{number:x}",
        "url": f"{urls.api}/repos/{place.full_name}/labels/{name.replace(' ', '%20')}",
        "name": name,
        "color": "ededed",
        "default": False,
        "description": "",
    }


def pull_request(urls: Urls, thread: Thread) -> Body:
    """Write a pull request whole, as `pull_request` webhooks and `GET …/pulls/{n}` do."""
    return simple_pull_request(urls, thread) | {
        "merged": thread.merged_at is not None,
        "mergeable": None,
        "rebaseable": None,
        "mergeable_state": "unknown",
        "merged_by": maybe_account(urls, thread.merged_by),
        "comments": sum(remark.path is None for remark in thread.comments),
        "review_comments": sum(remark.path is not None for remark in thread.comments),
        "maintainer_can_modify": False,
        "commits": thread.commits,
        "additions": thread.additions,
        "deletions": thread.deletions,
        "changed_files": thread.changed_files,
    }


def simple_pull_request(urls: Urls, thread: Thread) -> Body:
    """Write a pull request without merge and size, as reviews and lists carry it."""
    place = thread.repository
    api, web = f"{urls.api}/repos/{place.full_name}", f"{urls.web}/{place.full_name}"
    own = f"{api}/pulls/{thread.number}"
    issue = f"{api}/issues/{thread.number}"
    links = {
        "self": own,
        "html": f"{web}/pull/{thread.number}",
        "issue": issue,
        "comments": f"{issue}/comments",
        "review_comments": f"{own}/comments",
        "review_comment": f"{api}/pulls/comments{{/number}}",
        "commits": f"{own}/commits",
        "statuses": f"{api}/statuses/{thread.head_sha}",
    }
    home = repository(urls, place)
    author = thread.author or place.owner
    return _shared(urls, thread) | {
        "url": own,
        "html_url": links["html"],
        "diff_url": f"{links['html']}.diff",
        "patch_url": f"{links['html']}.patch",
        "issue_url": issue,
        "commits_url": links["commits"],
        "review_comments_url": links["review_comments"],
        "review_comment_url": links["review_comment"],
        "comments_url": links["comments"],
        "statuses_url": links["statuses"],
        "merged_at": _maybe(thread.merged_at),
        "merge_commit_sha": thread.merge_sha,
        "requested_reviewers": [],
        "requested_teams": [],
        "draft": thread.draft,
        "head": {
            "label": f"{author.login}:{thread.head_branch}",
            "ref": thread.head_branch,
            "sha": thread.head_sha,
            "user": account(urls, author),
            "repo": home,
        },
        "base": {
            "label": f"{place.owner.login}:{thread.base_branch}",
            "ref": thread.base_branch,
            "sha": place.head_sha,
            "user": home["owner"],
            "repo": home,
        },
        "_links": {name: {"href": href} for name, href in links.items()},
        "auto_merge": None,
    }


def issue(urls: Urls, thread: Thread) -> Body:
    """Write the issue object: an issue's own, or the issue side of a pull request."""
    place = thread.repository
    api, web = f"{urls.api}/repos/{place.full_name}", f"{urls.web}/{place.full_name}"
    own = f"{api}/issues/{thread.number}"
    kind = "pull" if thread.is_pull else "issues"
    body = _shared(urls, thread) | {
        "url": own,
        "repository_url": api,
        "labels_url": f"{own}/labels{{/name}}",
        "comments_url": f"{own}/comments",
        "events_url": f"{own}/events",
        "html_url": f"{web}/{kind}/{thread.number}",
        "comments": sum(remark.path is None for remark in thread.comments),
        "reactions": _reactions(own),
        "timeline_url": f"{own}/timeline",
        "performed_via_github_app": None,
        "state_reason": thread.state_reason,
    }
    if thread.is_pull:
        page = f"{web}/pull/{thread.number}"
        body["draft"] = thread.draft
        body["pull_request"] = {
            "url": f"{api}/pulls/{thread.number}",
            "html_url": page,
            "diff_url": f"{page}.diff",
            "patch_url": f"{page}.patch",
            "merged_at": _maybe(thread.merged_at),
        }
    return body


def review(urls: Urls, found: Review, *, is_webhook: bool = False) -> Body:
    """Write a review; webhooks say its state in lower case, REST in upper case."""
    thread = found.thread
    place = thread.repository
    page = f"{urls.web}/{place.full_name}/pull/{thread.number}#pullrequestreview-{found.id}"
    own = f"{urls.api}/repos/{place.full_name}/pulls/{thread.number}"
    return {
        "id": found.id,
        "node_id": found.node_id,
        "user": maybe_account(urls, found.author),
        "body": found.body,
        "commit_id": found.commit,
        "submitted_at": format_instant(found.submitted_at),
        "state": found.state.lower() if is_webhook else found.state,
        "html_url": page,
        "pull_request_url": own,
        "author_association": association(place, found.author),
        "_links": {"html": {"href": page}, "pull_request": {"href": own}},
    }


def comment(urls: Urls, found: Comment) -> Body:
    """Write a comment on a thread."""
    place = found.thread.repository
    own = f"{urls.api}/repos/{place.full_name}/issues/comments/{found.id}"
    kind = "pull" if found.thread.is_pull else "issues"
    page = f"{urls.web}/{place.full_name}/{kind}/{found.thread.number}"
    return {
        "url": own,
        "html_url": f"{page}#issuecomment-{found.id}",
        "issue_url": f"{urls.api}/repos/{place.full_name}/issues/{found.thread.number}",
        "id": found.id,
        "node_id": found.node_id,
        "user": maybe_account(urls, found.author),
        "created_at": format_instant(found.created_at),
        "updated_at": format_instant(found.created_at),
        "author_association": association(place, found.author),
        "body": found.body,
        "reactions": _reactions(own),
        "performed_via_github_app": None,
    }


def review_comment(urls: Urls, found: Comment) -> Body:
    """Write a comment on a line of a pull request."""
    thread = found.thread
    place = thread.repository
    own = f"{urls.api}/repos/{place.full_name}/pulls/comments/{found.id}"
    pull = f"{urls.api}/repos/{place.full_name}/pulls/{thread.number}"
    page = f"{urls.web}/{place.full_name}/pull/{thread.number}#discussion_r{found.id}"
    return {
        "url": own,
        "pull_request_review_id": found.review or found.id,
        "id": found.id,
        "node_id": found.node_id,
        "diff_hunk": "@@ -1 +1 @@",
        "path": found.path,
        "position": 1,
        "original_position": 1,
        "commit_id": thread.head_sha,
        "original_commit_id": thread.head_sha,
        "user": maybe_account(urls, found.author),
        "body": found.body,
        "created_at": format_instant(found.created_at),
        "updated_at": format_instant(found.created_at),
        "html_url": page,
        "pull_request_url": pull,
        "author_association": association(place, found.author),
        "_links": {
            "self": {"href": own},
            "html": {"href": page},
            "pull_request": {"href": pull},
        },
        "reactions": _reactions(own),
        "start_line": None,
        "original_start_line": None,
        "start_side": None,
        "line": 1,
        "original_line": 1,
        "side": "RIGHT",
    }


def _shared(urls: Urls, thread: Thread) -> Body:
    place = thread.repository
    people = [account(urls, person) for person in thread.assignees]
    return {
        "id": thread.id,
        "node_id": thread.node_id,
        "number": thread.number,
        "state": thread.state,
        "locked": False,
        "title": thread.title,
        "user": maybe_account(urls, thread.author),
        "body": thread.body,
        "created_at": format_instant(thread.created_at),
        "updated_at": format_instant(thread.updated_at),
        "closed_at": _maybe(thread.closed_at),
        "assignee": people[0] if people else None,
        "assignees": people,
        "labels": [label(urls, place, name) for name in thread.labels],
        "milestone": None,
        "author_association": association(place, thread.author),
        "active_lock_reason": None,
    }


def _reactions(own: str) -> Body:
    kinds = ("+1", "-1", "laugh", "hooray", "confused", "heart", "rocket", "eyes")
    return {"url": f"{own}/reactions", "total_count": 0, **dict.fromkeys(kinds, 0)}


def _maybe(instant: int | None) -> str | None:
    return None if instant is None else format_instant(instant)
