"""Verifying the whole ledger.

ours       the selector: chain, sequence, reversals, balances, and items against entries
yardstick  a loop over Django's objects with json and hashlib, the chain alone
limit      a loop that only reads rows, encodes entries and hashes them
"""

from __future__ import annotations

import hashlib
import json
from binascii import unhexlify
from typing import Any

from benchmarks.fill import NOW, filled
from benchmarks.harness import LIMIT, OURS, YARDSTICK, Contender, Path, faster
from benchmarks.options import Options
from benchmarks.scratch import Scratch
from benchmarks.settling import settle_everybody

ENGINES = ("sqlite", "postgres")
_FIELDS = (
    "component", "contribution_ref", "contributor_ref", "explanation_digest", "generation", "kind",
    "occurred_at", "points", "posted_at", "project_ref", "reverses", "ruleset_hash", "scope",
    "season", "id", "source",
)  # fmt: skip
_GENESIS = "0" * 64


def run(scratch: Scratch, options: Options) -> list[Path]:
    """Measure one pass over the ledger of a settled program."""
    from laurels.apps.audit.actors import SYSTEM
    from laurels.apps.scoring.services import program_init

    people, facts = (150, 2_000) if options.is_quick else (20_000, 273_591)
    sha256 = filled(scratch, people, facts)
    program_init("nest", now=NOW, acting=SYSTEM)
    settle_everybody()
    scratch.analyze()
    loops = _Loops(scratch)
    contenders = [
        Contender(name, {"verify": work}, lambda _: loops.answer())
        for name, work in (
            (OURS, loops.ours), (YARDSTICK, loops.yardstick), (LIMIT, loops.limit),
        )
    ]  # fmt: skip
    loops.limit()
    path = Path(
        "ledger verify", scratch.engine, f"{loops.entries:,} entries", sha256, contenders,
        (faster("verify", 0.6, LIMIT),),
    )  # fmt: skip
    path.measure(options.rounds)
    rate = loops.entries / path.medians["verify", OURS]
    path.notes.append(f"ours verifies {rate:,.0f} entries a second")
    return [path]


class _Loops:
    """Three ways over the same entries; each leaves how many there were and the last hash."""

    def __init__(self, scratch: Scratch) -> None:
        self._scratch = scratch
        self.entries = 0
        self.head = ""

    def ours(self) -> None:
        from laurels.apps.scoring.selectors import ledger_verify

        verdict = ledger_verify()
        if not verdict.ok:
            raise RuntimeError(str(verdict.first_bad))
        self.entries, self.head = verdict.entries, verdict.head.hash

    def yardstick(self) -> None:
        from laurels.apps.scoring.models import LedgerEntry

        self.entries, self.head = 0, _GENESIS
        for entry in LedgerEntry.objects.order_by("id").iterator():
            body = {"sequence" if name == "id" else name: getattr(entry, name) for name in _FIELDS}
            text = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
            content = bytes.fromhex(self.head) + text.encode()
            if hashlib.sha256(content).hexdigest() != entry.hash:
                raise RuntimeError(f"entry {entry.id} is wrong")
            self.entries, self.head = self.entries + 1, entry.hash

    def limit(self) -> None:
        from laurels.domain.ledger import Component, Entry, EntryKind
        from laurels.domain.ledger.entries import entry_bytes

        components = {one.value: one for one in Component}
        kinds = {one.value: one for one in EntryKind}
        entries, head = 0, _GENESIS
        bare = self._scratch.raw()
        for row in self._rows(bare):
            entry = Entry(
                component=components[row[0]], contribution_ref=row[1], contributor_ref=row[2],
                explanation_digest=row[3], generation=row[4], kind=kinds[row[5]],
                occurred_at=row[6], points=row[7], posted_at=row[8], project_ref=row[9],
                reverses=row[10], ruleset_hash=row[11], scope=row[12], season=row[13],
                sequence=row[14], source=row[15],
            )  # fmt: skip
            head = hashlib.sha256(unhexlify(head) + entry_bytes(entry)).hexdigest()
            entries += 1
        bare.close()
        self.entries, self.head = entries, head

    def _rows(self, bare: Any) -> Any:
        query = f"SELECT {', '.join(_FIELDS)} FROM scoring_ledgerentry ORDER BY id"
        if self._scratch.engine == "sqlite":
            yield from bare.execute(query)
            return
        with bare.transaction(), bare.cursor("entries") as cursor:
            cursor.itersize = 5_000
            cursor.execute(query)
            yield from cursor

    def answer(self) -> dict[str, str]:
        """Return the number of entries and the head as found last."""
        return {"head": self.head, "entries": str(self.entries)}
