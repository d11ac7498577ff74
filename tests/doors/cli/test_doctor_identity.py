from __future__ import annotations

from typing import Any

import pytest

from laurels.apps.people.models import GitHubToken
from tests.apps import factories
from tests.doors.cli.conftest import NOW, Laurels

SET = {
    "github_client_id": "Iv1.x",
    "github_client_secret": "hush-hush",
    "public_url": "https://laurels.example",
}


def found(laurels: Laurels, check: str) -> list[dict[str, Any]]:
    return [row for row in laurels("doctor", "--json").json["checks"] if row["id"] == check]


@pytest.mark.parametrize(
    ("change", "state", "words"),
    [
        ({"github_client_id": "", "github_client_secret": ""}, "ok", "nobody signs in"),
        ({}, "ok", "callback URL must be https://laurels.example/sign-in/github/"),
        ({"public_url": "http://127.0.0.1:8000"}, "ok", "http://127.0.0.1:8000/sign-in/github/"),
        ({"github_client_secret": ""}, "failed", "only one"),
        ({"github_client_id": ""}, "failed", "only one"),
        ({"public_url": "http://laurels.example"}, "failed", "LAURELS_PUBLIC_URL"),
        ({"github_web_url": "http://github.corp"}, "failed", "LAURELS_GITHUB_WEB_URL"),
        ({"github_api_url": "http://github.corp"}, "failed", "LAURELS_GITHUB_API_URL"),
    ],
)
def test_sign_in_when_looked_at_then_told_what_is_wrong_and_no_secret(
    laurels: Laurels, settings: Any, change: dict[str, str], state: str, words: str
) -> None:
    settings.LAURELS = settings.LAURELS.model_copy(update=SET | change)
    (row,) = found(laurels, "D21")
    assert (row["state"], words in row["detail"]) == (state, True), row
    assert bool(row["hint"]) is (state == "failed")
    assert "hush-hush" not in laurels("doctor").out


def test_keys_when_one_is_gone_then_failed(laurels: Laurels) -> None:
    (row,) = found(laurels, "D22")
    assert row["state"] == "ok"
    sealed = {"sealed": "v1.9.AAAA", "sealed_refresh": "v1.9.BBBB", "fingerprint": "f"}
    person = factories.contributor("ada")
    GitHubToken.objects.create(contributor=person, created_at=NOW, **sealed)
    (row,) = found(laurels, "D22")
    assert row["state"] == "failed"
    assert "2 secrets sealed with keys that are gone: token_vault 9" in row["detail"]
