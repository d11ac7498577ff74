from __future__ import annotations

from pathlib import Path

import pytest

from laurels.config import env
from laurels.config.faults import SettingsFaults


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in env.Settings.model_fields:
        monkeypatch.delenv(env.variable(name), raising=False)


def faults_of(monkeypatch: pytest.MonkeyPatch, **values: str) -> dict[str, str]:
    for name, value in values.items():
        monkeypatch.setenv(env.variable(name), value)
    with pytest.raises(SettingsFaults) as caught:
        env.load()
    return dict(caught.value.faults)


def test_load_when_nothing_set_then_embedded_on_this_machine(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    settings = env.load()
    assert settings.is_embedded
    assert not settings.is_https
    assert settings.data_dir == tmp_path / "laurels"
    assert settings.hosts == ("127.0.0.1", "localhost", "[::1]")
    assert settings.issuer == "Laurels"
    assert settings.bot_logins == ()


def test_load_when_no_data_home_then_under_home(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("XDG_DATA_HOME", raising=False)
    monkeypatch.setenv("HOME", "/home/somebody")
    assert env.load().data_dir == Path("/home/somebody/.local/share/laurels")


def test_load_when_everything_set_then_all_read(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    values = {
        "LAURELS_DATA_DIR": str(tmp_path),
        "LAURELS_DATABASE_URL": "postgresql://u@db/laurels",
        "LAURELS_DATABASE_DIRECT_URL": "postgres://u@direct:5433/laurels",
        "LAURELS_PUBLIC_URL": "https://laurels.example/",
        "LAURELS_PROGRAM_NAME": "Spring of Code",
        "LAURELS_CERTIFICATE_ISSUER": "The Foundation",
        "LAURELS_BOT_LOGINS": "k8s-ci-robot, Fejta-Bot,,",
        "LAURELS_LOG_LEVEL": "debug",
        "LAURELS_WORKER_THREADS": "3",
        "LAURELS_DEBUG": "yes",
        "LAURELS_SECRET_KEY": "x" * 50,
    }
    for name, value in values.items():
        monkeypatch.setenv(name, value)
    settings = env.load()
    assert settings.data_dir == tmp_path
    assert not settings.is_embedded
    assert settings.is_https
    assert settings.public_url == "https://laurels.example"
    assert settings.hosts == ("laurels.example", "localhost", "127.0.0.1", "[::1]")
    assert settings.issuer == "The Foundation"
    assert settings.bot_logins == ("k8s-ci-robot", "fejta-bot")
    assert settings.log_level == "DEBUG"
    assert settings.worker_threads == 3
    assert settings.debug
    assert settings.database_direct_url.endswith(":5433/laurels")


def test_load_when_database_and_redis_set_then_distributed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("LAURELS_DATABASE_URL", "postgresql://u@db/laurels")
    assert not env.load().is_distributed
    monkeypatch.setenv("LAURELS_REDIS_URL", "rediss://:pass-word@cache:6380/3")
    settings = env.load()
    assert settings.is_distributed
    assert "pass-word" not in repr(settings)


@pytest.mark.parametrize(
    ("address", "fault"),
    [
        ("http://cache/0", "must begin with redis://"),
        ("redis://", "must begin with redis://"),
        ("redis://cache/first", "must end with the number of a database"),
        ("redis://cache:x/0", "has a port that is not a number"),
    ],
)
def test_load_when_redis_address_is_wrong_then_told(
    monkeypatch: pytest.MonkeyPatch, address: str, fault: str
) -> None:
    database = "postgresql://u@db/laurels"
    faults = faults_of(monkeypatch, database_url=database, redis_url=address)
    assert faults["LAURELS_REDIS_URL"].startswith(fault)


def test_load_when_redis_without_postgresql_then_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    faults = faults_of(monkeypatch, redis_url="redis://cache/0")
    assert list(faults) == ["LAURELS_REDIS_URL"]
    assert "the embedded database has one process" in faults["LAURELS_REDIS_URL"]


def test_load_when_hosts_given_then_only_those(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LAURELS_ALLOWED_HOSTS", "a.example,b.example")
    assert env.load().hosts == ("a.example", "b.example")


def test_load_when_values_empty_then_defaults(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LAURELS_PORT", "")
    assert env.load().port == 8000


def test_load_when_seven_are_wrong_then_all_named_at_once(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "file"
    file.touch()
    faults = faults_of(
        monkeypatch,
        data_dir=str(file),
        database_url="mysql://u@h/d",
        database_direct_url="postgresql://u@h/d",
        public_url="laurels.example",
        port="70000",
        log_level="loud",
        secret_key="short",
    )
    assert faults == {
        "LAURELS_DATA_DIR": "is a file, not a folder",
        "LAURELS_DATABASE_URL": (
            "must begin with postgresql:// (leave it empty for the embedded database)"
        ),
        "LAURELS_DATABASE_DIRECT_URL": "is of use only beside a valid LAURELS_DATABASE_URL",
        "LAURELS_PUBLIC_URL": "must begin with http:// or https:// and name a host",
        "LAURELS_PORT": "Input should be less than or equal to 65535",
        "LAURELS_LOG_LEVEL": "Input should be 'DEBUG', 'INFO', 'WARNING' or 'ERROR'",
        "LAURELS_SECRET_KEY": "must have at least 50 characters",
    }


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("database_url", "postgresql://u@h", "must name a database"),
        ("database_url", "postgresql://u@h:99999/d", "has a port that is not a number"),
        ("public_url", "https://laurels.example/sub", "must be only scheme, host and port"),
        ("public_url", "https://u:p@laurels.example", "must be only scheme, host and port"),
        ("public_url", "https://laurels.example:x", "has a port that is not a number"),
        ("public_url", "ftp://laurels.example", "must begin with http:// or https://"),
        ("program_name", "x" * 81, "at most 80"),
        ("worker_threads", "-1", "greater than or equal to 0"),
        ("debug", "perhaps", "valid boolean"),
    ],
)
def test_load_when_one_is_wrong_then_it_alone_is_named(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, reason: str
) -> None:
    faults = faults_of(monkeypatch, **{name: value})
    assert list(faults) == [env.variable(name)]
    assert reason in faults[env.variable(name)]


def test_message_when_one_and_when_two_faults_then_counts_them() -> None:
    one = SettingsFaults((("LAURELS_A", "is bad"),))
    two = SettingsFaults((("LAURELS_A", "is bad"), ("LAURELS_B", "too")))
    assert str(one) == "1 setting is wrong:\n  LAURELS_A: is bad"
    assert str(two) == "2 settings are wrong:\n  LAURELS_A: is bad\n  LAURELS_B: too"


def test_unknown_variables_when_misspelt_then_named_and_those_of_tests_left_out() -> None:
    environ = {
        "LAURELS_DATABSE_URL": "x",
        "LAURELS_PORT": "1",
        "LAURELS_TEST_ENGINE": "postgres",
        "LAURELS_SHARED_DATA": "x",
        "HOME": "x",
    }
    assert env.unknown_variables(environ) == ("LAURELS_DATABSE_URL",)


KEY = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="


@pytest.mark.parametrize("ring", ["token_vault", "token_ref", "api", "checkpoint"])
def test_load_when_key_rings_are_wrong_then_named(
    monkeypatch: pytest.MonkeyPatch, ring: str
) -> None:
    keys, active = f"{ring}_keys_json", f"{ring}_active_key_id"
    wrong = f'{{"a": "{KEY}", "b": "{KEY}"}}'
    found = faults_of(monkeypatch, **{keys: wrong})
    assert "say which is active" in found[env.variable(active)]
    assert KEY not in str(found)
    assert "has no key 'c'" in str(faults_of(monkeypatch, **{active: "c"}))
    monkeypatch.setenv(env.variable(active), "b")
    assert KEY not in repr(env.load())
    monkeypatch.delenv(env.variable(keys))
    assert "of use only beside" in str(faults_of(monkeypatch, **{active: "b"}))


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"checkpoint_url": "ftp://keeper.example"}, "checkpoint_url"),
        ({"checkpoint_url": "keeper"}, "checkpoint_url"),
        ({"mail_server": "mail.example:25"}, "mail_server"),
        ({"mail_server": "smtp://mail.example:high"}, "mail_server"),
        ({"checkpoint_mail": "a@example.org"}, "mail_sender"),
        ({"checkpoint_mail": "a@example.org", "mail_sender": "b@example.org"}, "mail_sender"),
    ],
)
def test_load_when_a_place_for_checkpoints_cannot_be_used_then_named(
    monkeypatch: pytest.MonkeyPatch, given: dict[str, str], named: str
) -> None:
    assert set(faults_of(monkeypatch, **given)) == {env.variable(named)}


