"""Where a request comes from, for limits."""

from __future__ import annotations

from django.http import HttpRequest


def address_of(request: HttpRequest) -> str:
    """Return who asks, by address; a whole /64 counts as one, for that is what a host is given.

    The server has put the address there that the trusted proxy named; headers are not believed.
    """
    address = str(request.META.get("REMOTE_ADDR", ""))
    return ":".join(address.split(":")[:4]) if ":" in address else address
