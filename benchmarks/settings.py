"""The product's settings on a scratch folder, with the careful team's tables beside ours."""

from __future__ import annotations

from laurels.config.settings import *  # noqa: F403
from laurels.config.settings import INSTALLED_APPS

# No path here goes through a page.
INSTALLED_APPS = [*(app for app in INSTALLED_APPS if app != "laurels.web"), "benchmarks.careful"]
