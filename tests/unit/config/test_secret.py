from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from laurels.config.faults import SettingsFaults
from laurels.config.secret import make_folder, session_key


def test_session_key_when_first_asked_then_made_for_the_owner_alone(tmp_path: Path) -> None:
    key = session_key(tmp_path / "data")
    path = tmp_path / "data" / "keys" / "session.key"
    assert len(key) >= 64
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert session_key(tmp_path / "data") == key
    assert [entry.name for entry in path.parent.iterdir()] == ["session.key"]


def test_session_key_when_two_installations_then_two_keys(tmp_path: Path) -> None:
    assert session_key(tmp_path / "a") != session_key(tmp_path / "b")


def test_session_key_when_asked_by_many_at_once_then_one_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(lambda _: session_key(tmp_path), range(32)))
    assert len(keys) == 1


def test_session_key_when_the_folder_is_a_file_then_names_the_setting(tmp_path: Path) -> None:
    (tmp_path / "keys").touch()
    with pytest.raises(SettingsFaults, match=r"LAURELS_DATA_DIR: .*keys cannot be used"):
        session_key(tmp_path)


def test_session_key_when_the_file_is_empty_then_refused_with_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "keys").mkdir()
    (tmp_path / "keys" / "session.key").write_text("\n", encoding="ascii")
    with pytest.raises(SettingsFaults, match="holds no usable key; remove it"):
        session_key(tmp_path)


def test_make_folder_when_missing_then_made_for_the_owner_alone(tmp_path: Path) -> None:
    make_folder(tmp_path / "a" / "b")
    make_folder(tmp_path / "a" / "b")
    assert stat.S_IMODE((tmp_path / "a" / "b").stat().st_mode) == 0o700


def test_make_folder_when_under_a_file_then_names_the_setting(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(SettingsFaults, match=r"LAURELS_DATA_DIR: .*file.data cannot be used"):
        make_folder(tmp_path / "file" / "data")
