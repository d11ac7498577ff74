"""What can be refused about people."""

from __future__ import annotations


class NotFound(Exception):
    """There is no such thing, or none that the asker may know of."""

    status_code = 404
    code = "not_found"


class ContributorNotFound(NotFound):
    """Nobody here has, or had, this login."""


class AlreadyBanned(Exception):
    """A ban is in force, or this one would run into another."""

    status_code = 409
    code = "already_banned"


class NotBanned(Exception):
    """There is no ban to lift."""

    status_code = 409
    code = "not_banned"
