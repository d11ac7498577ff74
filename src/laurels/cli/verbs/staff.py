"""`laurels staff`: signing this host's staff in to the admin pages."""

from __future__ import annotations

from typing import Any

from laurels.cli import house
from laurels.cli.app import group
from laurels.cli.lock import served_by
from laurels.cli.options import Json
from laurels.cli.output import emit, say

app = group("Let this host sign in to the admin pages.")


@app.command()
def link(as_json: Json = False) -> None:
    """Print a link that signs one browser in, once, within ten minutes."""
    here = house.enter()
    from laurels.apps.audit.services_staff import LASTS_SECONDS, staff_link_make

    token = staff_link_make(now=here.now, acting=here.acting)
    address = f"{_origin(here.settings)}/staff/{token}/"
    if as_json:
        emit({"address": address, "seconds": LASTS_SECONDS})
        return
    say(address)
    say(f"It works once, within {LASTS_SECONDS // 60} minutes.")


def _origin(settings: Any) -> str:
    """Return where people reach the pages: as told by the settings, else by the running server."""
    if "public_url" in settings.model_fields_set:
        return str(settings.public_url)
    served = served_by(settings.data_dir)
    return served.address if served and served.is_ready else str(settings.public_url)
