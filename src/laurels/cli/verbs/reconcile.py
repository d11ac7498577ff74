"""`laurels reconcile`: read again what may have moved without our hearing of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from laurels.cli import house
from laurels.cli.app import single
from laurels.cli.faults import DONE, FAILED, LOSSES, Refusal
from laurels.cli.options import Json
from laurels.cli.output import emit, note, say, table
from laurels.cli.words import count, moment

if TYPE_CHECKING:
    from laurels.apps.intake.services.sync.reconciling import Reconciled

app = single()
_SHOWN = 50


@app.command()
def reconcile(
    report: Annotated[
        bool, typer.Option("--report", help="Only tell the differences; write nothing.")
    ] = False,
    repo: Annotated[
        list[str], typer.Option(metavar="OWNER/NAME", help="Only these; several times.")
    ] = [],  # noqa: B006 - typer copies it
    days: Annotated[int, typer.Option(min=1, metavar="N", help="What moved so lately.")] = 7,
    as_json: Json = False,
) -> int:
    """Compare our repositories with GitHub, tell the differences and mend them.

    Reads what moved lately, every pull request that is open here, and each repository itself. Exit
    code 3 where GitHub did not show everything.
    """
    here = house.enter(direct=True)
    from django.conf import settings

    from laurels.adapters.github.client import Postponed
    from laurels.apps.intake.services.sync.reconciling import reconcile as work

    try:
        done = work(
            github=settings.LAURELS_GITHUB(),
            clock=here.clock,
            acting=here.acting,
            is_report=report,
            days=days,
            names=repo,
            bot_logins=here.settings.bot_logins,
        )
    except Postponed as put_off:
        note(f"{put_off}. What was mended stays so; try again after {moment(put_off.until)}.")
        return FAILED
    if repo and not done.repositories:
        raise Refusal("No enabled repository here has such a name.")
    if as_json:
        emit(done.as_dict())
    else:
        _tell(done)
    return LOSSES if done.unread else DONE


def _tell(done: Reconciled) -> None:
    say(
        f"Compared {count(done.repositories, 'repository', 'repositories')} and"
        f" {count(done.examined, 'pull request or issue', 'pull requests and issues')} with GitHub"
        f" in {count(done.requests, 'request')}."
    )
    if not done.differences:
        say("Everything here is as it is there.")
    else:
        table(
            ("repository", "number>", "what", "here", "at GitHub"),
            [
                (one.repository, str(one.number or ""), one.field, one.here, one.github)
                for one in done.differences[:_SHOWN]
            ],
        )
        if len(done.differences) > _SHOWN:
            say(f"… and {len(done.differences) - _SHOWN:,} more; --json has all.")
        say("Nothing was written." if done.is_report else "All of this was mended.")
    if done.merges_missed:
        note(f"{count(done.merges_missed, 'merge')} had not been heard of.")
    if done.unread:
        note(f"GitHub did not show {count(done.unread, 'row')}.")
