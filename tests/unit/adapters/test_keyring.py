from __future__ import annotations

import stat
import threading
from pathlib import Path

import pytest

from laurels.adapters.keyring import KEY_BYTES, KeyMissing, kept_key


def test_key_when_first_asked_for_then_it_is_made_and_kept(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "a.key"
    key = kept_key(path, may_make=True)
    assert len(key) == KEY_BYTES
    assert kept_key(path, may_make=True) == kept_key(path, may_make=False) == key
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert [one.name for one in path.parent.iterdir()] == ["a.key"]


def test_key_when_another_path_then_another_key(tmp_path: Path) -> None:
    assert kept_key(tmp_path / "a", may_make=True) != kept_key(tmp_path / "b", may_make=True)


def test_key_when_it_may_not_be_made_then_it_is_missing(tmp_path: Path) -> None:
    with pytest.raises(KeyMissing, match=r"a\.key is missing"):
        kept_key(tmp_path / "a.key", may_make=False)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("text", ["", "zz", "ab" * 31, "ü"])
def test_key_when_the_file_is_damaged_then_it_says_so(tmp_path: Path, text: str) -> None:
    (tmp_path / "a.key").write_text(text, encoding="utf-8")
    with pytest.raises(KeyMissing, match="damaged"):
        kept_key(tmp_path / "a.key", may_make=True)


def test_key_when_many_ask_at_once_then_all_get_one(tmp_path: Path) -> None:
    path = tmp_path / "a.key"
    found: list[bytes] = []
    barrier = threading.Barrier(8)

    def ask() -> None:
        barrier.wait()
        found.append(kept_key(path, may_make=True))

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(found)) == 1
    assert len(found) == 8
