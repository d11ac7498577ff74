"""`laurels person`: what a person may ask for."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from laurels.cli import house
from laurels.cli.app import group
from laurels.cli.faults import Refusal
from laurels.cli.options import Json, Yes
from laurels.cli.output import emit, note, say
from laurels.cli.words import count

app = group("Erase a person who asks for it.")


@app.command()
def erase(
    login: Annotated[str, typer.Argument(metavar="LOGIN")],
    reason: Annotated[
        str, typer.Option(metavar="TEXT", help="For the audit log; must name nobody.")
    ] = "asked for by the person",
    is_sure: Yes = False,
    as_json: Json = False,
) -> None:
    """Erase a person for good: login, aliases, titles, standings; certificates are revoked.

    The ledger keeps its numbers under a random reference, so it still verifies; imports never
    bring the person back. This cannot be undone.
    """
    here = house.enter()
    from laurels.apps.people.selectors import access_contributor
    from laurels.apps.recognition.services import person_erase

    person = access_contributor(login)
    if person.login_key in reason.casefold():
        raise Refusal("The reason stays in the audit log for ever; it must not name the person.")
    if not is_sure:
        _ask(person.login)
    erased = person_erase(person.pk, reason=reason, now=here.now, acting=here.acting)
    if as_json:
        emit(
            {
                "ref": erased.ref,
                "certificates_revoked": erased.certificates_revoked,
                "repositories_renamed": erased.repositories_renamed,
                "projects_renamed": erased.projects_renamed,
            }
        )
        return
    say(f"Erased. What is left is the reference {erased.ref}.")
    if erased.certificates_revoked:
        say(f"Revoked {count(erased.certificates_revoked, 'certificate')}.")
    note("Backups made before today still hold this person.")


def _ask(login: str) -> None:
    if not sys.stdin.isatty():
        raise Refusal("Nobody is there to ask; give --yes to erase without asking.")
    if not typer.confirm(f"Erase {login} for good? This cannot be undone.", err=True):
        raise Refusal("Nothing was erased.")
