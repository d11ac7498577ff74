"""Where things are on GitHub, or on the GitHub server that this program is connected to."""

from __future__ import annotations

from django.conf import settings


def on_github(path: str) -> str:
    """Return the address of `owner`, `owner/name` or what is below it."""
    web: str = settings.LAURELS.github_web_url
    return f"{web}/{path}"


def pull_on_github(repository: str, number: int | str) -> str:
    """Return the address of a pull request."""
    return on_github(f"{repository}/pull/{number}")


def issue_on_github(repository: str, number: int | str) -> str:
    """Return the address of an issue; GitHub leads on from it to a pull request of this number."""
    return on_github(f"{repository}/issues/{number}")
