"""How a repository came to be connected: the steps of its registration, and its webhook."""

from __future__ import annotations

from django.db import models

from laurels.apps.fields import InstantField


class HookState(models.TextChoices):
    """What is known of a hook at GitHub."""

    ACTIVE = "active"
    REMOVED = "removed"


class RepositoryHook(models.Model):
    """A webhook of one repository at GitHub, and the secrets that sign its deliveries.

    Both secrets are sealed by the vault to the owner `hook:<GitHub id of the repository>`. While a
    secret is rotated the previous one holds as well, until `previous_until`.
    """

    repository = models.ForeignKey("projects.Repository", models.CASCADE, related_name="hooks")
    hook_id = models.BigIntegerField(unique=True)
    secret = models.TextField()
    previous_secret = models.TextField(default="", blank=True)
    previous_until = InstantField(null=True)
    state = models.CharField(max_length=10, choices=HookState, default=HookState.ACTIVE)
    created_at = InstantField()
    ping_at = InstantField(null=True)

    class Meta:
        """One that works a repository."""

        constraints = [
            models.UniqueConstraint(
                fields=["repository"],
                condition=models.Q(state="active"),
                name="projects_one_active_hook",
            )
        ]


class Registration(models.Model):
    """A repository on its way in, by the name it was asked for under.

    The numeric id decides once it is known: given by the operator, or told by GitHub in the first
    step. `registrar` is whose rights at GitHub are used; None: the operator's, without GitHub.
    """

    project = models.ForeignKey("projects.Project", models.CASCADE, related_name="registrations")
    repository = models.OneToOneField(
        "projects.Repository", models.CASCADE, null=True, related_name="registration"
    )
    full_name = models.CharField(max_length=240)
    name_key = models.CharField(max_length=240, db_index=True)
    registrar = models.ForeignKey(
        "people.Contributor", models.SET_NULL, null=True, related_name="registrations"
    )
    created_at = InstantField()

    def __str__(self) -> str:
        return self.full_name


class Step(models.TextChoices):
    """A step of a registration, in this order."""

    RIGHTS = "rights"
    HOOK = "hook"
    PING = "ping"
    BACKFILL = "backfill"


class StepState(models.TextChoices):
    """Where a step stands."""

    WAITING = "waiting"
    DONE = "done"
    FAILED = "failed"
    SKIPPED = "skipped"


class RegistrationStep(models.Model):
    """One step: `error` is a stable code, `detail` says it in a sentence."""

    registration = models.ForeignKey(Registration, models.CASCADE, related_name="steps")
    step = models.CharField(max_length=10, choices=Step)
    state = models.CharField(max_length=10, choices=StepState, default=StepState.WAITING)
    error = models.CharField(max_length=40, default="", blank=True)
    detail = models.CharField(max_length=300, default="", blank=True)
    attempts = models.PositiveIntegerField(default=0)
    changed_at = InstantField()

    class Meta:
        """Each step once."""

        constraints = [
            models.UniqueConstraint(fields=["registration", "step"], name="projects_one_step")
        ]
