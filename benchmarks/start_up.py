"""From a command to its answer, in processes of their own.

ours       laurels --help; laurels serve until /readyz answers
yardstick  django check of an empty project with the admin
limit      python that does nothing

Nothing is computed here, so there is no answer to compare; each process must end well, and help
must name every verb.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from urllib.error import URLError
from urllib.request import urlopen

from benchmarks.harness import LIMIT, OURS, YARDSTICK, Contender, Path, Target, within
from benchmarks.options import Options
from benchmarks.scratch import digest, folder

ENGINES = ("none",)
_READY_SECONDS = 30
HELP, SERVE = "command", "serve ready"


def run(_: object, options: Options) -> list[Path]:
    """Measure until the command ends, and until the server answers."""
    starts = _Starts()
    phases = {HELP: starts.help}
    targets: tuple[Target, ...] = (within(HELP, 0.3),)
    notes = []
    if starts.can_serve():
        phases[SERVE] = starts.serve
        targets = (*targets, within(SERVE, 3))
    else:
        notes.append("`laurels serve` does not start yet: not measured")
    contenders = [
        Contender(OURS, phases, lambda _: {"ended well": "yes"}),
        Contender(YARDSTICK, {HELP: starts.check}, lambda _: {"ended well": "yes"}),
        Contender(LIMIT, {HELP: starts.python}, lambda _: {"ended well": "yes"}),
    ]
    path = Path(
        "start", "none", "processes of their own", digest([sys.version]), contenders, targets, notes
    )
    return [path.measure(options.rounds)]


class _Starts:
    """Starts processes with an installation of their own."""

    def __init__(self) -> None:
        ours = ("LAURELS_", "DJANGO_")
        environ = {name: os.environ[name] for name in os.environ if not name.startswith(ours)}
        self._environ = environ | {"LAURELS_DATA_DIR": str(folder())}

    def _run(self, *command: str, **more: str) -> str:
        done = subprocess.run(
            [sys.executable, *command], env=self._environ | more, capture_output=True, text=True,
            check=False,
        )  # fmt: skip
        if done.returncode:
            raise RuntimeError(f"{command} ended with {done.returncode}: {done.stderr}")
        return done.stdout

    def help(self) -> None:
        """Ask for help."""
        from laurels.cli.app import VERBS

        text = self._run("-m", "laurels", "--help")
        if missing := [verb for verb in VERBS if verb not in text]:
            raise RuntimeError(f"help does not name {missing}")

    def check(self) -> None:
        """Check the empty project."""
        self._run("-m", "django", "check", DJANGO_SETTINGS_MODULE="benchmarks.admin_site")

    def python(self) -> None:
        """Do nothing."""
        self._run("-c", "pass")

    def can_serve(self) -> bool:
        """Begin a program and serve it once, so that what is compiled then is there later."""
        try:
            self._run("-m", "laurels", "init")
            self.serve()
        except RuntimeError as fault:
            print(fault, file=sys.stderr)
            return False
        return True

    def serve(self) -> None:
        """Serve until the server answers; ending it is not part of the time that matters."""
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        environ = self._environ | {"LAURELS_PORT": str(port)}
        with subprocess.Popen(
            [sys.executable, "-m", "laurels", "serve"], env=environ,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        ) as process:  # fmt: skip
            try:
                self._wait(process, port)
            finally:
                process.kill()

    @staticmethod
    def _wait(process: subprocess.Popen[bytes], port: int) -> None:
        deadline = time.monotonic() + _READY_SECONDS
        while time.monotonic() < deadline:
            if process.poll() is not None:
                raise RuntimeError(f"serve ended with {process.returncode}")
            try:
                with urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5) as answer:
                    if answer.status == 200:
                        return
            except (URLError, ConnectionError, TimeoutError):
                time.sleep(0.01)
        raise RuntimeError("serve did not answer")
