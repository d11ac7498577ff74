"""`laurels worker`: processes that do the work that comes due, in the distributed mode."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from laurels.cli.app import single
from laurels.cli.distributed import enter_distributed, told

app = single()


class Queue(StrEnum):
    """What is worked: deliveries, what is soon done, what may take long."""

    inbox = "inbox"
    default = "default"
    bulk = "bulk"


@app.command()
def worker(
    queue: Annotated[
        list[Queue] | None,
        typer.Option(
            metavar="NAME",
            help="Work only this queue (repeatable): inbox, default or bulk; by default all.",
        ),
    ] = None,
    processes: Annotated[
        int, typer.Option(min=1, max=64, metavar="N", help="So many at a time.")
    ] = 2,
) -> int:
    """Work deliveries and jobs until told to end, beside others that do the same.

    Needs LAURELS_DATABASE_URL and LAURELS_REDIS_URL. SIGTERM or Ctrl-C lets what runs come to its
    end; what does not is taken up by another worker later.
    """
    enter_distributed()
    from django.conf import settings

    queues = [one.value for one in dict.fromkeys(queue or Queue)]
    names = ", ".join(queues)
    code: int = settings.LAURELS_WORK(
        queues=queues, processes=processes, ready=told(f"Laurels works {names}")
    )
    return code
