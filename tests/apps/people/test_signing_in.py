from __future__ import annotations

import json
from typing import Any

import pytest
from django.conf import settings
from django.db import connection

from laurels.adapters.vault import VaultRefused
from laurels.apps.audit.actors import SYSTEM, operator
from laurels.apps.audit.models import AuditRow
from laurels.apps.jobs.models import Job
from laurels.apps.people.errors import SignInRefused
from laurels.apps.people.models import Contributor, GitHubToken, SignIn
from laurels.apps.people.selectors import access_contributor, aliases_of
from laurels.apps.people.selectors_access import dressed, signed_in
from laurels.apps.people.services import ban_lift, ban_start, forget, people_observe
from laurels.apps.people.services.access import access_end
from laurels.apps.people.services.github_tokens import github_token_invalidate, owner_of
from laurels.apps.people.services.signing_in import (
    CHANGED,
    Grant,
    Identity,
    SignedIn,
    sign_in_complete,
)
from laurels.apps.people.services.tokens import token_for
from laurels.domain.lifecycle.facts import PersonFact

pytestmark = pytest.mark.django_db
TOKEN = "gho_" + "s" * 36


def come(github_id: int = 7, login: str = "Ada", kind: str = "User", **more: Any) -> SignedIn:
    defaults: dict[str, Any] = {
        "agent": "A  browser\n of theirs",
        "bot_logins": (),
        "vault": settings.LAURELS_VAULT,
        "now": 1000,
    }
    grant = more.pop("grant", Grant(TOKEN, scopes="repo,read:user"))
    return sign_in_complete(Identity(github_id, login, kind), grant, **{**defaults, **more})


def observe(github_id: int, login: str, at: int) -> None:
    people_observe([PersonFact(github_id, login, "User", at)], bot_logins=(), now=at, acting=SYSTEM)


def test_sign_in_when_new_then_a_person_a_user_and_a_browser() -> None:
    done = come()
    assert done.is_first
    assert (done.contributor.github_id, done.contributor.login) == (7, "Ada")
    assert done.contributor.claimed_at == 1000
    assert done.user.username == done.contributor.ref
    assert not done.user.has_usable_password()
    assert not done.user.is_staff
    found = signed_in(done.secret, now=1001)
    assert found is not None
    assert found.contributor.user == done.user
    assert found.agent == "A browser of theirs"


def test_sign_in_when_a_ghost_then_claimed_with_all_it_had() -> None:
    observe(7, "ada", 500)
    ghost = access_contributor("ada")
    done = come(login="ada")
    assert done.contributor.pk == ghost.pk
    assert come(login="ada", now=2000).is_first is False
    assert Contributor.objects.get(pk=ghost.pk).claimed_at == 1000
    assert [row.action for row in AuditRow.objects.order_by("id")] == [
        "contributor:claim",
        "sign-in:complete",
    ]


def test_sign_in_when_renamed_then_the_old_login_leads_here_and_they_are_settled() -> None:
    observe(7, "ada", 500)
    done = come(login="countess")
    assert done.contributor.login == "countess"
    assert access_contributor("ada").pk == done.contributor.pk
    assert aliases_of(done.contributor.pk) == ["ada"]
    job = Job.objects.get(kind=CHANGED)
    assert json.loads(job.arguments) == {"contributor": done.contributor.pk}


def test_sign_in_when_a_freed_login_was_taken_over_then_nothing_is_inherited() -> None:
    first = come(github_id=7, login="ada")
    come(github_id=7, login="countess", now=2000)
    stranger = come(github_id=8, login="ada", now=3000)
    assert stranger.contributor.pk != first.contributor.pk
    assert stranger.user.pk != first.user.pk
    assert stranger.is_first
    assert access_contributor("ada").pk == stranger.contributor.pk
    assert Contributor.objects.get(github_id=7).login == "countess"


def test_sign_in_when_a_freed_login_comes_before_the_rename_is_known_then_two_people() -> None:
    observe(7, "ada", 500)
    stranger = come(github_id=8, login="ada", now=3000)
    assert Contributor.objects.get(github_id=7).pk != stranger.contributor.pk
    assert Contributor.objects.get(github_id=7).user is None


@pytest.mark.parametrize(
    ("who", "code"),
    [
        ({"github_id": 0}, "identity_unknown"),
        ({"login": ""}, "identity_unknown"),
        ({"kind": "Organization"}, "not_a_person"),
        ({"kind": "Bot"}, "not_a_person"),
    ],
)
def test_sign_in_when_it_is_no_person_then_refused_without_a_trace(
    who: dict[str, Any], code: str
) -> None:
    with pytest.raises(SignInRefused) as caught:
        come(**who)
    assert caught.value.code == code
    assert not Contributor.objects.exists()


