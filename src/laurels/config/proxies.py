"""Who really asks, where a proxy stands in front: told by it, and believed of it alone.

The server hands on the proxy's own address, which would make all people one to the limits, and
`http`, which would end HSTS.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from ipaddress import ip_address
from typing import Any

Application = Callable[[dict[str, Any], Any], Iterable[bytes]]
_FORWARDED = ("HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_HOST", "HTTP_X_FORWARDED_PROTO")
ANY = "*"


def behind_proxy(inside: Application, trusted: str) -> Application:
    """Return `inside` as it is met through the proxy at `trusted` (empty: there is none).

    Of a list of addresses the last counts, for the proxy itself has written it; what stands before
    it may be made up. Headers of anybody else are taken away.
    """

    def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        told = {name: environ.pop(name, "").split(",")[-1].strip() for name in _FORWARDED}
        if trusted and trusted in (environ.get("REMOTE_ADDR"), ANY):
            _believe(environ, *(told[name] for name in _FORWARDED))
        return inside(environ, start_response)

    return application


def _believe(environ: dict[str, Any], address: str, host: str, scheme: str) -> None:
    if _is_address(address):
        environ["REMOTE_ADDR"] = address
    if host:
        environ["HTTP_HOST"] = host
    if scheme in ("http", "https"):
        environ["wsgi.url_scheme"] = scheme


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True
