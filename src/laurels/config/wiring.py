"""The one place that chooses implementations; the rest of the house sees protocols.

What is chosen lands on Django's settings, where doors and apps read it and tests replace it:
`settings.LAURELS_CLOCK` always, `settings.LAURELS_BELL` in a serving process.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from laurels.adapters.keyring import Ring, kept_ring, read_ring
from laurels.adapters.system_clock import SystemClock
from laurels.adapters.vault import Vault
from laurels.kit.clock import Clock

if TYPE_CHECKING:
    from laurels.apps.jobs.bell import ThreadBell
    from laurels.config.env import Settings

CERTIFICATE_PROVIDERS = ("local",)


def clock() -> Clock:
    """Return the clock that everything in this process tells the time by."""
    return SystemClock()


def bell(clock: Clock) -> ThreadBell:
    """Return the doorbell of a serving process; `serve` starts its workers and stops them."""
    from laurels.apps.jobs.bell import ThreadBell  # its models load after the settings

    return ThreadBell(clock=clock)


def ring(settings: Settings, name: str) -> Ring:
    """Return the keys named `token_vault`, `token_ref` or `api`: as set, else from the folder."""
    if text := getattr(settings, f"{name}_keys_json"):
        return read_ring(text, getattr(settings, f"{name}_active_key_id"))
    return kept_ring(settings.data_dir / "keys", name.replace("_", "-"))


def vault(settings: Settings) -> Vault:
    """Return the vault of tokens for GitHub; its keys are read, or made, at first use."""
    return Vault(lambda: ring(settings, "token_vault"))


def reference_vault(settings: Settings) -> Vault:
    """Return the vault of the tokens that jobs refer to."""
    return Vault(lambda: ring(settings, "token_ref"))
