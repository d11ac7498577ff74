"""`laurels keys`: the keys that seal tokens and sign them, and changing them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any

import typer

from laurels.cli import house
from laurels.cli.app import group
from laurels.cli.faults import DONE, FAILED
from laurels.cli.options import Json
from laurels.cli.output import emit, listing, note, say, table
from laurels.cli.words import count

app = group("List and change the keys that seal and sign tokens.")


class Ring(StrEnum):
    """What keys are for."""

    vault = "vault"
    references = "references"
    api = "api"
    checkpoint = "checkpoint"


_SETTING = {
    Ring.vault: "token_vault",
    Ring.references: "token_ref",
    Ring.api: "api",
    Ring.checkpoint: "checkpoint",
}
_SIGN = frozenset({Ring.api, Ring.checkpoint})
"""What these keys made needs no sealing anew: it was signed, and old keys still verify."""
RingOption = Annotated[
    Ring | None, typer.Option("--ring", help="Only these keys; by default all.", show_default=False)
]
NoNew = Annotated[
    bool, typer.Option("--no-new", help="Make no key: finish what an earlier run left.")
]


@dataclass(frozen=True, slots=True)
class _Turned:
    ring: Ring
    active: str
    is_new: bool
    sealed: int
    lost: int


@app.command("list")
def list_(as_json: Json = False) -> None:
    """List keys by what they are for, and how much each of them sealed. No key is printed."""
    here = house.enter()
    rows = [row for ring in Ring for row in _rows(here, ring)]
    if as_json:
        emit(listing(rows))
        return
    table(
        ("ring", "key", "active", "from", "sealed>"),
        [
            (
                row["ring"],
                row["key"],
                "yes" if row["is_active"] else "",
                row["from"],
                "–" if row["sealed"] is None else str(row["sealed"]),
            )
            for row in rows
        ],
    )


@app.command()
def rotate(ring: RingOption = None, no_new: NoNew = False, as_json: Json = False) -> int:
    """Make new keys, and seal under them what the old ones sealed.

    Old keys stay in the folder and still open and verify. May be ended and run again; servers that
    run take the new keys up by themselves. Exit code 1 where something did not open.
    """
    here = house.enter()
    turned = [_turn(here, one, not no_new) for one in ([ring] if ring else Ring)]
    lost = sum(one.lost for one in turned)
    if as_json:
        emit(
            listing(
                [
                    {
                        "ring": one.ring.value,
                        "key": one.active,
                        "is_new": one.is_new,
                        "sealed": one.sealed,
                        "lost": one.lost,
                    }
                    for one in turned
                ]
            )
        )
        return FAILED if lost else DONE
    for one in turned:
        is_new = "new and " if one.is_new else ""
        what = "" if one.ring in _SIGN else f"; {count(one.sealed, 'secret')} sealed anew"
        say(f"{one.ring.value}: key {one.active} is {is_new}active{what}.")
    if lost:
        note(f"{count(lost, 'secret')} did not open: the key is gone. Restore it from a backup.")
    return FAILED if lost else DONE


def _is_set(here: house.House, ring: Ring) -> bool:
    return bool(getattr(here.settings, f"{_SETTING[ring]}_keys_json"))


def _rows(here: house.House, ring: Ring) -> list[dict[str, Any]]:
    from django.conf import settings

    kept = settings.LAURELS_RING(_SETTING[ring])
    used = _used(ring)
    place = "setting" if _is_set(here, ring) else "folder"
    rows: list[dict[str, Any]] = [
        {
            "ring": ring.value,
            "key": key,
            "is_active": key == kept.active,
            "from": place,
            "sealed": None if used is None else used[key],
        }
        for key in kept.keys
    ]
    gone = {key: number for key, number in (used or {}).items() if key not in kept.keys}
    nowhere = {"ring": ring.value, "is_active": False, "from": "missing"}
    return rows + [nowhere | {"key": key, "sealed": gone[key]} for key in sorted(gone)]


def _used(ring: Ring) -> Counter[str] | None:
    from laurels.apps.people.selectors_keys import github_token_keys, token_reference_keys
    from laurels.apps.projects.selectors_hooks import hook_secret_keys

    if ring in _SIGN:
        return None
    if ring is Ring.references:
        return token_reference_keys()
    return github_token_keys() + hook_secret_keys()


def _turn(here: house.House, ring: Ring, may_make: bool) -> _Turned:
    from django.conf import settings

    from laurels.apps.people.services.resealing import key_adopted

    is_new = may_make and not _is_set(here, ring)
    active = settings.LAURELS_RING(_SETTING[ring], make_new=is_new).active
    if is_new:
        key_adopted(_SETTING[ring], active, now=here.now, acting=here.acting)
    sealed = lost = 0
    for work in _works(ring):
        done = work(now=here.now, acting=here.acting)
        sealed, lost = sealed + done.sealed, lost + done.lost
    return _Turned(ring, active, is_new, sealed, lost)


def _works(ring: Ring) -> list[Callable[..., Any]]:
    """Return what seals anew under a ring's active key, each for one table."""
    from functools import partial

    from django.conf import settings

    from laurels.apps.people.services.resealing import github_tokens_reseal, token_references_reseal
    from laurels.apps.projects.services import hooks_reseal

    if ring is Ring.vault:
        settings.LAURELS_VAULT.refresh()
        return [partial(github_tokens_reseal, vault=settings.LAURELS_VAULT), hooks_reseal]
    if ring is Ring.references:
        settings.LAURELS_REFERENCE_VAULT.refresh()
        return [partial(token_references_reseal, vault=settings.LAURELS_REFERENCE_VAULT)]
    return []