def test_load_when_places_for_checkpoints_are_given_then_no_secret_shows(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("LAURELS_CHECKPOINT_URL", "https://keeper.example/s3cret")
    monkeypatch.setenv("LAURELS_MAIL_SERVER", "smtps://laurels:s3cret@mail.example")
    monkeypatch.setenv("LAURELS_MAIL_SENDER", "laurels@example.org")
    monkeypatch.setenv("LAURELS_CHECKPOINT_MAIL", "a@example.org, b@example.org")
    loaded = env.load()
    assert loaded.checkpoint_mail == ("a@example.org", "b@example.org")
    assert "s3cret" not in repr(loaded)


def test_load_when_staff_are_named_then_by_number_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "staff grant" in faults_of(monkeypatch, staff="12,ada")["LAURELS_STAFF"]
    monkeypatch.setenv("LAURELS_STAFF", "12, 7")
    assert env.load().staff == (12, 7)


def test_load_when_github_is_elsewhere_then_addresses_are_checked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found = faults_of(monkeypatch, github_web_url="github.example", github_api_url="ftp://x")
    assert sorted(found) == ["LAURELS_GITHUB_API_URL", "LAURELS_GITHUB_WEB_URL"]
    monkeypatch.setenv("LAURELS_GITHUB_WEB_URL", "https://git.example/")
    monkeypatch.setenv("LAURELS_GITHUB_API_URL", "https://git.example/api/v3/")
    settings = env.load()
    assert settings.github_web_url == "https://git.example"
    assert settings.github_api_url == "https://git.example/api/v3"


@pytest.mark.parametrize(("name", "secret", "answer"), [("a", "b", True), ("a", "", False)])
def test_can_sign_in_when_asked_then_both_are_needed(
    monkeypatch: pytest.MonkeyPatch, name: str, secret: str, answer: bool
) -> None:
    monkeypatch.setenv("LAURELS_GITHUB_CLIENT_ID", name)
    monkeypatch.setenv("LAURELS_GITHUB_CLIENT_SECRET", secret)
    assert env.load().can_sign_in is answer
