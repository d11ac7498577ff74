"""The page about connecting with GitHub says what is so: settings, commands, codes and buttons."""

from __future__ import annotations

import re
import shlex

import pytest

from laurels.cli import app
from laurels.config.env import Settings, variable
from laurels.hooks import answers
from laurels.web.presenters import registering
from tests.meta.files import ROOT, SOURCE

TEXT = (ROOT / "docs" / "maintain" / "connect.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^ *```text\n(.*?)^ *```", TEXT, re.DOTALL | re.MULTILINE)
LINES = [line.strip() for block in BLOCKS for line in block.splitlines()]
COMMANDS = [line for line in LINES if line.startswith("laurels ")]
CONNECTING = SOURCE / "apps" / "projects" / "services" / "connecting.py"
SETTINGS = SOURCE / "web" / "templates" / "web" / "projects" / "settings.html"


def test_settings_when_named_then_there() -> None:
    named = set(re.findall(r"LAURELS_[A-Z_]+[A-Z]", TEXT))
    assert len(named) > 5
    assert named - {variable(name) for name in Settings.model_fields} == set()


@pytest.mark.parametrize("line", COMMANDS)
def test_command_when_written_then_the_command_line_takes_it(line: str) -> None:
    words = ["7" if word == "N" else word for word in shlex.split(line)[1:]]
    verb = app.command()
    context = verb.context_class(verb, info_name="laurels")
    while hasattr(verb, "get_command"):
        name = words.pop(0)
        found = verb.get_command(context, name)
        assert found is not None, line
        verb, context = found, found.context_class(found, info_name=name, parent=context)
    assert verb.make_context(verb.name, words, parent=context.parent).args == []


def test_codes_when_a_step_can_fail_with_them_then_explained() -> None:
    source = CONNECTING.read_text(encoding="utf-8")
    codes = set(re.findall(r'StepFailed\(\s*"(\w+)"', source)) | {"token_invalid", "github_busy"}
    assert len(codes) > 7
    assert {code for code in codes if f"`{code}`" not in TEXT} == set()


def test_steps_and_buttons_when_named_then_as_the_page_shows_them() -> None:
    page = SETTINGS.read_text(encoding="utf-8")
    for button in (
        *("Register a repository", "Try again", "Check again"),
        *("Allow webhooks at GitHub", "Sign in at GitHub again"),
    ):
        assert f"*{button}*" in TEXT and button in page, button
    assert [name for name in registering._NAMES.values() if f"| {name} |" not in TEXT] == []


def test_probe_when_sent_unsigned_then_refused_as_the_page_says() -> None:
    assert "401 and the code `bad_signature`" in TEXT
    assert answers.BAD_SIGNATURE.status == 401
    assert b'"bad_signature"' in answers.BAD_SIGNATURE.body
