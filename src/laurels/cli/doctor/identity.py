"""Looks at what lets people in: signing in with GitHub, and the keys of what they entrusted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import urlsplit

from laurels.cli.doctor.findings import FAILED, OK, Finding
from laurels.cli.words import count

_LOOPBACK = {"127.0.0.1", "localhost", "::1"}
_CONNECT = "See docs/maintain/connect.md."


def sign_in(here: Any) -> Iterator[Finding]:
    """Whether people can sign in, over a line that nobody reads along, and come back to us."""
    ours = here.settings
    if not ours.github_client_id and not ours.github_client_secret:
        yield Finding(OK, f"not set up: nobody signs in with GitHub. {_CONNECT}")
        return
    if not ours.can_sign_in:
        missing = "ID" if not ours.github_client_id else "SECRET"
        hint = f"Set LAURELS_GITHUB_CLIENT_{missing} as well. {_CONNECT}"
        yield Finding(FAILED, "only one of client id and client secret is set", hint)
        return
    open_ones = [
        name
        for name in ("public_url", "github_web_url", "github_api_url")
        if _is_open(getattr(ours, name))
    ]
    for name in open_ones:
        hint = "Use an https:// address: sessions and codes can be read on the way."
        yield Finding(FAILED, f"LAURELS_{name.upper()} is neither https:// nor this machine", hint)
    if not open_ones:
        from django.urls import reverse

        callback = f"{ours.public_url}{reverse('github_callback')}"
        yield Finding(OK, f"at {ours.github_web_url}; its callback URL must be {callback}")


def keys(here: Any) -> Iterable[Finding]:
    """Whether every key is there that something was sealed with."""
    from django.conf import settings

    from laurels.apps.people.selectors_keys import github_token_keys, token_reference_keys
    from laurels.apps.projects.selectors_hooks import hook_secret_keys

    lost: Counter[str] = Counter()
    for ring, used in (
        ("token_vault", github_token_keys() + hook_secret_keys()),
        ("token_ref", token_reference_keys()),
    ):
        there = settings.LAURELS_RING(ring).keys if used else {}
        lost += Counter({f"{ring} {key}": used[key] for key in used if key not in there})
    if lost:
        detail = f"{count(lost.total(), 'secret')} sealed with keys that are gone: "
        hint = "Restore them from a backup; else people sign in again, and hooks are made anew."
        return [Finding(FAILED, detail + ", ".join(sorted(lost)), hint)]
    return [Finding(OK, "all that was sealed can be opened")]


def _is_open(address: str) -> bool:
    parts = urlsplit(address)
    return parts.scheme != "https" and parts.hostname not in _LOOPBACK
