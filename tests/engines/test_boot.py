"""How a process starts: the command's front step, a serving process, and a pooler passed by."""

from __future__ import annotations

import subprocess
import sys

from tests.plugins.installation import Installation

BOOT = """
from laurels.config import boot
boot.setup({options})
from django.conf import settings
from django.db import connection
from laurels.apps.jobs import bells
{code}
"""


def booted(installation: Installation, options: str, code: str, **environ: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", BOOT.format(options=options, code=code)],
        env=installation.environ | environ,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout.strip()


def test_setup_when_serving_then_the_bell_hangs_and_there_is_a_pool(
    installation: Installation,
) -> None:
    code = (
        "print(bells._bell is settings.LAURELS_BELL, settings.LAURELS_BELL.working,"
        " 'pool' in connection.settings_dict['OPTIONS'])"
    )
    is_postgres = installation.engine == "postgres"
    assert booted(installation, "serving=True", code) == f"True 0 {is_postgres}"


def test_setup_when_not_serving_then_nobody_listens(installation: Installation) -> None:
    code = (
        "print(type(bells._bell).__name__, settings.LAURELS_BELL,"
        " 'pool' in connection.settings_dict['OPTIONS'])"
    )
    assert booted(installation, "", code) == "NoBell None False"


def test_setup_when_direct_then_the_pooler_is_passed_by(installation: Installation) -> None:
    environ = {
        "LAURELS_DATABASE_URL": "postgresql://u@pooler.example/d",
        "LAURELS_DATABASE_DIRECT_URL": "postgresql://u@direct.example/d",
    }
    code = "print(connection.settings_dict['HOST'])"
    assert booted(installation, "direct=True", code, **environ) == "direct.example"
    assert booted(installation, "", code, **environ) == "pooler.example"


def test_wsgi_when_imported_then_answers(migrated: Installation) -> None:
    code = """
from laurels.config.wsgi import application
from django.test import RequestFactory
environ = RequestFactory().get("/readyz").environ | {"HTTP_HOST": "localhost"}
answers = []
list(application(environ, lambda status, headers: answers.append(status)))
print(answers)
"""
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=migrated.environ,
        capture_output=True,
        text=True,
        check=True,
        timeout=300,
    )
    assert done.stdout == "['200 OK']\n"


def test_command_when_settings_are_wrong_then_all_named_and_exit_2(
    installation: Installation,
) -> None:
    wrong = {"LAURELS_PORT": "70000", "LAURELS_DATABASE_URL": "mysql://u@h/d"}
    done = installation.run("migrate", check=False, environ=wrong)
    assert (done.returncode, done.stdout) == (2, "")
    lines = done.stderr.splitlines()
    assert lines[0] == "2 settings are wrong:"
    assert [line.split(":")[0].strip() for line in lines[1:]] == [
        "LAURELS_DATABASE_URL",
        "LAURELS_PORT",
    ]
    assert not installation.folder.exists()