def test_sign_in_when_banned_then_refused_until_lifted() -> None:
    done = come()
    ban_start(done.contributor.pk, reason="spam", now=1500, acting=operator())
    assert signed_in(done.secret, now=1500) is None
    with pytest.raises(SignInRefused) as caught:
        come(now=1600)
    assert caught.value.code == "banned"
    assert SignIn.objects.count() == 1
    ban_lift(done.contributor.pk, reason="sorry", now=1700, acting=operator())
    assert signed_in(done.secret, now=1800) is None, "the old session stays ended"
    assert signed_in(come(now=1800).secret, now=1800) is not None


def test_signed_in_when_a_ban_begins_later_then_it_bites_by_itself_and_ends() -> None:
    done = come()
    pk = done.contributor.pk
    ban_start(pk, reason="x", now=1100, starts_at=1200, ends_at=1300, acting=operator())
    assert [signed_in(done.secret, now=at) is None for at in (1199, 1200, 1299, 1300)] == [
        *(False, True, True, False)
    ]


def test_sign_in_when_erased_then_refused_and_nothing_returns() -> None:
    done = come()
    forget(done.contributor.pk, now=2000, acting=operator())
    assert signed_in(done.secret, now=2000) is None
    with pytest.raises(SignInRefused) as caught:
        come(now=3000)
    assert caught.value.code == "erased"
    left = Contributor.objects.get()
    assert (left.github_id, left.login, left.user) == (None, "", None)
    assert not GitHubToken.objects.exists()
    assert not SignIn.objects.exists()


def test_access_end_when_called_then_every_browser_is_out() -> None:
    first, second = come(), come()
    access_end(first.contributor.pk, reason="logout_everywhere", now=1100, acting=operator())
    assert signed_in(first.secret, now=1100) is None
    assert signed_in(second.secret, now=1100) is None
    assert signed_in(come(now=1200).secret, now=1200) is not None


@pytest.mark.parametrize("secret", ["", "x", "ä\ud800"])
def test_signed_in_when_the_secret_is_unknown_then_nobody(secret: str) -> None:
    come()
    assert signed_in(secret, now=1001) is None


def test_dressed_when_staff_is_asked_then_by_setting_or_flag_and_never_stored() -> None:
    person = come().contributor
    assert not dressed(person, ()).is_staff
    assert dressed(person, (7,)).is_superuser
    person.is_staff = True
    assert dressed(person, ()).is_staff
    person.is_staff = False
    assert not dressed(person, (8,)).is_superuser
    with pytest.raises(ValueError, match="never signed in"):
        dressed(Contributor(), ())


def test_token_when_signed_in_then_sealed_and_opened_for_them_alone() -> None:
    ada, bob = come(), come(github_id=8, login="bob", grant=Grant("gho_bob"))
    held = token_for(ada.user)
    assert held is not None
    assert (held.token, held.scopes) == (TOKEN, frozenset({"repo", "read:user"}))
    assert TOKEN not in repr(held)
    row = GitHubToken.objects.get(contributor=ada.contributor)
    with pytest.raises(VaultRefused):
        settings.LAURELS_VAULT.open(row.sealed, owner_of(bob.contributor.ref))
    with connection.cursor() as cursor:
        cursor.execute("SELECT sealed, fingerprint FROM people_githubtoken")
        assert TOKEN not in str(cursor.fetchall())


def test_token_when_signed_in_again_then_the_new_one_holds() -> None:
    come()
    done = come(grant=Grant("gho_new"))
    held = token_for(done.contributor)
    assert held is not None
    assert held.token == "gho_new"
    old = GitHubToken.objects.exclude(invalidated_at=None).get()
    assert (old.sealed, old.invalidated_reason) == ("", "replaced")


def test_token_when_github_refuses_it_then_none_with_the_reason_once() -> None:
    done = come()
    held = token_for(done.user)
    assert held is not None
    for answer in (True, False):
        assert (
            github_token_invalidate(held.pk, reason="token_invalid", now=5, acting=SYSTEM) is answer
        )
    assert token_for(done.user) is None
    assert AuditRow.objects.filter(action="github-token:invalidate").count() == 1


def test_token_when_it_ran_out_or_nobody_asks_then_none() -> None:
    assert token_for(come(grant=Grant("gho_x", expires_at=2)).user) is None
    assert token_for(object()) is None  # type: ignore[arg-type]
