"""`laurels score`: compute points again."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from laurels.cli import house
from laurels.cli.app import group
from laurels.cli.errands import is_for_server, run_there
from laurels.cli.faults import DONE, FAILED, Refusal
from laurels.cli.options import Json, moment_option
from laurels.cli.output import emit, note, say
from laurels.cli.progress import shown
from laurels.cli.words import count, number

app = group("Compute points again from the facts; only differences are posted.")


@app.command()
def recalculate(
    login: Annotated[
        list[str], typer.Option(metavar="LOGIN", help="Only this person; several times.")
    ] = [],  # noqa: B006 - typer copies it
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would change and change nothing.")
    ] = False,
    since: Annotated[
        str | None,
        typer.Option(metavar="DAY", help="Only people with a fact or rule changed since then."),
    ] = None,
    as_json: Json = False,
) -> int:
    """Compute points again for everybody, or for some, each over the whole history.

    Exit code 1 where somebody could not be computed: they are named and keep their last amount,
    all others are done.
    """
    changed_since = moment_option(since, "--since")
    if login and since:
        raise typer.BadParameter("is not for use together with --login", param_hint="--since")
    here = house.enter()
    from laurels.apps.recognition.services import Recalculated
    from laurels.apps.recognition.services import recalculate as do

    people = _people(login) if login else None
    with shown() as progress:
        if is_for_server(here):
            asked = {"people": people, "since": changed_since, "is_dry_run": dry_run}
            done = Recalculated(**run_there(here, "score.asked", asked, progress))
        else:
            done = do(
                contributor_ids=people,
                since=changed_since,
                is_dry_run=dry_run,
                now=here.now,
                acting=here.acting,
                progress=lambda at, of: progress("computing points of people", at, of),
            )
    if as_json:
        emit(_row(done))
    elif not done.failed:
        _tell(done, dry_run)
    for who, why in done.failed:
        note(f"{who or 'Somebody without a login'} could not be computed: {why}")
    return FAILED if done.failed else DONE


def _people(logins: list[str]) -> list[int]:
    from laurels.apps.people.selectors import contributors_by_login

    found = contributors_by_login(logins)
    unknown = [login for login in logins if login not in found]
    if unknown:
        raise Refusal(f"No contributor has the login {', '.join(unknown)}.")
    return sorted({person.pk for person in found.values()})


def _row(done: Any) -> dict[str, Any]:
    return {
        "examined": done.examined,
        "created": done.created,
        "changed": done.changed,
        "unchanged": done.unchanged,
        "entries_posted": done.entries_posted,
        "certificates_queued": done.certificates_queued,
        "failed": [{"login": login, "reason": reason} for login, reason in done.failed],
    }


def _tell(done: Any, is_dry_run: bool) -> None:
    say(
        f"Looked at {count(done.examined, 'contribution')}: {number(done.created)} new,"
        f" {number(done.changed)} changed, {number(done.unchanged)} as they were."
    )
    would = "Would post" if is_dry_run else "Posted"
    queue = "would queue" if is_dry_run else "queued"
    posted = count(done.entries_posted, "entry", "entries")
    certificates = count(done.certificates_queued, "certificate")
    say(f"{would} {posted}; {queue} {certificates}.")
