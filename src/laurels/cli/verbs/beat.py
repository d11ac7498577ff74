"""`laurels beat`: the clockwork of the distributed mode."""

from __future__ import annotations

from laurels.cli.app import single
from laurels.cli.distributed import enter_distributed, told

app = single()


@app.command()
def beat() -> int:
    """Have a worker look every ten seconds for what is due: schedules, second tries, lost hints.

    Needs LAURELS_DATABASE_URL and LAURELS_REDIS_URL. One is enough; two change nothing.
    """
    enter_distributed()
    from django.conf import settings

    code: int = settings.LAURELS_BEAT(ready=told("Laurels beats every ten seconds"))
    return code
