"""`laurels sync`: read GitHub itself, as far back as wanted, on from where the last sync ended."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from laurels.apps.projects.register import Register
from laurels.cli import house
from laurels.cli.app import group
from laurels.cli.faults import DONE, FAILED, LOSSES
from laurels.cli.options import Json, Registers, moment_option
from laurels.cli.output import emit, note, say
from laurels.cli.words import count, moment
from laurels.domain.logins import checked_login
from laurels.domain.windows import BACKFILL_DAYS_MOST

if TYPE_CHECKING:
    from laurels.apps.intake.services.sync import Synced

_SHOWN = 10
app = group("Read GitHub itself. Reading the same again changes nothing.")

Since = Annotated[str | None, typer.Option(metavar="DAY", help="What moved from this day on, UTC.")]
Until = Annotated[str | None, typer.Option(metavar="DAY", help="What moved before this day, UTC.")]
Back = Annotated[
    int | None,
    typer.Option(
        "--backfill-days", min=1, max=BACKFILL_DAYS_MOST, metavar="N", help="So many days back."
    ),
]


@app.command()
def repo(
    name: Annotated[str, typer.Argument(metavar="OWNER/NAME", help="The repository.")],
    since: Since = None,
    until: Until = None,
    backfill_days: Back = None,
    register: Registers = ["all"],  # noqa: B006 - typer copies it
    as_json: Json = False,
) -> int:
    """Read a repository's pull requests, reviews and issues.

    Without bounds: on from what is covered less one day, or 1,096 days back the first time. Exit
    code 3 where something could not be read.
    """
    owner, slash, rest = name.partition("/")
    if not (owner and slash and rest) or "/" in rest:
        raise typer.BadParameter(f"{name!r} is not OWNER/NAME", param_hint="OWNER/NAME")
    return _sync("repo", name, (since, until, backfill_days), register, as_json)


@app.command()
def user(
    login: Annotated[str, typer.Argument(metavar="LOGIN", help="Their login at GitHub.")],
    since: Since = None,
    until: Until = None,
    backfill_days: Back = None,
    register: Registers = ["none"],  # noqa: B006
    as_json: Json = False,
) -> int:
    """Read a person's public pull requests in all of GitHub.

    Those in repositories that are ours become facts and earn; the others are kept for metrics.
    """
    checked_login(login)
    return _sync("user", login, (since, until, backfill_days), register, as_json)


@app.command()
def org(
    name: Annotated[str, typer.Argument(metavar="NAME", help="The organisation.")],
    since: Since = None,
    until: Until = None,
    backfill_days: Back = None,
    register: Registers = ["all"],  # noqa: B006
    as_json: Json = False,
) -> int:
    """Read the pull requests, reviews and issues of all repositories of an organisation."""
    return _sync("org", name, (since, until, backfill_days), register, as_json)


def _sync(
    kind: str,
    name: str,
    bounds: tuple[str | None, str | None, int | None],
    register: list[str],
    as_json: bool,
) -> int:
    try:
        registers = Register.parse(register)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--register") from None
    since, until = moment_option(bounds[0], "--since"), moment_option(bounds[1], "--until")
    here = house.start(direct=True)
    from laurels.cli.verbs.init import begin_unless_begun

    begin_unless_begun(here)
    from django.conf import settings

    from laurels.adapters.github.client import Postponed
    from laurels.apps.intake.services.sync import Wanted, sync

    try:
        synced = sync(
            kind,
            name,
            github=settings.LAURELS_GITHUB(),
            clock=here.clock,
            acting=here.acting,
            wanted=Wanted(since, until, bounds[2]),
            register=registers,
            bot_logins=here.settings.bot_logins,
        )
    except Postponed as put_off:
        note(f"{put_off}. What was read is kept; the same command goes on after"
             f" {moment(put_off.until)}.")  # fmt: skip
        return FAILED
    if as_json:
        emit(synced.as_dict())
    else:
        _tell(synced)
    return LOSSES if synced.gaps else DONE


def _tell(synced: Synced) -> None:
    say(
        f"Read {count(synced.pull_requests, 'pull request')} and {count(synced.issues, 'issue')}"
        f" of {synced.name} from {moment(synced.window_start)} to {moment(synced.window_end)}"
        f" in {count(synced.requests, 'request')}."
    )
    posted = count(synced.entries_posted, "entry", "entries")
    say(f"Posted {posted}." if synced.entries_posted else "Nothing new to post.")
    if synced.withheld:
        say(f"Left out {count(synced.withheld, 'private pull request')}.")
    if synced.gaps:
        note(f"{count(synced.gaps, 'gap')} could not be read; the project's page keeps the list:")
        for gap in synced.open_gaps[:_SHOWN]:
            rows = "" if gap.expected is None else f", {gap.received:,} of {gap.expected:,} rows"
            note(f"  {moment(gap.starts_at)} to {moment(gap.ends_at)}: {gap.reason}{rows}")
