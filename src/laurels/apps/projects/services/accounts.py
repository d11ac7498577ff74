"""Find the GitHub account that somebody means by a login, before they are invited."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from laurels.apps.people.selectors import contributors_by_login
from laurels.apps.projects.errors import ProjectFaults

if TYPE_CHECKING:
    from laurels.adapters.github.client import GitHub


@dataclass(frozen=True, slots=True)
class Account:
    """A GitHub account by its numeric id, and how it is called now."""

    github_id: int
    login: str


def account_find(login: str, *, github: GitHub) -> Account:
    """Return who has the login at GitHub now; call it outside transactions.

    Without any token for GitHub, who is known here under it. Raises ProjectFaults where nobody is
    called so, or where GitHub cannot say: a login alone must never decide, for it can be reused.
    """
    # Loaded when somebody is looked up: the HTTP client behind it takes 10 MB.
    from laurels.adapters.github.client import GitHubFault, Missing, MissingToken

    name = login.strip().removeprefix("@")
    if not name or len(name) > 100:
        raise ProjectFaults((("login", "must be the login of an account on GitHub"),))
    try:
        found = github.urgent().account(name)
        return Account(found.id, found.login)
    except Missing:
        raise ProjectFaults((("login", "nobody is called so on GitHub"),)) from None
    except MissingToken:
        known = contributors_by_login([name]).get(name)
        if known is None or known.github_id is None or known.login_key != name.casefold():
            raise ProjectFaults(
                (("login", "nobody is known here by this login, and GitHub cannot be asked"),)
            ) from None
        return Account(known.github_id, known.login)
    except GitHubFault as fault:
        raise ProjectFaults((("login", f"GitHub cannot be asked now ({fault})"),)) from None
