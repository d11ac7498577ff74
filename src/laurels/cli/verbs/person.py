"""`laurels person`: keep somebody out, let them back in, and what a person may ask for."""

from __future__ import annotations

import sys
from typing import Annotated, Any

import typer

from laurels.cli import house
from laurels.cli.app import group
from laurels.cli.faults import Refusal
from laurels.cli.options import Json, Yes, moment_option
from laurels.cli.output import emit, note, say
from laurels.cli.words import count, machine, moment

_NAMED = "The reason stays in the audit log for ever; it must not name the person."

app = group("Ban people and let them back in; erase a person who asks for it.")

Login = Annotated[str, typer.Argument(metavar="LOGIN", help="Their login at GitHub.")]
Why = Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why; must name nobody.")]


@app.command()
def ban(
    login: Login,
    reason: Why,
    until: Annotated[
        str | None, typer.Option(metavar="DAY", help="By default until lifted with unban.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Keep a person out from now on: no sign-in, no token, and what they do earns nothing.

    What they earned before stays.
    """
    here, ends_at = house.enter(), moment_option(until, "--until")
    from laurels.apps.people.services import ban_start

    person = _person(login, reason)
    try:
        made = ban_start(
            person.pk, reason=reason, ends_at=ends_at, now=here.now, acting=here.acting
        )
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--until") from None
    if as_json:
        emit(_interval(person.login, made))
        return
    end = "" if ends_at is None else f" until {moment(ends_at)}"
    say(f"{person.login} is banned{end}. Points follow with the job `people.changed`.")


@app.command()
def unban(
    login: Login,
    reason: Why,
    annul: Annotated[
        bool,
        typer.Option("--annul", help="As if it had never been: what was done meanwhile earns."),
    ] = False,
    as_json: Json = False,
) -> None:
    """Let a person back in from now on; they sign in again, and what they do earns."""
    here = house.enter()
    from laurels.apps.people.services import ban_lift

    person = _person(login, reason)
    lifted = ban_lift(person.pk, reason=reason, annul=annul, now=here.now, acting=here.acting)
    if as_json:
        emit(_interval(person.login, lifted))
        return
    say(f"{person.login} is banned no longer. Points follow with the job `people.changed`.")


def _person(login: str, reason: str) -> Any:
    from laurels.apps.people.selectors import access_contributor

    person = access_contributor(login)
    if person.login_key in reason.casefold():
        raise Refusal(_NAMED)
    return person


def _interval(login: str, ban: Any) -> dict[str, Any]:
    return {"login": login, "starts_at": machine(ban.starts_at), "ends_at": machine(ban.ends_at)}


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
    from laurels.apps.recognition.services import person_erase

    person = _person(login, reason)
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
