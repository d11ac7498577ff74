"""What every test may ask for, and what none may do."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cache
from pathlib import Path

import hypothesis
import pytest

from tests import postgres, redis
from tests.plugins import installation as installations
from tests.plugins import network, skips

ROOT = Path(__file__).parents[1]
# How long an example takes says how busy the machine is, not whether it is right.
hypothesis.settings.register_profile("laurels", deadline=None)
hypothesis.settings.load_profile("laurels")


def pytest_configure(config: pytest.Config) -> None:
    """Watch the reasons of skips; start the server that xdist's workers share before they start."""
    # Where a run is in the background, shells have it ignore this one, and what it starts as well;
    # the tests that send it need it heard.
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    config.pluginmanager.register(skips.SkipWatch(skips.allowed_reasons()), "laurels-skips")
    if getattr(config.option, "numprocesses", None) and not hasattr(config, "workerinput"):
        postgres.url()
        if redis.is_wanted():
            redis.server()


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Name bytes by their argument: compressed bytes hold the time, and workers must agree."""
    return argname if isinstance(val, bytes) else None


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Return the folder of real input: LAURELS_SHARED_DATA, or ../shared/data by the checkout."""
    folder = Path(os.environ.get("LAURELS_SHARED_DATA") or ROOT.parent / "shared" / "data")
    if not folder.is_dir():
        message = f"{skips.OUTSIDE_CI}: set LAURELS_SHARED_DATA to the folder of real input"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    return folder


@pytest.fixture
def engine() -> str:
    """Return the engine that this run is on: sqlite or postgres (tests/engines has both)."""
    return os.environ.get("LAURELS_TEST_ENGINE", "sqlite")


@pytest.fixture
def installation(tmp_path: Path, engine: str) -> Iterator[installations.Installation]:
    """Return an installation of its own, not yet migrated, on the engine of this run."""
    with installations.fresh(tmp_path / "data", engine) as fresh:
        yield fresh


@pytest.fixture(scope="session")
def template(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Callable[[str], installations.Installation]]:
    """Return what gives a migrated installation on an engine, to be copied, not used."""
    with ExitStack() as stack:

        @cache
        def made(engine: str) -> installations.Installation:
            folder = tmp_path_factory.mktemp("template") / engine
            fresh = stack.enter_context(installations.fresh(folder, engine))
            fresh.django("migrate", "--verbosity=0")
            return fresh

        yield made


@pytest.fixture
def migrated(
    tmp_path: Path, engine: str, template: Callable[[str], installations.Installation]
) -> Iterator[installations.Installation]:
    """Return a migrated installation of its own, on the engine of this run."""
    with installations.fresh(tmp_path / "data", engine, template(engine)) as copy:
        yield copy


@pytest.fixture(autouse=True)
def _nothing_kept() -> Iterator[None]:
    """Let no test see what another had kept in memory: rolled back, its numbers come again."""
    yield
    if "django.core.cache" in sys.modules:
        from django.core.cache import cache  # where nothing used it, nothing is in it

        cache.clear()


@pytest.fixture(autouse=True)
def _no_network(request: pytest.FixtureRequest) -> Iterator[None]:
    """Refuse every connection off this machine; in unit tests every connection at all."""
    is_unit = (ROOT / "tests" / "unit") in request.path.parents
    with network.guarded(is_loopback_allowed=not is_unit):
        yield


@pytest.fixture
def still(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no time pass: the limiter counts by real minutes, and a test may lie across two."""
    monkeypatch.setattr("time.time", lambda: 1_790_000_005.0)
