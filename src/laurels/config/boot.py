"""Start Django, once, with the settings of this process."""

from __future__ import annotations

import os

# What `laurels.config.settings` reads when Django starts.
is_serving = False
is_direct = False


def setup(*, serving: bool = False, direct: bool = False) -> None:
    """Make Django ready; `serving` opens a pool, `direct` passes by the pooler (migrations).

    Only commands that touch the database call this: importing Django costs about 0.2 s.
    Raises `laurels.config.faults.SettingsFaults` when the environment is wrong.
    """
    global is_serving, is_direct
    is_serving, is_direct = serving, direct
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "laurels.config.settings")
    import django  # late on purpose: see above

    django.setup()
