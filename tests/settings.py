"""The product's own settings, on a scratch folder and on the engine the run asks for."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from pathlib import Path

from tests import postgres, redis

if "LAURELS_TEST_DATA_DIR" not in os.environ:
    _scratch = tempfile.mkdtemp(prefix="laurels-tests-")
    os.environ["LAURELS_TEST_DATA_DIR"] = _scratch
    atexit.register(shutil.rmtree, _scratch, ignore_errors=True)
for _name in [name for name in os.environ if name.startswith("LAURELS_")]:
    if not _name.startswith("LAURELS_TEST_") and _name != "LAURELS_SHARED_DATA":
        del os.environ[_name]
os.environ["LAURELS_DATA_DIR"] = os.environ["LAURELS_TEST_DATA_DIR"]
if os.environ.get("LAURELS_TEST_ENGINE", "sqlite") == "postgres":
    os.environ["LAURELS_DATABASE_URL"] = postgres.url()
if redis.is_wanted():
    os.environ["LAURELS_REDIS_URL"] = redis.url()

from laurels.config.settings import *  # noqa: E402, F403 - the environment comes first
from laurels.config.settings import DATABASES, LAURELS, TEMPLATES  # noqa: E402

TEMPLATES[0]["OPTIONS"]["string_if_invalid"] = "[[undefined: %s]]"  # type: ignore[index]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
SCRATCH = Path(os.environ["LAURELS_TEST_DATA_DIR"])
ENGINE = "sqlite" if LAURELS.is_embedded else "postgres"
DATABASES["default"]["TEST"] = {"NAME": None if ENGINE == "sqlite" else "laurels_test"}
