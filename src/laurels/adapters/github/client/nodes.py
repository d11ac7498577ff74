"""GraphQL's nodes as the documents ask for them, typed and tolerant.

A person may be null (a deleted account), a list may hold nulls (what the token may not see), and
GitHub's 64-bit ids come as texts. Anything asked for and left out is an error of GitHub's; what is
not asked for is ignored.
"""

from __future__ import annotations

from datetime import datetime

import msgspec


class Actor(msgspec.Struct, gc=False):
    """Who did something; `database_id` is absent for kinds of accounts that have none."""

    login: str
    typename: str = msgspec.field(name="__typename", default="User")
    database_id: int | None = msgspec.field(name="databaseId", default=None)


class LabelNode(msgspec.Struct, gc=False):
    """A label."""

    name: str


class Labels(msgspec.Struct, gc=False):
    """Labels of a subject; GitHub allows no more than a hundred."""

    nodes: list[LabelNode | None] | None = None


class PageInfo(msgspec.Struct, gc=False, rename="camel"):
    """Whether there is more, and where it begins."""

    has_next_page: bool = False
    end_cursor: str | None = None


class CommentNode(msgspec.Struct, gc=False, rename="camel"):
    """A comment: only who and when."""

    created_at: datetime
    author: Actor | None = None


class Comments(msgspec.Struct, gc=False, rename="camel"):
    """The first comments, and how many there are."""

    total_count: int = 0
    nodes: list[CommentNode | None] | None = None


class ReviewNode(msgspec.Struct, gc=False, rename="camel"):
    """A review; one that is still being written has no `submitted_at`."""

    id: str
    state: str
    full_database_id: str | int | None = None
    submitted_at: datetime | None = None
    author_association: str | None = None
    author: Actor | None = None


class Reviews(msgspec.Struct, gc=False, rename="camel"):
    """The first reviews, how many there are, and whether more follow."""

    total_count: int = 0
    page_info: PageInfo = msgspec.field(default_factory=PageInfo)
    nodes: list[ReviewNode | None] | None = None


class Topic(msgspec.Struct, gc=False):
    """A topic."""

    name: str


class TopicNode(msgspec.Struct, gc=False):
    """A topic of a repository."""

    topic: Topic


class Topics(msgspec.Struct, gc=False):
    """The topics of a repository: twenty at most, by GitHub's rule."""

    nodes: list[TopicNode | None] | None = None


class LanguageName(msgspec.Struct, gc=False):
    """A language."""

    name: str


class LanguageEdge(msgspec.Struct, gc=False):
    """A language of a repository, with its bytes."""

    size: int
    node: LanguageName


class Languages(msgspec.Struct, gc=False, rename="camel"):
    """The largest languages of a repository, and the bytes of all."""

    total_size: int = 0
    edges: list[LanguageEdge | None] | None = None


class RepositoryNode(msgspec.Struct, gc=False, rename="camel"):
    """A repository, with its languages nested so that they cost no request of their own."""

    id: str
    database_id: int
    name_with_owner: str
    is_fork: bool | None = None
    is_private: bool | None = None
    is_archived: bool | None = None
    owner: Actor | None = None
    repository_topics: Topics | None = None
    languages: Languages | None = None


class SubjectNode(msgspec.Struct, gc=False, rename="camel", kw_only=True):
    """What pull requests and issues share."""

    id: str
    number: int
    title: str
    state: str
    created_at: datetime
    updated_at: datetime
    full_database_id: str | int | None = None
    closed_at: datetime | None = None
    author_association: str | None = None
    author: Actor | None = None
    labels: Labels | None = None
    repository: RepositoryNode


class PullNode(
    SubjectNode, gc=False, rename="camel", kw_only=True, tag="PullRequest", tag_field="__typename"
):
    """A pull request."""

    is_draft: bool = False
    merged_at: datetime | None = None
    additions: int | None = None
    deletions: int | None = None
    changed_files: int | None = None
    merged_by: Actor | None = None
    comments: Comments = msgspec.field(default_factory=Comments)
    given_reviews: Reviews | None = msgspec.field(name="reviews", default=None)

    @property
    def reviews(self) -> Reviews:
        """The first reviews; none of them where GitHub left the place empty."""
        return self.given_reviews or Reviews()


class IssueNode(
    SubjectNode, gc=False, rename="camel", kw_only=True, tag="Issue", tag_field="__typename"
):
    """An issue; beside a pull request its state needs another name, as the types differ."""

    state: str = msgspec.field(name="issueState")
    state_reason: str | None = None


class Found(msgspec.Struct, gc=False, rename="camel"):
    """A page of a search, with the count of all results."""

    issue_count: int
    page_info: PageInfo
    nodes: list[PullNode | IssueNode | None] | None = None


class SearchData(msgspec.Struct, gc=False):
    """The answer to the document `search`."""

    search: Found


class NodesData(msgspec.Struct, gc=False):
    """The answer to the document `nodes`."""

    nodes: list[PullNode | IssueNode | None]


class RepositoryData(msgspec.Struct, gc=False):
    """The answer to the document `repository`."""

    repository: RepositoryNode | None = None


class OrganizationData(msgspec.Struct, gc=False):
    """The answer to the document `organization`."""

    organization: Actor | None = None


class Contributed(msgspec.Struct, gc=False, rename="camel"):
    """What GitHub counts of a person in one span of at most a year."""

    total_pull_request_contributions: int = 0
    total_pull_request_review_contributions: int = 0
    total_issue_contributions: int = 0
    restricted_contributions_count: int = 0


class PersonNode(msgspec.Struct, gc=False, rename="camel"):
    """A person with their counts of three adjoining spans; null where GitHub hides them."""

    database_id: int
    login: str
    typename: str = msgspec.field(name="__typename", default="User")
    created_at: datetime | None = None
    first: Contributed | None = None
    second: Contributed | None = None
    third: Contributed | None = None


class PersonData(msgspec.Struct, gc=False):
    """The answer to the document `person`."""

    user: PersonNode | None = None


class PullReviews(msgspec.Struct, gc=False):
    """A pull request's further reviews."""

    given_reviews: Reviews | None = msgspec.field(name="reviews", default=None)

    @property
    def reviews(self) -> Reviews:
        """The reviews; none of them where GitHub left the place empty."""
        return self.given_reviews or Reviews()


class ReviewsData(msgspec.Struct, gc=False):
    """The answer to the document `reviews`."""

    node: PullReviews | None = None
