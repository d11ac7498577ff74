"""Is the ledger whole: the chain, its reversals, whose its entries are, and what items claim.

Guarantee: all reads see one state of the database, whoever writes meanwhile. `first_bad` is the
first entry whose content, place or reversal is wrong; where all are right, the last entry of the
first balance that is not the sum of its entries, then the entry that an item misquotes.

The database writes each entry's canonical JSON, so that no entry becomes an object of Python on
the way to its hash. What it writes is the JSON of the stored values, and so can have the stored
hash only where it is what was hashed; text that escapes otherwise than ours (control characters)
does not match, and is judged by `laurels.domain.ledger` as every entry that seems wrong.
"""

from __future__ import annotations

from binascii import unhexlify
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256

from django.db import DatabaseError

from laurels.apps import sql
from laurels.domain.ledger import (
    GENESIS,
    Component,
    Entry,
    EntryKind,
    Head,
    Link,
    Verifier,
)
from laurels.domain.ledger.checkpoints import Checkpoint, held_against

_CHUNK = 1_000
"""Entries a statement: what they take stays within the processor's own memory."""
_TEXTS = frozenset(
    {
        "component", "contribution_ref", "contributor_ref", "explanation_digest", "kind",
        "project_ref", "ruleset_hash", "scope", "season", "source",
    }
)  # fmt: skip
_FIELDS = Entry.__struct_fields__
_COLUMNS = tuple("id" if field == "sequence" else field for field in _FIELDS)
_COMPONENTS = {one.value: one for one in Component}
_KINDS = {one.value: one for one in EntryKind}

Bad = tuple[int, str]
"""(sequence, what is wrong)."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What `ledger verify` found; `first_bad` is (sequence, what is wrong) or None."""

    entries: int
    ok: bool
    first_bad: Bad | None
    head: Head


def ledger_verify(checkpoints: Sequence[Checkpoint] = ()) -> Verdict:
    """Recompute the chain and its head; then reversals, whose rows entries are, and items.

    Held against `checkpoints`, a ledger that was cut off or written anew is not whole either.
    Whose they are is for the caller to have checked.
    """
    with sql.snapshot():
        stated = Head(*sql.fetch("SELECT sequence, hash FROM scoring_chainhead WHERE id = 1")[0])
        found, bad = _chain()
        if bad is None and found != stated:
            detail = f"the ledger ends at entry {found.sequence}, the head says {stated.sequence}"
            bad = (found.sequence + 1, detail)
        # A chain may be well made over a reversal that was never allowed.
        reversal = _wrong_reversal()
        if reversal is not None and (bad is None or reversal[0] < bad[0]):
            bad = reversal
        told = held_against(checkpoints, found.sequence, _hashes(checkpoints))
        if told is not None and (bad is None or told.sequence < bad[0]):
            bad = (told.sequence, told.detail)
        bad = bad or _wrong_owner() or _wrong_item()
    return Verdict(found.sequence, bad is None, bad, stated)


def _hashes(checkpoints: Sequence[Checkpoint]) -> dict[int, str]:
    where, ids = sql.in_ids("id", {one.sequence for one in checkpoints})
    return dict(sql.fetch(f"SELECT id, hash FROM scoring_ledgerentry WHERE {where}", ids))


def _chain() -> tuple[Head, Bad | None]:
    """Hash every entry in order; return the last good one, and what is wrong with the next."""
    sequence, last = GENESIS.sequence, GENESIS.hash
    for rows in _chunks():
        for at, previous, stored, text in rows:
            if (
                at != sequence + 1
                or previous != last
                or sha256(unhexlify(last) + text).hexdigest() != stored
            ):
                bad = _judged(Head(sequence, last), at)
                if bad is not None:
                    return Head(sequence, last), bad
            sequence, last = at, stored
    return Head(sequence, last), None


def _chunks() -> Iterator[list[tuple[int, str, str, bytes]]]:
    """Read (id, previous hash, hash, canonical JSON) in order, so that memory stays flat."""
    query = (
        f"SELECT id, previous_hash, hash, {_canonical()} FROM scoring_ledgerentry"
        " WHERE id > %s ORDER BY id LIMIT %s"
    )
    last: int | None = None
    while True:
        rows = _chunk(query, last)
        yield rows
        if len(rows) < _CHUNK:
            return
        last = rows[-1][0]


