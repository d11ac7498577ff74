from __future__ import annotations

import base64
import json
from pathlib import Path

import pytest

from laurels.adapters.keyring import KeyMissing, RingFault, kept_ring, read_ring

KEY = base64.b64encode(bytes(32)).decode()
OTHER = base64.urlsafe_b64encode(b"\xff" * 32).decode().rstrip("=")


def test_read_ring_when_one_key_then_it_is_active() -> None:
    ring = read_ring(json.dumps({"k1": KEY}), "")
    assert (ring.active, ring.keys) == ("k1", {"k1": bytes(32)})


def test_read_ring_when_several_then_the_named_one_is_active() -> None:
    ring = read_ring(json.dumps({"k1": KEY, "k2": OTHER}), "k2")
    assert (ring.active, ring.keys["k2"]) == ("k2", b"\xff" * 32)


@pytest.mark.parametrize(
    ("text", "active", "fault"),
    [
        ("{", "", "not JSON"),
        ("[]", "", "must be a JSON object"),
        ("{}", "", "must be a JSON object"),
        (json.dumps({"k1": KEY, "k2": KEY}), "", "say which is active"),
        (json.dumps({"k1": KEY}), "k2", "no key 'k2'"),
        (json.dumps({"k.1": KEY}), "", "key id"),
        (json.dumps({"k1": "c2hvcnQ="}), "", "not 32 bytes"),
        (json.dumps({"k1": "ä"}), "", "not 32 bytes"),
        (json.dumps({"k1": None}), "", "not 32 bytes"),
    ],
)
def test_read_ring_when_wrong_then_says_what(text: str, active: str, fault: str) -> None:
    with pytest.raises(RingFault, match=fault):
        read_ring(text, active)


def test_kept_ring_when_first_asked_then_made_and_kept(tmp_path: Path) -> None:
    folder = tmp_path / "keys"
    ring = kept_ring(folder, "vault")
    assert ring.active == "1"
    assert kept_ring(folder, "vault").keys == ring.keys
    assert (folder / "vault-1.key").stat().st_mode & 0o777 == 0o600


def test_kept_ring_when_a_new_key_is_wanted_then_it_is_active_and_the_old_stays(
    tmp_path: Path,
) -> None:
    first = kept_ring(tmp_path, "vault")
    for number in range(2, 12):
        assert kept_ring(tmp_path, "vault", make_new=True).active == str(number)
    ring = kept_ring(tmp_path, "vault")
    assert ring.active == "11"
    assert ring.keys["1"] == first.keys["1"]
    assert len(set(ring.keys.values())) == 11


def test_kept_ring_when_other_files_lie_there_then_left_alone(tmp_path: Path) -> None:
    for name in ("vault-x.key", "vault-01.key", "vault.key", "vaults-1.key"):
        (tmp_path / name).write_text("x")
    assert kept_ring(tmp_path, "vault").keys.keys() == {"1"}


def test_kept_ring_when_a_file_is_damaged_then_named(tmp_path: Path) -> None:
    kept_ring(tmp_path, "vault")
    (tmp_path / "vault-1.key").write_text("zz")
    with pytest.raises(KeyMissing, match=r"vault-1\.key is damaged"):
        kept_ring(tmp_path, "vault")
