"""What a login may look like."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laurels.domain.logins import LOGIN_MOST, LoginInvalid, checked_login


@pytest.mark.parametrize("login", ["a", "A1", "a-b", "a-1-b", "0", "x" * LOGIN_MOST])
def test_login_when_github_may_give_it_then_returned(login: str) -> None:
    assert checked_login(login) == login


@pytest.mark.parametrize(
    "login",
    ["", "-", "-a", "a-", "a--b", "a_b", "a b", "a\n", "é", "a[bot]", "a/b", "x" * 40, "٣"],
)
def test_login_when_nobody_can_have_it_then_refused_with_its_code(login: str) -> None:
    with pytest.raises(LoginInvalid) as caught:
        checked_login(login)
    assert (caught.value.status_code, caught.value.code) == (422, "login_invalid")


@given(st.text(max_size=60))
def test_login_when_refused_then_the_message_is_ascii_and_short(text: str) -> None:
    try:
        assert checked_login(text) == text
    except LoginInvalid as error:
        assert str(error).isascii() and len(str(error)) < 600
        assert "\n" not in str(error)
