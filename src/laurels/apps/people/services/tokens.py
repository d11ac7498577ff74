"""What other rooms ask for: the token for GitHub of somebody who signed in."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.models import User

from laurels.apps.people.models import Contributor, GitHubToken
from laurels.apps.people.selectors_access import contributor_of
from laurels.apps.people.services.github_tokens import HeldToken, owner_of

__all__ = ["HeldToken", "token_for"]


def token_for(who: User | Contributor) -> HeldToken | None:
    """Return the token that somebody gave us, opened; None where there is none or it ran out.

    It must not be stored, logged or put into a job: jobs take a reference to it
    (`services.references`).
    """
    person = who if isinstance(who, Contributor) else contributor_of(who)
    if person is None or person.erased_at is not None:
        return None
    row = GitHubToken.objects.filter(contributor=person, invalidated_at=None).first()
    if row is None or (
        row.expires_at is not None and row.expires_at <= settings.LAURELS_CLOCK.now()
    ):
        return None
    token = settings.LAURELS_VAULT.open(row.sealed, owner_of(person.ref)).decode()
    return HeldToken(row.pk, token, row.fingerprint, frozenset(row.scopes.split()), row.expires_at)
