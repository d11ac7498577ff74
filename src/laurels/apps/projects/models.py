"""Projects and chapters, and the repositories they own over time."""

from __future__ import annotations

from django.db import models

from laurels.apps.fields import InstantField


class ProjectKind(models.TextChoices):
    """What a project is to its program."""

    PROJECT = "project"
    CHAPTER = "chapter"


class Project(models.Model):
    """A body of work with maintainers and repositories; `ref` stands for it in the ledger.

    `owner_key` is the casefolded GitHub login whose newly met repositories come here by
    themselves; it stays when the slug changes.
    """

    ref = models.CharField(max_length=32, unique=True)
    slug = models.CharField(max_length=120, unique=True)
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=10, choices=ProjectKind, default=ProjectKind.PROJECT)
    description = models.CharField(max_length=1000, default="", blank=True)
    difficulty = models.CharField(max_length=20, default="", blank=True)
    owner_key = models.CharField(max_length=100, default="", blank=True)
    created_at = InstantField()

    class Meta:
        """One project takes an owner's new repositories."""

        constraints = [
            models.UniqueConstraint(
                fields=["owner_key"],
                condition=~models.Q(owner_key=""),
                name="projects_one_for_an_owner",
            )
        ]

    def __str__(self) -> str:
        return self.name


class SlugHistory(models.Model):
    """A slug that a project had before."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="old_slugs")
    slug = models.CharField(max_length=120, unique=True)

    class Meta:
        """Named for people."""

        verbose_name_plural = "slug histories"


class Tag(models.Model):
    """A word that groups projects."""

    key = models.CharField(max_length=60, unique=True)
    projects = models.ManyToManyField(Project, related_name="tags", through="ProjectTag")

    def __str__(self) -> str:
        return self.key


class ProjectTag(models.Model):
    """A project carries a tag."""

    project = models.ForeignKey(Project, models.CASCADE)
    tag = models.ForeignKey(Tag, models.CASCADE)

    class Meta:
        """Once each."""

        constraints = [models.UniqueConstraint(fields=["project", "tag"], name="projects_one_tag")]


class ProjectArchival(models.Model):
    """[starts_at, ends_at): the project is archived and its work earns nothing."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="archivals")
    starts_at = InstantField()
    ends_at = InstantField(null=True)

    class Meta:
        """At most one without an end."""

        constraints = [
            models.UniqueConstraint(
                fields=["project"], condition=models.Q(ends_at=None), name="projects_one_archival"
            )
        ]


class Repository(models.Model):
    """A GitHub repository by numeric id; its name is only the latest one seen.

    The moments `…_at` are those of the newest fact that carried the field: facts arrive in any
    order, and most carry a name only.
    """

    github_id = models.BigIntegerField(unique=True)
    full_name = models.CharField(max_length=240, db_index=True)
    owner_login = models.CharField(max_length=100)
    owner_github_id = models.BigIntegerField(null=True)
    is_fork = models.BooleanField(null=True)
    is_private = models.BooleanField(null=True)
    topics = models.TextField(null=True)
    seen_at = InstantField()
    owner_at = InstantField(default=0)
    fork_at = InstantField(default=0)
    private_at = InstantField(default=0)
    topics_at = InstantField(default=0)

    class Meta:
        """Named for people."""

        verbose_name_plural = "repositories"

    def __str__(self) -> str:
        return self.full_name


class RepositoryMembership(models.Model):
    """A repository belongs to one project during [starts_at, ends_at); None is unbounded.

    Work opened before the first membership counts for the first project.
    """

    repository = models.ForeignKey(Repository, models.CASCADE, related_name="memberships")
    project = models.ForeignKey(Project, models.CASCADE, related_name="memberships")
    starts_at = InstantField(null=True)
    ends_at = InstantField(null=True)

    class Meta:
        """One is the first and one is the last, so a repository is in one project at a time."""

        constraints = [
            models.UniqueConstraint(
                fields=["repository"],
                condition=models.Q(starts_at=None),
                name="projects_one_first_membership",
            ),
            models.UniqueConstraint(
                fields=["repository"],
                condition=models.Q(ends_at=None),
                name="projects_one_open_membership",
            ),
        ]


class DisableCause(models.TextChoices):
    """What made a repository be disabled; people's words stand beside it."""

    MANUAL = "manual"
    PRIVATISED = "privatised"
    DELETED = "deleted"
    ARCHIVED = "archived"
    TRANSFERRED = "transferred"
    RIGHTS_LOST = "rights_lost"


class RepositoryDisablement(models.Model):
    """[starts_at, ends_at): the repository is disabled and its work earns nothing."""

    repository = models.ForeignKey(Repository, models.CASCADE, related_name="disablements")
    starts_at = InstantField()
    ends_at = InstantField(null=True)
    reason = models.CharField(max_length=100)
    cause = models.CharField(max_length=20, choices=DisableCause, default=DisableCause.MANUAL)

    class Meta:
        """At most one without an end."""

        constraints = [
            models.UniqueConstraint(
                fields=["repository"],
                condition=models.Q(ends_at=None),
                name="projects_one_disablement",
            )
        ]


from laurels.apps.projects.models_registering import (  # noqa: E402 - they refer to the above
    Registration,
    RegistrationStep,
    RepositoryHook,
)
from laurels.apps.projects.models_roles import (  # noqa: E402
    Invitation,
    OwnershipTransfer,
    ProgramRole,
    ProjectRole,
)

__all__ = [
    "DisableCause",
    "Invitation",
    "OwnershipTransfer",
    "ProgramRole",
    "Project",
    "ProjectArchival",
    "ProjectKind",
    "ProjectRole",
    "ProjectTag",
    "Registration",
    "RegistrationStep",
    "Repository",
    "RepositoryDisablement",
    "RepositoryHook",
    "RepositoryMembership",
    "SlugHistory",
    "Tag",
]
