"""What can be refused about projects and repositories."""

from __future__ import annotations

from laurels.apps.people.errors import NotFound


class ProjectNotFound(NotFound):
    """No project has, or had, this slug."""


class RepositoryNotFound(NotFound):
    """This repository is not registered here."""


class ProjectFaults(Exception):
    """A project may not be written like this; `faults` holds (field, reason) pairs."""

    status_code = 422
    code = "project_faults"

    def __init__(self, faults: tuple[tuple[str, str], ...]) -> None:
        self.faults = faults
        super().__init__("; ".join(f"{field}: {reason}" for field, reason in faults))


class StateConflict(Exception):
    """Somebody else was first, or it is already so; the message says what holds."""

    status_code = 409
    code = "state_conflict"


class LastOwner(StateConflict):
    """A project that has an owner keeps one."""

    code = "last_owner"


class NotOnTheTeam(StateConflict):
    """This person has no role in the project that could be ended or handed on."""

    code = "not_on_the_team"


class InvitationNotFound(NotFound):
    """No open invitation of this number is for the one who asks."""


class OfferNotFound(NotFound):
    """No open offer of this number is for the one who asks."""


class RegistrationNotFound(NotFound):
    """No registration of this number is in the project."""
