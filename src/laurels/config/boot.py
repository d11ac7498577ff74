"""Start Django, once, with the settings of this process."""

from __future__ import annotations

import os

is_serving = False
is_direct = False


def setup(*, serving: bool = False, direct: bool = False) -> None:
    """Make Django ready; `serving` opens a pool, `direct` passes by the pooler (migrations).

    Only commands that touch the database call this: importing Django costs about 0.2 s.
    Raises `laurels.config.env.SettingsFaults` when the environment is wrong.
    """
    global is_serving, is_direct  # noqa: PLW0603 - read once by laurels.config.settings
    is_serving, is_direct = serving, direct
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "laurels.config.settings")
    import django  # noqa: PLC0415 - late on purpose: see above

    django.setup()
