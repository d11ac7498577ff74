"""`laurels jobs`: the work in the background, seen and moved by hand."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any

import typer

from laurels.cli import house
from laurels.cli.app import group
from laurels.cli.faults import DONE, FAILED, Refusal
from laurels.cli.options import Json
from laurels.cli.output import emit, listing, note, say, table
from laurels.cli.words import count, machine, moment

app = group("List, run and retry the work in the background.")

Id = Annotated[int, typer.Argument(metavar="ID", help="The job's number.")]


class State(StrEnum):
    """Where a job stands."""

    pending = "pending"
    running = "running"
    done = "done"
    dead = "dead"
    skipped = "skipped"


@app.command("list")
def list_(
    state: Annotated[State | None, typer.Option(help="Only jobs that stand there.")] = None,
    kind: Annotated[str | None, typer.Option(metavar="KIND", help="Only jobs of a kind.")] = None,
    limit: Annotated[int, typer.Option(min=1, metavar="N", help="At most so many.")] = 50,
    as_json: Json = False,
) -> None:
    """List jobs, the newest first."""
    house.enter()
    from laurels.apps.jobs.selectors import jobs_list

    every = jobs_list(state=state.value if state else None, kind=kind, limit=None)
    found, total = every[:limit], len(every)
    if as_json:
        emit(listing([_row(job) for job in found], total))
        return
    if not found:
        say("There are no such jobs.")
        return
    table(
        ("job>", "kind", "state", "attempts>", "due", "ended", "last error or result"),
        [
            (
                str(job.pk),
                job.kind,
                job.state,
                str(job.attempts),
                moment(job.run_after) if job.run_after else "at once",
                moment(job.finished_at),
                job.last_error or job.result or job.progress,
            )
            for job in found
        ],
    )
    if total > len(found):
        say(f"{len(found)} of {count(total, 'job')}; --limit shows more.")


@app.command()
def run(job_id: Id, as_json: Json = False) -> int:
    """Do one waiting job here and now, even before its time. Exit code 1 where it fails."""
    here = house.enter()
    from laurels.apps.jobs.selectors import job_get
    from laurels.apps.jobs.services import claim
    from laurels.apps.jobs.services import run as do

    job = claim(now=here.now, job_id=job_id, early=True)
    if job is None:
        there = job_get(job_id)
        reason = f"it is {there.state}" if there else "there is none of this number"
        raise Refusal(f"Job {job_id} is not waiting: {reason}.")
    outcome = do(job, clock=here.clock)
    if as_json:
        emit({"id": job_id, "kind": outcome.kind, "state": outcome.state, "error": outcome.error})
    elif outcome.state == State.done:
        say(f"Job {job_id} ({outcome.kind}) is done.")
    if outcome.state == State.skipped:
        note(f"Job {job_id} ({outcome.kind}) was skipped: {outcome.error}")
        return DONE
    if outcome.state != State.done:
        note(f"Job {job_id} ({outcome.kind}) failed and is {outcome.state}: {outcome.error}")
    return DONE if outcome.state == State.done else FAILED


@app.command()
def retry(job_id: Id, as_json: Json = False) -> None:
    """Give a dead job its attempts again."""
    here = house.enter()
    from laurels.apps.jobs.services import job_retry

    job = job_retry(job_id, now=here.now, acting=here.acting)
    if as_json:
        emit(_row(job))
    else:
        say(f"Job {job.pk} ({job.kind}) waits again.")


@app.command()
def drain(
    timeout: Annotated[
        int, typer.Option(min=0, metavar="SECONDS", help="Stop waiting after this long.")
    ] = 300,
    as_json: Json = False,
) -> int:
    """Work deliveries and jobs; where a server runs on this data folder, wait until it has.

    Exit code 1 where an attempt failed, or something is still due when the time is over.
    """
    here = house.enter()
    from laurels.apps.intake.selectors_deliveries import deliveries_pending
    from laurels.apps.intake.services.deliveries_drain import inbox_drain
    from laurels.apps.jobs.selectors import jobs_list
    from laurels.apps.jobs.services import drain as do
    from laurels.cli.lock import is_held

    is_served = is_held(here.settings.data_dir)
    until = here.now + timeout
    inbox_drain(clock=here.clock, until=until, work=not is_served)
    drained = do(clock=here.clock, timeout=max(0, until - here.now), work=not is_served)
    # What came meanwhile, from the webhook door or as a second try.
    inbox_drain(clock=here.clock, until=until, work=not is_served)
    pending, now = jobs_list(state=State.pending, limit=None), here.now
    undelivered = deliveries_pending(due_by=now)
    due = sum(job.run_after <= now for job in pending)
    if as_json:
        emit(
            {
                "done": drained.done,
                "failed": drained.failed,
                "dead": drained.dead,
                "remaining": drained.remaining,
                "due": due,
                "deliveries": deliveries_pending(),
                "served": is_served,
            }
        )
    elif is_served:
        say(f"The running server has {count(drained.remaining, 'job')} left.")
    else:
        say(f"Did {count(drained.done, 'job')}; {count(drained.remaining, 'job')} left.")
    if drained.dead:
        note(f"{count(drained.dead, 'job')} gave up; see `laurels jobs list --state dead`.")
    if due:
        note(f"{count(due, 'job')} still due when the time was over.")
    if undelivered:
        left = count(undelivered, "delivery", "deliveries")
        note(f"{left} still to be worked when the time was over.")
    return FAILED if drained.failed or due or undelivered else DONE


def _row(job: Any) -> dict[str, Any]:
    return {
        "id": job.pk,
        "kind": job.kind,
        "state": job.state,
        "attempts": job.attempts,
        "run_after": machine(job.run_after),
        "created_at": machine(job.created_at),
        "finished_at": machine(job.finished_at),
        "last_error": job.last_error,
        "result": job.result,
    }
