"""Where certificates are made. Providers are registered by name and chosen by a setting.

A provider's `make` may take as long as a network call does and is never called inside a
transaction. It must be idempotent by `Draft.key`: after a crash the same key comes again, with
another number.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol


class UnknownProvider(Exception):
    """No provider is registered under this name."""

    status_code = 422
    code = "unknown_provider"


class Retryable(Exception):
    """The provider could not do it now; the same request is tried again later."""


class Refused(Exception):
    """The provider will never make this certificate; a person has to look."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A certificate that is to be made, with everything that will be written on it."""

    key: str
    number: str
    recipient_ref: str
    recipient_login: str
    recipient_name: str
    season: str
    tier: str
    tier_label: str
    points: int
    summary: dict[str, Any]
    issuer: str
    issued_at: int


@dataclass(frozen=True, slots=True)
class Made:
    """What the provider made; `external_id` is its own name for it."""

    external_id: str = ""


class Provider(Protocol):
    """Makes certificates; raises Retryable or Refused when it cannot.

    `claim_size` is how many requests are taken at once: as many as `make` surely does within the
    ten minutes that a claim holds.
    """

    name: str
    claim_size: int

    def make(self, draft: Draft) -> Made:
        """Make one certificate."""
        ...


class LocalProvider:
    """Keeps the certificate here and asks nobody."""

    name = "local"
    claim_size = 2_000

    def make(self, draft: Draft) -> Made:
        """Accept the draft as it is: the row is the certificate."""
        return Made()


_PROVIDERS: dict[str, Callable[[], Provider]] = {LocalProvider.name: LocalProvider}


def provider_register(name: str, factory: Callable[[], Provider]) -> None:
    """Let `name` be chosen."""
    _PROVIDERS[name] = factory


def provider_names() -> tuple[str, ...]:
    """Return every name that can be chosen, in order."""
    return tuple(sorted(_PROVIDERS))


def provider_get(name: str) -> Provider:
    """Return the provider of this name; raises UnknownProvider naming those there are."""
    try:
        factory = _PROVIDERS[name]
    except KeyError:
        known = ", ".join(provider_names())
        raise UnknownProvider(f"no certificate provider {name!r}; there are: {known}") from None
    return factory()