def _chunk(query: str, last: int | None) -> list[tuple[int, str, str, bytes]]:
    # An entry may have been moved to a place below the first.
    parameters = [-(2**63) if last is None else last, _CHUNK]
    if sql.is_postgres():
        return [(*row[:3], row[3].encode()) for row in sql.fetch(query, parameters)]  # type: ignore[misc]
    try:
        return sql.fetch(query, parameters)  # type: ignore[return-value]
    except DatabaseError:
        # Bytes where text belongs, for which there is no JSON: each entry is judged for itself.
        return sql.fetch(query.replace(_canonical(), "x''"), parameters)  # type: ignore[return-value]


def _canonical() -> str:
    """Return the SQL of an entry's canonical JSON, as bytes on SQLite and text on PostgreSQL."""
    if not sql.is_postgres():
        pairs = ", ".join(f"'{name}', {at}" for name, at in zip(_FIELDS, _COLUMNS, strict=True))
        return f"CAST(json_object({pairs}) AS BLOB)"
    parts = (
        f"'{mark}\"{name}\":', {_json(at)}"
        for mark, name, at in zip("{" + "," * len(_FIELDS), _FIELDS, _COLUMNS, strict=False)
    )
    return f"CONCAT({', '.join(parts)}, '}}')"


def _json(column: str) -> str:
    if column in _TEXTS:
        return f"to_json({column})"
    return f"COALESCE({column}::text, 'null')" if column == "reverses" else column


def _judged(head: Head, at: int) -> Bad | None:
    """Say what is wrong with the entry that is stored after a good head; None where nothing is."""
    row = sql.fetch(
        f"SELECT {', '.join(_COLUMNS)}, previous_hash, hash FROM scoring_ledgerentry WHERE id = %s",
        [at],
    )[0]
    values = dict(zip(_FIELDS, row, strict=False))
    try:
        values["component"] = _COMPONENTS[values["component"]]
        values["kind"] = _KINDS[values["kind"]]
    except KeyError as error:
        return head.sequence + 1, f"unknown word {error}"
    bad = Verifier(head).feed(Link(Entry(**values), *row[-2:]))
    return None if bad is None else (bad.sequence, bad.detail)


def _wrong_reversal() -> Bad | None:
    """Find a reversal that takes back anything but one earlier entry of its own item, once."""
    rows = sql.fetch(
        "SELECT e.id, e.reverses FROM scoring_ledgerentry e"
        " LEFT JOIN scoring_ledgerentry t ON t.id = e.reverses"
        " WHERE (e.is_reversal OR e.reverses IS NOT NULL) AND (t.id IS NULL OR t.id >= e.id"
        " OR e.kind <> 'REVERSAL' OR t.kind = 'REVERSAL' OR t.points <> -e.points"
        " OR t.contributor_ref <> e.contributor_ref OR t.contribution_ref <> e.contribution_ref"
        " OR t.scope <> e.scope OR t.component <> e.component OR EXISTS"
        " (SELECT 1 FROM scoring_ledgerentry x WHERE x.reverses = e.reverses AND x.id < e.id))"
        " ORDER BY e.id LIMIT 1"
    )
    if not rows:
        return None
    entry, target = rows[0]
    taken = "no entry" if target is None else f"entry {target}"
    return entry, f"entry {entry} takes back {taken}, which it may not"


def _wrong_owner() -> Bad | None:
    """Find an entry whose columns beside the hash say something else than those inside it."""
    rows = sql.fetch(
        "SELECT MIN(e.id) FROM scoring_ledgerentry e"
        " LEFT JOIN people_contributor c ON c.id = e.contributor_id"
        " LEFT JOIN contributions_contribution b ON b.id = e.contribution_id"
        " WHERE COALESCE(c.ref, '') <> e.contributor_ref"
        " OR COALESCE(b.ref, '') <> e.contribution_ref"
        " OR e.is_reversal <> (e.kind = 'REVERSAL')"
    )
    found = rows[0][0]
    return None if found is None else (found, f"entry {found} is filed under another's name")


def _wrong_item() -> Bad | None:
    """Find an item that claims what its entries do not carry, or an entry that no item carries.

    Where each item names entries of its own that carry its amounts, none of them taken back, and
    items name as many as stand, balances are the sums of their entries: no sum need be made. Only
    where something is wrong are balances compared, to say whose.
    """
    wrong = _misquoted() or _named_and_gone() or _unnamed()
    return wrong and (_wrong_balance() or wrong)


