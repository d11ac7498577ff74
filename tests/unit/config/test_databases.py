from __future__ import annotations

from pathlib import Path

from laurels.config.databases import databases, postgresql, sqlite
from laurels.config.env import Settings


def test_databases_when_embedded_then_a_file_in_the_data_folder(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, database_url="")
    default = databases(settings, is_serving=True, is_direct=False)["default"]
    assert default["NAME"] == str(tmp_path / "laurels.sqlite3")
    assert default["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    assert default["ATOMIC_REQUESTS"] is False
    assert default["OPTIONS"]["timeout"] == 20


def test_databases_when_embedded_and_serving_then_threads_queue_at_the_gate(
    tmp_path: Path,
) -> None:
    settings = Settings(data_dir=tmp_path, database_url="")
    serving = databases(settings, is_serving=True, is_direct=False)["default"]
    command = databases(settings, is_serving=False, is_direct=False)["default"]
    assert serving["ENGINE"] == "laurels.config.gated"
    assert command["ENGINE"] == "django.db.backends.sqlite3"


def test_sqlite_when_connecting_then_power_loss_and_erasure_are_covered() -> None:
    init = sqlite("x")["OPTIONS"]["init_command"]
    assert "synchronous=FULL" in init
    assert "secure_delete=ON" in init
    assert "journal_mode" not in init


def test_databases_when_a_pooler_is_between_then_only_migrations_pass_by_it(tmp_path: Path) -> None:
    settings = Settings(
        data_dir=tmp_path,
        database_url="postgresql://u@pooler/d",
        database_direct_url="postgresql://u@direct/d",
    )
    usual = databases(settings, is_serving=False, is_direct=False)["default"]
    direct = databases(settings, is_serving=False, is_direct=True)["default"]
    assert (usual["HOST"], direct["HOST"]) == ("pooler", "direct")
    assert usual["DISABLE_SERVER_SIDE_CURSORS"]
    assert usual["OPTIONS"]["prepare_threshold"] is None
    assert not direct["DISABLE_SERVER_SIDE_CURSORS"]
    assert "prepare_threshold" not in direct["OPTIONS"]


def test_databases_when_serving_then_a_pool_and_else_none(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, database_url="postgresql://u@db/d", database_pool_size=7)
    serving = databases(settings, is_serving=True, is_direct=False)["default"]
    command = databases(settings, is_serving=False, is_direct=True)["default"]
    assert serving["OPTIONS"]["pool"]["max_size"] == 7
    assert serving["OPTIONS"]["pool"]["reconnect_timeout"] == 2
    assert "pool" not in command["OPTIONS"]
    assert command["HOST"] == "db"


def test_postgresql_when_parts_are_escaped_then_read_back() -> None:
    found = postgresql(
        "postgresql://us%40er:p%2Fw@db.example:5433/lau%20rels?sslmode=require",
        pool_size=0,
        is_pooled=False,
    )
    assert (found["USER"], found["PASSWORD"], found["NAME"]) == ("us@er", "p/w", "lau rels")
    assert (found["HOST"], found["PORT"]) == ("db.example", "5433")
    assert found["OPTIONS"] == {"sslmode": "require", "connect_timeout": 5}


def test_postgresql_when_a_socket_folder_then_it_is_the_host() -> None:
    url = "postgresql://postgres:@/laurels?host=/var/run/pg&port=5440&connect_timeout=2"
    found = postgresql(url, pool_size=0, is_pooled=False)
    assert (found["HOST"], found["PORT"]) == ("/var/run/pg", "5440")
    assert found["OPTIONS"]["connect_timeout"] == "2"
