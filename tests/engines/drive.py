"""What the engine tests do in processes of their own: `python -m tests.engines.drive VERB …`.

Prints "ready" once Django is up, so that a killer can aim at the work and not at the imports. As
`host` it forks a process for each verb that it is told, one after another: killing twenty of them
costs one start of the program.
"""

from __future__ import annotations

import json
import os
import random
import sys
import traceback

from laurels.config import boot


def main(verb: str, *arguments: str) -> None:
    """Run one verb and print its result as JSON, or be a host."""
    boot.setup()
    print("ready", flush=True)  # noqa: T201 - the test waits for it
    if verb == "host":
        host()
    else:
        print(json.dumps(answer(verb, *arguments)), flush=True)  # noqa: T201 - the test reads it


def answer(verb: str, *arguments: str) -> object:
    """Run one verb and return its result."""
    return {
        "begin": begin,
        "import": bring_in,
        "import_state": lambda *paths: [bring_in(*paths), state()][1],
        "churn": churn,
        "restore_state": lambda: [restore(), state()][1],
        "issue": issue,
        "state": state,
    }[verb](*arguments)


def host() -> None:
    """Fork for each line of the input, a verb with its arguments; say its number and how it ended.

    Its answer goes to the file that the line names. The host itself holds no connection.
    """
    for line in sys.stdin:
        verb, file, *arguments = json.loads(line)
        child = os.fork()
        if not child:
            _exit_with(verb, arguments, file)
        print(child, flush=True)  # noqa: T201 - the test reads it
        print(os.waitpid(child, 0)[1], flush=True)  # noqa: T201


def _exit_with(verb: str, arguments: list[str], file: str) -> None:
    try:
        result = json.dumps(answer(verb, *arguments))
        with open(file, "w", encoding="utf-8") as out:
            out.write(result)
    except BaseException:
        traceback.print_exc()
        os._exit(1)
    os._exit(0)


def begin(preset: str) -> None:
    """Migrate and begin the program."""
    from django.core.management import call_command

    from laurels.apps.audit.actors import SYSTEM
    from laurels.apps.scoring.services import program_init

    call_command("migrate", verbosity=0)
    program_init(preset, now=NOW, acting=SYSTEM)


NOW = 1_777_000_000


def bring_in(*paths: str) -> dict[str, int]:
    """Import event files."""
    from laurels.apps.audit.actors import SYSTEM
    from laurels.apps.intake.services import batches, import_gharchive
    from laurels.apps.projects.register import Register
    from laurels.kit.clock import ManualClock

    batches.BATCH = 200  # many small transactions, so that a kill falls between and into them
    report = import_gharchive(paths, register=Register.all(), clock=ManualClock(NOW), acting=SYSTEM)
    return {"entries_posted": report.entries_posted, "pull_requests": report.pull_requests}


def settle_all() -> None:
    """Settle everybody, whether marked or not, in small groups."""
    from laurels.apps.audit.actors import SYSTEM
    from laurels.apps.recognition.services import settle

    people = _people()
    for start in range(0, len(people), 40):
        settle(people[start : start + 40], acting=SYSTEM, source="job:1", now=NOW)


def _people() -> list[int]:
    from laurels.apps.people.models import Contributor

    return list(Contributor.objects.order_by("pk").values_list("pk", flat=True))


def churn(seed: str, rounds: str) -> None:
    """Void and restore pull requests of the same fifty people, settling all of them each time."""
    from django.db import transaction

    from laurels.apps.audit.actors import SYSTEM
    from laurels.apps.contributions.models import PullRequest
    from laurels.apps.contributions.services import void_lift, void_mark
    from laurels.apps.recognition.services import settle

    draw = random.Random(int(seed))
    people = _people()[:50]
    mine = [
        row
        for row in PullRequest.objects.filter(author_id__in=people).order_by("pk")
        if row.pk % 4 == int(seed) % 4
    ]
    for _ in range(int(rounds) // 2):
        target = draw.choice(mine)
        for change in (void_mark, void_lift):
            with transaction.atomic():
                change(target, reason="test", now=NOW, acting=SYSTEM)
                draw.shuffle(people)
                settle(people, acting=SYSTEM, source=f"test:{seed}", now=NOW)


def restore() -> None:
    """Lift every void mark that a killed churn left, and settle everybody."""
    from laurels.apps.audit.actors import SYSTEM
    from laurels.apps.contributions.models import VoidMark
    from laurels.apps.contributions.services import void_lift

    for mark in VoidMark.objects.filter(lifted_at=None).select_related("pull_request"):
        void_lift(mark.pull_request, reason="test", now=NOW, acting=SYSTEM)
    settle_all()


def issue() -> dict[str, int]:
    """Issue what waits."""
    from laurels.apps.audit.actors import SYSTEM
    from laurels.apps.recognition.services import certificates_issue_pending

    result = certificates_issue_pending(now=NOW, acting=SYSTEM)
    return {"issued": result.issued}


def state() -> dict[str, object]:
    """Tell whether the ledger is whole and what stands in it."""
    from laurels.apps.recognition.models import Certificate
    from laurels.apps.scoring.selectors import ledger_digest, ledger_verify
    from laurels.apps.standings.models import Board
    from laurels.apps.standings.selectors import histogram_faults

    verdict, digest = ledger_verify(), ledger_digest()
    return {
        "ok": verdict.ok,
        "first_bad": verdict.first_bad,
        "entries": verdict.entries,
        "active_items": digest.active_items,
        "sha256": digest.sha256,
        "boards": Board.objects.count(),
        "recount_faults": [str(fault) for fault in histogram_faults()],
        "certificates": Certificate.objects.count(),
    }


if __name__ == "__main__":
    main(*sys.argv[1:])
