"""`laurels certificate`: what was awarded, and taking it back."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any

import typer

from laurels.cli import house
from laurels.cli.app import group
from laurels.cli.faults import DONE, FAILED, Refusal
from laurels.cli.options import Json
from laurels.cli.output import emit, listing, note, say, table
from laurels.cli.words import count, day, machine, number
from laurels.kit.crockford import InvalidNumber, normalise

app = group("List, show, revoke and issue certificates.")

Number = Annotated[str, typer.Argument(metavar="NUMBER", help="As printed on it, in any case.")]
Reason = Annotated[str, typer.Option(metavar="TEXT", help="Why; shown on the certificate's page.")]


class State(StrEnum):
    """Whether a certificate holds."""

    active = "active"
    revoked = "revoked"


@app.command("list")
def list_(
    login: Annotated[str | None, typer.Option(metavar="LOGIN", help="Only of a person.")] = None,
    state: Annotated[State | None, typer.Option(help="Only in this state.")] = None,
    limit: Annotated[int, typer.Option(min=1, metavar="N", help="At most so many.")] = 50,
    as_json: Json = False,
) -> None:
    """List certificates, the newest first."""
    house.enter()
    from laurels.apps.people.selectors import access_contributor
    from laurels.cli.reads import certificates

    key = access_contributor(login).login_key if login else ""
    found, total = certificates(login_key=key, state=state or "", limit=limit)
    if as_json:
        emit(listing([_row(one) for one in found], total))
        return
    if not found:
        say("There are no such certificates.")
        return
    heads = ("number", "login", "season", "tier", "points>", "issued", "state")
    table(
        heads,
        [
            (
                one.number,
                one.recipient_login or "(erased)",
                one.season.key,
                one.tier_label,
                number(one.points),
                day(one.issued_at),
                one.state,
            )
            for one in found
        ],
    )
    if total > len(found):
        say(f"{number(len(found))} of {count(total, 'certificate')}; --limit shows more.")


@app.command()
def show(number_: Number, as_json: Json = False) -> None:
    """Show one certificate and whether it holds."""
    wanted = _normal(number_)
    house.enter()
    from laurels.cli.reads import certificate_get

    found = certificate_get(wanted)
    if as_json:
        emit(_row(found))
        return
    if found.state == State.active:
        say(f"{found.number} holds.")
    else:
        say(f"{found.number} was revoked on {day(found.revoked_at)}: {found.revoked_reason}.")
    if found.recipient_login:
        say(f"{found.recipient_login} reached {found.tier_label} in season {found.season.label}")
        say(f"with {count(found.points, 'point')}, awarded by {found.issuer}.")
    say(f"Issued on {day(found.issued_at)}.")


@app.command()
def revoke(number_: Number, reason: Reason, as_json: Json = False) -> None:
    """Revoke a certificate. No recalculation ever issues it again."""
    wanted = _normal(number_)
    here = house.enter()
    from laurels.apps.recognition.services import certificate_revoke

    found = certificate_revoke(wanted, reason=reason, now=here.now, acting=here.acting)
    if as_json:
        emit(_row(found))
    else:
        say(f"{found.number} is revoked: {found.revoked_reason}.")


@app.command()
def reinstate(number_: Number, reason: Reason, as_json: Json = False) -> None:
    """Make a revoked certificate hold again; that it was revoked stays on record."""
    wanted = _normal(number_)
    here = house.enter()
    from laurels.apps.recognition.services import certificate_reinstate

    found = certificate_reinstate(wanted, reason=reason, now=here.now, acting=here.acting)
    if as_json:
        emit(_row(found))
    else:
        say(f"{found.number} holds again.")


@app.command("issue-pending")
def issue_pending(
    limit: Annotated[
        int | None, typer.Option(min=1, metavar="N", help="At most so many; by default all.")
    ] = None,
    as_json: Json = False,
) -> int:
    """Make the certificates that are waiting; `serve` does it by itself."""
    here = house.enter()
    from laurels.cli.issuing import issue_what_waits

    done = issue_what_waits(here, limit)
    if as_json:
        emit(
            {
                "issued": done.issued,
                "already": done.already,
                "queued": done.queued,
                "refused": done.refused,
                "failed": done.failed,
            }
        )
    elif not done.failed:
        say(f"Issued {count(done.issued, 'certificate')}; {number(done.queued)} still wait.")
    if done.refused:
        note(f"{count(done.refused, 'certificate')} will never be made; see the admin pages.")
    if done.failed:
        note(f"{count(done.failed, 'certificate')} could not be made now and will be tried again.")
    return FAILED if done.failed else DONE


def _normal(text: str) -> str:
    try:
        return normalise(text)
    except InvalidNumber as error:
        raise Refusal(f"{text!r} is no certificate number: {error}.") from None


def _row(one: Any) -> dict[str, Any]:
    return {
        "number": one.number,
        "login": one.recipient_login or None,
        "season": one.season.key,
        "tier": one.tier,
        "tier_label": one.tier_label,
        "points": one.points,
        "issued_at": machine(one.issued_at),
        "issuer": one.issuer,
        "state": one.state,
        "revoked_at": machine(one.revoked_at),
        "revoked_reason": one.revoked_reason or None,
        "reinstated_at": machine(one.reinstated_at),
    }
