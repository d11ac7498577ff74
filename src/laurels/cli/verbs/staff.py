"""`laurels staff`: signing this host's staff in, and who is organiser or staff."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any

import typer

from laurels.cli import house
from laurels.cli.app import group
from laurels.cli.lock import served_by
from laurels.cli.options import Json
from laurels.cli.output import emit, say

app = group("Let this host sign in to the admin pages, and say who is organiser or staff.")

Login = Annotated[str, typer.Argument(metavar="LOGIN", help="Of somebody known here.")]


class Role(StrEnum):
    """A role in the program."""

    organiser = "organiser"
    staff = "staff"


RoleOption = Annotated[Role, typer.Option("--role", help="The role in the program.")]


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


@app.command()
def grant(login: Login, role: RoleOption = Role.organiser, as_json: Json = False) -> None:
    """Make somebody organiser or staff, from their next request on."""
    here = house.enter()
    from laurels.apps.people.selectors import access_contributor
    from laurels.apps.projects.services import program_role_grant

    person = access_contributor(login)
    program_role_grant(person.pk, role.value, now=here.now, acting=here.acting)
    _tell(person.login, role, True, as_json)


@app.command()
def revoke(login: Login, role: RoleOption = Role.organiser, as_json: Json = False) -> None:
    """Take that role away, from their next request on."""
    here = house.enter()
    from laurels.apps.people.selectors import access_contributor
    from laurels.apps.projects.services import program_role_end

    person = access_contributor(login)
    program_role_end(person.pk, role.value, now=here.now, acting=here.acting)
    _tell(person.login, role, False, as_json)


def _tell(login: str, role: Role, is_held: bool, as_json: bool) -> None:
    if as_json:
        emit({"login": login, "role": role.value, "is_held": is_held})
    else:
        say(f"{login} is {'now' if is_held else 'no longer'} {role.value}.")


def _origin(settings: Any) -> str:
    """Return where people reach the pages: as told by the settings, else by the running server."""
    if "public_url" in settings.model_fields_set:
        return str(settings.public_url)
    served = served_by(settings.data_dir)
    return served.address if served and served.is_ready else str(settings.public_url)
