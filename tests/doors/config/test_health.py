from __future__ import annotations

import pytest
from django.conf import LazySettings
from django.db import connection
from django.test import Client


def test_livez_when_asked_then_ok_without_the_database(client: Client) -> None:
    answer = client.get("/livez")
    assert (answer.status_code, answer.content) == (200, b"ok\n")
    assert "no-store" in answer.headers["Cache-Control"]


def test_livez_when_posted_to_then_refused(client: Client) -> None:
    assert client.post("/livez").status_code == 405


@pytest.mark.django_db
def test_readyz_when_migrated_then_ok(client: Client) -> None:
    assert client.get("/readyz").status_code == 200


@pytest.mark.django_db
def test_readyz_when_not_migrated_then_503_with_the_reason(client: Client) -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE django_migrations RENAME TO elsewhere")
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert b"not migrated" in answer.content


def test_answers_when_any_then_carry_the_strict_headers(client: Client) -> None:
    headers = client.get("/livez").headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "form-action 'self'" in policy
    assert "base-uri 'none'" in policy
    assert "unsafe" not in policy
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]


def test_answers_when_the_host_is_foreign_then_refused(
    client: Client, settings: LazySettings
) -> None:
    settings.ALLOWED_HOSTS = ["laurels.example"]
    assert client.get("/admin/login/", headers={"host": "evil.example"}).status_code == 400
