"""Who has which role in a project or in the program, and who is asked to take one."""

from __future__ import annotations

from django.db import models

from laurels.apps.fields import InstantField


class TeamRole(models.TextChoices):
    """A role in a project."""

    OWNER = "owner"
    MAINTAINER = "maintainer"


class ProgramRoleKind(models.TextChoices):
    """A role in the program."""

    ORGANISER = "organiser"
    STAFF = "staff"


class Answer(models.TextChoices):
    """What became of an invitation or an offer."""

    PENDING = "pending"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


class ProjectRole(models.Model):
    """[since, until): this contributor is owner or maintainer of this project."""

    project = models.ForeignKey("projects.Project", models.CASCADE, related_name="roles")
    contributor = models.ForeignKey(
        "people.Contributor", models.CASCADE, related_name="project_roles"
    )
    role = models.CharField(max_length=10, choices=TeamRole)
    since = InstantField()
    until = InstantField(null=True)
    ended_by = models.CharField(max_length=20, default="", blank=True)

    class Meta:
        """One role a person and project at a time."""

        constraints = [
            models.UniqueConstraint(
                fields=["project", "contributor"],
                condition=models.Q(until=None),
                name="projects_one_role",
            )
        ]


class ProgramRole(models.Model):
    """[since, until): this contributor is organiser or staff of the program."""

    contributor = models.ForeignKey(
        "people.Contributor", models.CASCADE, related_name="program_roles"
    )
    role = models.CharField(max_length=10, choices=ProgramRoleKind)
    since = InstantField()
    until = InstantField(null=True)

    class Meta:
        """Each role once a person at a time."""

        constraints = [
            models.UniqueConstraint(
                fields=["contributor", "role"],
                condition=models.Q(until=None),
                name="projects_one_program_role",
            )
        ]


class Invitation(models.Model):
    """Somebody is asked to join a project's team.

    The GitHub id decides who may answer; the login is only how they were called when they were
    asked, so that whoever takes it over later is not meant. Past `expires_at` nobody may.
    """

    project = models.ForeignKey("projects.Project", models.CASCADE, related_name="invitations")
    github_id = models.BigIntegerField(db_index=True)
    login = models.CharField(max_length=100)
    role = models.CharField(max_length=10, choices=TeamRole)
    invited_by = models.CharField(max_length=100)
    created_at = InstantField()
    expires_at = InstantField()
    state = models.CharField(max_length=10, choices=Answer, default=Answer.PENDING)
    answered_at = InstantField(null=True)

    class Meta:
        """One open invitation a person and project."""

        constraints = [
            models.UniqueConstraint(
                fields=["project", "github_id"],
                condition=models.Q(state="pending"),
                name="projects_one_open_invitation",
            )
        ]


class OwnershipTransfer(models.Model):
    """A project's ownership is offered to somebody, who has to accept it.

    The one who offers becomes a maintainer then; where staff offers it, `giver` is None and the
    owners there are stay.
    """

    project = models.ForeignKey("projects.Project", models.CASCADE, related_name="transfers")
    giver = models.ForeignKey(
        "people.Contributor", models.CASCADE, related_name="offers_made", null=True
    )
    taker = models.ForeignKey("people.Contributor", models.CASCADE, related_name="offers_received")
    created_at = InstantField()
    expires_at = InstantField()
    state = models.CharField(max_length=10, choices=Answer, default=Answer.PENDING)
    answered_at = InstantField(null=True)

    class Meta:
        """One open offer a project."""

        constraints = [
            models.UniqueConstraint(
                fields=["project"],
                condition=models.Q(state="pending"),
                name="projects_one_open_transfer",
            )
        ]
