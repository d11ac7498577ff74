"""A newcomer's way through `laurels demo --live`: sign in, and see webhooks come."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, OpenerDirector, build_opener

import pytest

from laurels.cli.demo import live
from laurels.cli.faults import Refusal

LAURELS = (sys.executable, "-m", "laurels")


def bare() -> dict[str, str]:
    """Return the environment as a newcomer has it."""
    ours = ("LAURELS_", "DJANGO_")
    return {name: value for name, value in os.environ.items() if not name.startswith(ours)}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("live") / "data"


@pytest.fixture(scope="module")
def site(folder: Path) -> Iterator[str]:
    command = [*LAURELS, "demo", "--live", "--data-dir", str(folder), "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=bare()) as process:
        assert process.stdout is not None
        try:
            for line in process.stdout:
                if found := re.search(r"Laurels serves (\S+)/ ", line):
                    yield found[1]
                    break
            else:
                pytest.fail("the demo ended before it served")
        finally:
            process.send_signal(signal.SIGTERM)
            assert process.wait(60) == 0


def counted(folder: Path) -> dict[str, int]:
    environ = bare() | {"LAURELS_DATA_DIR": str(folder)}
    done = subprocess.run(
        [*LAURELS, "deliveries", "list", "--json"],
        env=environ,
        capture_output=True,
        text=True,
        check=True,
    )
    found: dict[str, int] = json.loads(done.stdout)
    return found


def fields(text: str) -> dict[str, str]:
    return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', text))


def post(opener: OpenerDirector, url: str, given: dict[str, str]) -> str:
    opener.addheaders = [("Referer", url)]
    with opener.open(url, urlencode(given).encode(), timeout=20) as answer:
        return str(answer.read().decode())


def test_newcomer_when_signing_in_then_known_by_the_stand_ins_login(site: str) -> None:
    cookies = CookieJar()
    opener = build_opener(HTTPCookieProcessor(cookies))
    with opener.open(f"{site}/sign-in/", timeout=20) as answer:
        asked = fields(answer.read().decode())
    question = post(opener, f"{site}/sign-in/", asked)
    assert "This is the stand-in GitHub" in question
    (chosen,) = re.findall(r'value="(\d+)"[^>]*><b>carl</b>', question)
    web = re.findall(r"http://127\.0\.0\.1:\d+/login/oauth/authorize", question)
    where = web[0] if web else address_of_the_standin(opener, site)
    assert "<title>Laurels" in post(opener, where, fields(question) | {"as": chosen})
    assert "sessionid" in {cookie.name for cookie in cookies}


def address_of_the_standin(opener: OpenerDirector, site: str) -> str:
    with opener.open(f"{site}/sign-in/", timeout=20) as answer:
        rule = str(answer.headers["Content-Security-Policy"])
    (found,) = re.findall(r"form-action[^;]*?(http://127\.0\.0\.1:\d+)", rule)
    return f"{found}/login/oauth/authorize"


def test_webhooks_when_the_town_lives_then_they_are_processed(site: str, folder: Path) -> None:
    deadline = time.monotonic() + 60
    while (told := counted(folder))["processed"] < 3 and time.monotonic() < deadline:
        time.sleep(0.5)
    assert told["processed"] >= 3
    assert told["dead"] == told["failed"] == 0


def test_boards_when_the_past_was_told_then_somebody_stands_there(site: str) -> None:
    deadline = time.monotonic() + 60
    text = ""
    while "/contributors/" not in text and time.monotonic() < deadline:
        time.sleep(0.5)
        with build_opener().open(f"{site}/leaderboard/", timeout=20) as answer:
            text = answer.read().decode()
    assert "/contributors/mira/" in text


def test_folder_when_it_holds_something_else_then_refused(tmp_path: Path) -> None:
    (tmp_path / "letters").write_text("mine", encoding="utf-8")
    with pytest.raises(Refusal, match="no live demo"):
        live.begin(tmp_path)
    assert (tmp_path / "letters").exists()


def test_folder_when_an_earlier_demo_made_it_then_emptied(tmp_path: Path) -> None:
    live.begin(tmp_path / "new")
    (tmp_path / "new" / "old").write_text("x", encoding="utf-8")
    live.begin(tmp_path / "new")
    assert [path.name for path in (tmp_path / "new").iterdir()] == [live.MARK]


def test_settings_when_of_another_installation_then_left_alone() -> None:
    environ = {"LAURELS_DATABASE_URL": "x", "LAURELS_PORT": "1", "HOME": "h"}
    live.leave_elsewhere(environ)
    assert environ == {"LAURELS_PORT": "1", "HOME": "h"}
