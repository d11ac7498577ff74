from __future__ import annotations

from typing import Any

import pytest
from django.test import Client, RequestFactory
from django.views.defaults import bad_request, permission_denied, server_error

from laurels.web.views import home
from tests.doors.web.conftest import Get


def test_page_when_there_is_none_then_404_that_helps(db: None, get: Get) -> None:
    answer = get("/no/such/page")
    assert answer.status == 404
    assert "It may be mistyped, or what was here is gone." in answer.text
    assert "[[undefined" not in answer.body


def test_fault_when_a_view_breaks_then_500_without_the_database(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr(home, "data_now", broken)
    client.raise_request_exception = False
    answer = client.get("/")
    assert answer.status_code == 500
    body = answer.content.decode()
    assert "No points were changed." in body
    assert "secret detail" not in body


@pytest.mark.parametrize(
    ("view", "status", "words"),
    [
        (bad_request, 400, "could not be read"),
        (permission_denied, 403, "You may not do this."),
    ],
)
def test_refusal_when_shown_then_says_what_and_that_nothing_changed(
    db: None, view: Any, status: int, words: str
) -> None:
    answer = view(RequestFactory().get("/"), Exception())
    assert answer.status_code == status
    assert words in answer.content.decode()
    assert "Nothing was changed." in answer.content.decode()


def test_server_error_when_shown_then_has_no_undefined_word() -> None:
    assert "[[undefined" not in server_error(RequestFactory().get("/")).content.decode()


def test_form_when_its_token_is_missing_then_403_that_says_so(db: None) -> None:
    answer = Client(enforce_csrf_checks=True).post("/staff/x/")
    assert answer.status_code == 403
    assert "This form could not be trusted." in answer.content.decode()


@pytest.mark.parametrize("address", ["/", "/leaderboard/", "/rules/", "/certificates/"])
def test_pages_when_posted_to_then_405(db: None, client: Client, address: str) -> None:
    assert client.post(address).status_code == 405


def test_favicon_when_asked_at_the_old_address_then_led_on(db: None, get: Get) -> None:
    assert get("/favicon.ico").response["Location"] == "/static/laurels/favicon.svg"
