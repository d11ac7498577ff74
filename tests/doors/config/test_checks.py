from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings

from laurels.config import checks
from laurels.config.env import Settings

Install = Callable[..., None]


@pytest.fixture
def install(settings: LazySettings, tmp_path: Path) -> Install:
    def put(**fields: Any) -> None:
        embedded = {"data_dir": tmp_path, "database_url": "", "redis_url": ""}
        settings.LAURELS = Settings(**{**embedded, **fields})

    put()
    return put


def ids(check: Callable[[], list[Any]]) -> list[str]:
    found = check()
    assert all(message.hint for message in found)
    return [message.id for message in found]


def test_checks_when_all_is_well_then_silent(install: Install) -> None:
    for check in (checks.provider, checks.data_dir, checks.key_file, checks.exposure):
        assert ids(check) == []
    assert ids(checks.database) == []


def test_provider_when_unknown_then_e001_lists_those_there_are(install: Install) -> None:
    install(certificate_provider="remoot")
    assert ids(checks.provider) == ["laurels.E001"]
    assert "local" in checks.provider()[0].hint


def test_data_dir_when_under_a_file_then_e002(install: Install, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    install(data_dir=tmp_path / "file" / "data")
    assert ids(checks.data_dir) == ["laurels.E002"]


def test_key_file_when_others_may_read_then_e003(install: Install, tmp_path: Path) -> None:
    key = tmp_path / "keys" / "session.key"
    key.parent.mkdir()
    key.touch(mode=0o600)
    assert ids(checks.key_file) == []
    key.chmod(0o640)
    assert ids(checks.key_file) == ["laurels.E003"]


def test_exposure_when_debug_in_public_then_e004(install: Install) -> None:
    install(public_url="https://laurels.example", debug=True)
    assert ids(checks.exposure) == ["laurels.E004"]


def test_exposure_when_public_without_tls_then_w002(install: Install) -> None:
    install(public_url="http://laurels.example")
    assert ids(checks.exposure) == ["laurels.W002"]


def test_exposure_when_debug_on_this_machine_then_silent(install: Install) -> None:
    install(public_url="http://localhost:8000", debug=True)
    assert ids(checks.exposure) == []


def test_database_when_requests_are_transactions_then_e005(
    install: Install, monkeypatch: pytest.MonkeyPatch, settings: LazySettings
) -> None:
    monkeypatch.setitem(settings.DATABASES["default"], "ATOMIC_REQUESTS", True)
    assert ids(checks.database) == ["laurels.E005"]


def test_database_when_sqlite_is_old_then_e006(
    install: Install, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checks.sqlite3, "sqlite_version_info", (3, 34, 1))
    assert ids(checks.database) == ["laurels.E006"]
    install(database_url="postgresql://u@db/d")
    assert ids(checks.database) == []


def test_unknown_when_misspelt_then_w001_with_the_nearest_name(
    install: Install, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LAURELS_DATABSE_URL", "x")
    monkeypatch.setenv("LAURELS_ZZZZZZZZ", "x")
    assert ids(checks.unknown) == ["laurels.W001", "laurels.W001"]
    hints = [message.hint for message in checks.unknown()]
    assert hints == ["Did you mean LAURELS_DATABASE_URL?", "Remove it."]
