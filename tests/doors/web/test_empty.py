from __future__ import annotations

import pytest

from tests.doors.web.conftest import Get


@pytest.mark.parametrize(
    "address", ["/", "/leaderboard/", "/projects/", "/rules/", "/certificates/"]
)
def test_page_when_nothing_is_there_yet_then_says_so(db: None, get: Get, address: str) -> None:
    answer = get(address)

    assert answer.status == 200
    assert "[[undefined" not in answer.body
    assert "Nothing has been imported yet." in answer.text


def test_rules_when_none_are_published_then_says_who_begins(db: None, get: Get) -> None:
    assert "This program has no rules yet" in get("/rules/").text
    assert get("/rules/1/").status == 404
    assert get("/rules/1.csv").status == 404
    assert get("/leaderboard.csv").status == 404
