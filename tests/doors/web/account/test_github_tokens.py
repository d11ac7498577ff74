"""Tokens of a GitHub App that end after eight hours are refreshed before they do."""

from __future__ import annotations

from typing import Any

import pytest

from laurels.adapters.github.user_tokens import Fresh
from laurels.apps.audit.actors import SYSTEM
from laurels.apps.audit.models import AuditRow
from laurels.apps.people.models import GitHubToken
from laurels.apps.people.services.accounts import account_close
from laurels.apps.people.services.github_tokens import github_token_claim
from laurels.apps.people.services.tokens import HeldToken, token_for
from laurels.kit.clock import ManualClock
from laurels.lab.github.doors.oauth import TOKEN_SECONDS
from tests.doors.web.conftest import NOW
from tests.fakes.oauth import GitHubOAuth
from tests.plugins.account import SignIn, person

NEARLY = TOKEN_SECONDS - 300


@pytest.fixture
def first(github: GitHubOAuth, sign_in: SignIn, clock: ManualClock) -> HeldToken:
    """Sign ada in with an App whose tokens end; return her first token."""
    github.app.has_expiring_tokens = True
    sign_in("ada")
    # allauth tells the end by the machine's clock; the test's stands still elsewhere.
    GitHubToken.objects.update(expires_at=NOW + TOKEN_SECONDS)
    return held()


def held() -> HeldToken:
    found = token_for(person("ada"))
    assert found is not None
    return found


def exchanges(github: GitHubOAuth) -> int:
    return github.faults.count("access_token$")


def test_token_when_its_end_is_far_then_github_is_not_asked(
    github: GitHubOAuth, first: HeldToken, clock: ManualClock
) -> None:
    clock.advance(NEARLY - 1)
    assert held() == first
    assert exchanges(github) == 1


def test_token_when_its_end_is_near_then_refreshed_once_and_the_new_one_serves(
    github: GitHubOAuth, first: HeldToken, clock: ManualClock
) -> None:
    clock.advance(NEARLY)
    second = held()
    assert second.token != first.token
    assert github.world.grant(second.token) is not None
    assert second.expires_at == NOW + NEARLY + TOKEN_SECONDS
    assert second.scopes == frozenset({"read:user"})
    assert held() == second
    assert exchanges(github) == 2
    (old, _) = GitHubToken.objects.order_by("id")
    assert (old.sealed, old.sealed_refresh, old.invalidated_reason) == ("", "", "replaced")
    clock.advance(NEARLY)
    assert held().token not in (first.token, second.token)


def test_token_when_it_ran_out_unused_then_still_refreshed(
    first: HeldToken, clock: ManualClock
) -> None:
    clock.advance(TOKEN_SECONDS * 3)
    assert held().token != first.token


def test_token_when_another_process_refreshes_then_the_old_one_serves_until_its_end(
    github: GitHubOAuth, first: HeldToken, clock: ManualClock
) -> None:
    clock.advance(NEARLY)
    row = GitHubToken.objects.get()
    assert github_token_claim(row, now=clock.now())
    assert not github_token_claim(row, now=clock.now())
    assert held() == first
    assert exchanges(github) == 1
    clock.advance(60)  # the other one died: its claim is over
    assert held().token != first.token


def test_token_when_github_is_away_then_the_old_one_serves_and_the_next_tries(
    github: GitHubOAuth, first: HeldToken, clock: ManualClock
) -> None:
    clock.advance(NEARLY)
    github.faults.add("502", path="access_token")
    assert held() == first
    assert held().token != first.token


def test_token_when_github_is_away_past_its_end_then_none_until_it_answers(
    github: GitHubOAuth, first: HeldToken, clock: ManualClock
) -> None:
    clock.advance(TOKEN_SECONDS)
    github.faults.add("timeout", path="access_token", seconds=0.01)
    assert token_for(person("ada")) is None
    assert held().token != first.token


def test_token_when_github_refuses_to_refresh_then_none_and_the_reason_is_kept(
    github: GitHubOAuth, first: HeldToken, clock: ManualClock
) -> None:
    github.sign_in.refreshes.clear()
    clock.advance(NEARLY)
    assert token_for(person("ada")) is None
    row = GitHubToken.objects.get()
    assert (row.invalidated_reason, row.sealed, row.sealed_refresh) == ("refresh_refused", "", "")
    assert AuditRow.objects.filter(action="github-token:invalidate").count() == 1


def test_token_when_the_clients_secret_is_wrong_then_nothing_is_forgotten(
    github: GitHubOAuth, first: HeldToken, clock: ManualClock
) -> None:
    github.app.client_secret = "another"
    clock.advance(NEARLY)
    assert held() == first
    assert GitHubToken.objects.get().invalidated_at is None


def test_token_when_the_account_is_closed_while_github_answers_then_nothing_comes_back(
    github: GitHubOAuth, first: HeldToken, clock: ManualClock, settings: Any
) -> None:
    real = settings.LAURELS_USER_TOKENS

    class Slow:
        def refresh(self, text: str) -> Fresh:
            """Take so long that the account is closed meanwhile."""
            fresh: Fresh = real.refresh(text)
            account_close(person("ada").pk, now=clock.now(), acting=SYSTEM)
            return fresh

    settings.LAURELS_USER_TOKENS = Slow()
    clock.advance(NEARLY)
    assert token_for(person("ada")) is None
    assert not GitHubToken.objects.exclude(sealed="", sealed_refresh="").exists()