_AMOUNTS = (
    ("base", "t.posted_base"),
    ("extra", "t.posted_extra"),
    ("penalty", "-t.posted_penalty"),
)


def _misquoted() -> Bad | None:
    joins, wrong = "", []
    for component, amount in _AMOUNTS:
        entry = component[0]
        joins += f" LEFT JOIN scoring_ledgerentry {entry} ON {entry}.id = t.{component}_entry"
        wrong.append(
            f"MIN(CASE WHEN t.{component}_entry IS NULL THEN CASE WHEN {amount} <> 0 THEN 0 END"
            f" WHEN {entry}.points = {amount} AND {entry}.component = '{component}'"
            f" AND {entry}.contribution_id = t.contribution_id"
            f" AND {entry}.contributor_id = t.contributor_id AND NOT {entry}.is_reversal"
            f" AND {entry}.scope = CASE WHEN t.scope = 0 THEN 'program'"
            f" ELSE 'project:' || j.ref END THEN NULL ELSE t.{component}_entry END)"
        )
    found = sql.fetch(
        f"SELECT {', '.join(wrong)} FROM scoring_item t"
        f" LEFT JOIN projects_project j ON j.id = t.scope{joins}"
    )[0]
    for (component, _), entry in zip(_AMOUNTS, found, strict=True):
        if entry is not None:
            return int(entry), f"an item's {component} does not match its entry"
    return None


def _named_and_gone() -> Bad | None:
    rows = sql.fetch(
        "SELECT MIN(e.reverses) FROM scoring_ledgerentry e"
        " JOIN scoring_item t ON t.contribution_id = e.contribution_id"
        " AND e.reverses IN (t.base_entry, t.extra_entry, t.penalty_entry)"
        " WHERE e.reverses IS NOT NULL"
    )
    found = rows[0][0]
    return None if found is None else (found, f"an item names entry {found}, which was taken back")


def _unnamed() -> Bad | None:
    """Compare how many entries stand with how many are named; name the first that is not."""
    stand, named = sql.fetch(
        "SELECT (SELECT COALESCE(SUM(CASE WHEN is_reversal THEN -1 ELSE 1 END), 0)"
        " FROM scoring_ledgerentry WHERE contribution_id IS NOT NULL), (SELECT"
        " COUNT(base_entry) + COUNT(extra_entry) + COUNT(penalty_entry) FROM scoring_item)"
    )[0]
    if stand == named:
        return None
    rows = sql.fetch(
        "SELECT MIN(e.id) FROM scoring_ledgerentry e WHERE e.contribution_id IS NOT NULL"
        " AND NOT e.is_reversal AND NOT EXISTS (SELECT 1 FROM scoring_ledgerentry x"
        " WHERE x.reverses = e.id) AND NOT EXISTS (SELECT 1 FROM scoring_item t WHERE"
        " t.contribution_id = e.contribution_id"
        " AND e.id IN (t.base_entry, t.extra_entry, t.penalty_entry))"
    )
    found = rows[0][0] or 0
    return found, f"entry {found} stands, and no item carries it"


def _wrong_balance() -> Bad | None:
    """Find the balance that items state and entries do not give; of several, the earliest."""
    rows = sql.fetch(
        "SELECT ref, scope, SUM(stated), SUM(given), MAX(last) FROM ("
        " SELECT c.ref AS ref, CASE WHEN t.scope = 0 THEN 'program' ELSE 'project:' || p.ref END"
        " AS scope, t.posted_base + t.posted_extra - t.posted_penalty AS stated, 0 AS given,"
        " 0 AS last FROM scoring_item t JOIN people_contributor c ON c.id = t.contributor_id"
        " LEFT JOIN projects_project p ON p.id = t.scope"
        " UNION ALL SELECT contributor_ref, scope, 0, points, id FROM scoring_ledgerentry"
        " WHERE contribution_id IS NOT NULL) q GROUP BY ref, scope"
        " HAVING SUM(stated) <> SUM(given) ORDER BY MAX(last), ref, scope LIMIT 1"
    )
    if not rows:
        return None
    ref, scope, stated, given, last = rows[0]
    return last, f"balance of {ref} in {scope}: {stated} stated, {given} in the ledger"
