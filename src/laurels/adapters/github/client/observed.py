"""From GraphQL's nodes to the same observations that webhooks and archives give.

The node is turned into the REST shape first, so that one reading of it (`observe`) serves every
door. GraphQL calls a robot by its bare login; REST, webhooks and the archive add `[bot]`, and so do
we. Names of people and repositories are those of the moment of reading, `at`; all other times are
GitHub's own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

import msgspec

from laurels.adapters.github.client.nodes import (
    Actor,
    IssueNode,
    PullNode,
    RepositoryNode,
    ReviewNode,
    SubjectNode,
)
from laurels.adapters.github.observe import observe
from laurels.adapters.github.payloads import (
    Account,
    Branch,
    Issue,
    Label,
    Payload,
    PullRequest,
    Repository,
    Review,
)
from laurels.domain.lifecycle.facts import Observation, PersonFact
from laurels.kit.times import instant_of

BOT_SUFFIX: Final = "[bot]"
_PEOPLE = frozenset({"User", "Bot", "Organization", "Mannequin"})


def account_of(actor: Actor | None) -> Account | None:
    """Return the account behind an actor; None for a deleted one, and for kinds without an id."""
    if actor is None or actor.database_id is None or actor.typename not in _PEOPLE:
        return None
    login = actor.login
    if actor.typename == "Bot" and not login.endswith(BOT_SUFFIX):
        login += BOT_SUFFIX
    return Account(actor.database_id, login, actor.typename)


def repository_of(node: RepositoryNode) -> Repository:
    """Return a repository in REST's shape."""
    topics = None
    if node.repository_topics is not None and node.repository_topics.nodes is not None:
        topics = [one.topic.name for one in node.repository_topics.nodes if one is not None]
    _, _, name = node.name_with_owner.partition("/")
    return Repository(
        node.database_id,
        name,
        node.name_with_owner,
        account_of(node.owner),
        node.is_fork,
        node.is_private,
        topics,
    )


def observations_of(node: PullNode | IssueNode, at: int) -> Iterator[Observation]:
    """Return what one node tells: the subject, each review, and who paid attention."""
    repository = repository_of(node.repository)
    if isinstance(node, IssueNode):
        found = observe("issues", "", Payload(issue=_issue(node)), None, repository, at)
        if found is not None:
            yield found
        return
    payload = Payload(pull_request=_pull(node, repository))
    found = observe("pull_request", "", payload, None, repository, at)
    if found is not None:
        yield _with_comments(found, node, at)
    yield from reviews_of(node, node.reviews.nodes or (), at)


def reviews_of(
    node: PullNode, reviews: Iterable[ReviewNode | None], at: int
) -> Iterator[Observation]:
    """Return what reviews tell; one without a number of its own is left out."""
    repository = repository_of(node.repository)
    for one in reviews:
        number = None if one is None else database_id(one.full_database_id)
        if one is None or number is None:
            continue
        review = Review(
            number, account_of(one.author), one.state, one.submitted_at, one.author_association
        )
        payload = Payload(pull_request=PullRequest(node.number), review=review)
        found = observe("pull_request_review", "", payload, None, repository, at)
        if found is not None:
            yield found


def database_id(given: str | int | None) -> int | None:
    """Read GitHub's 64-bit id, which comes as a text."""
    try:
        return None if given is None else int(given)
    except ValueError:
        return None


def attended(node: PullNode) -> bool | None:
    """Tell whether somebody else who is no robot reviewed or commented; None: it cannot be told.

    It cannot where nobody such is among those read and more were not.
    """
    comments = [one for one in node.comments.nodes or () if one is not None]
    reviews = [one for one in node.reviews.nodes or () if one is not None and one.submitted_at]
    author = None if node.author is None else node.author.database_id
    for actor in [one.author for one in comments] + [one.author for one in reviews]:
        if actor is not None and actor.typename == "User" and actor.database_id != author:
            return True
    is_whole = (
        node.given_reviews is not None
        and node.comments.total_count <= len(comments)
        and not node.reviews.page_info.has_next_page
    )
    return False if is_whole else None


def _with_comments(found: Observation, node: PullNode, at: int) -> Observation:
    """Add those who commented to an observation."""
    people = {fact.github_id: fact for fact in found.people}
    attention = list(found.attention)
    for comment in node.comments.nodes or ():
        account = None if comment is None else account_of(comment.author)
        if comment is None or account is None:
            continue
        people.setdefault(account.id, PersonFact(account.id, account.login, account.type, at))
        attention.append((account.id, instant_of(comment.created_at)))
    return msgspec.structs.replace(found, people=tuple(people.values()), attention=tuple(attention))


def _pull(node: PullNode, repository: Repository) -> PullRequest:
    return PullRequest(
        node.number,
        state="open" if node.state == "OPEN" else "closed",
        title=node.title,
        user=account_of(node.author),
        created_at=node.created_at,
        updated_at=node.updated_at,
        closed_at=node.closed_at,
        merged_at=node.merged_at,
        merged=node.state == "MERGED",
        merged_by=account_of(node.merged_by),
        additions=node.additions,
        deletions=node.deletions,
        changed_files=node.changed_files,
        draft=node.is_draft,
        labels=_labels(node),
        author_association=node.author_association,
        base=Branch(repository),
    )


def _issue(node: IssueNode) -> Issue:
    reason = None if node.state_reason is None else node.state_reason.lower()
    return Issue(
        node.number,
        state="open" if node.state == "OPEN" else "closed",
        state_reason=reason,
        title=node.title,
        user=account_of(node.author),
        created_at=node.created_at,
        updated_at=node.updated_at,
        closed_at=node.closed_at,
        labels=_labels(node),
        author_association=node.author_association,
    )


def _labels(node: SubjectNode) -> list[Label] | None:
    if node.labels is None or node.labels.nodes is None:
        return None
    return [Label(one.name) for one in node.labels.nodes if one is not None]
