from __future__ import annotations

from typing import Any

import pytest

from laurels.config.proxies import behind_proxy

PROXY, CLIENT = "10.0.0.1", "192.0.2.7"


def met(trusted: str, sender: str = PROXY, **headers: str) -> dict[str, Any]:
    """Return what an application is told of a request."""
    seen: dict[str, Any] = {}

    def inside(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        seen.update(environ)
        return []

    named = {f"HTTP_X_FORWARDED_{name.upper()}": value for name, value in headers.items()}
    asked = {"REMOTE_ADDR": sender, "HTTP_HOST": "inner", "wsgi.url_scheme": "http", **named}
    assert behind_proxy(inside, trusted)(asked, None) == []
    assert not [name for name in seen if "FORWARDED" in name]
    return seen


@pytest.mark.parametrize(
    ("told", "address"),
    [
        (CLIENT, CLIENT),
        (f"203.0.113.9, {CLIENT}", CLIENT),
        (f"203.0.113.9,{CLIENT} ", CLIENT),
        ("2001:db8::1", "2001:db8::1"),
        ("", PROXY),
        ("unknown", PROXY),
        (f"{CLIENT}, <script>", PROXY),
    ],
)
def test_address_when_the_proxy_tells_then_its_own_word_alone_counts(
    told: str, address: str
) -> None:
    assert met(PROXY, **{"for": told})["REMOTE_ADDR"] == address


@pytest.mark.parametrize("trusted", ["", "10.0.0.2"])
def test_headers_when_anybody_else_sends_them_then_not_believed(trusted: str) -> None:
    seen = met(trusted, **{"for": CLIENT}, host="evil.example", proto="https")
    assert (seen["REMOTE_ADDR"], seen["HTTP_HOST"]) == (PROXY, "inner")
    assert seen["wsgi.url_scheme"] == "http"


def test_scheme_and_host_when_the_proxy_tells_then_taken() -> None:
    seen = met(PROXY, **{"for": CLIENT}, host="laurels.example", proto="https")
    assert (seen["wsgi.url_scheme"], seen["HTTP_HOST"]) == ("https", "laurels.example")
    assert met(PROXY, proto="javascript")["wsgi.url_scheme"] == "http"


def test_any_when_every_sender_is_trusted_then_believed() -> None:
    assert met("*", sender="203.0.113.5", **{"for": CLIENT})["REMOTE_ADDR"] == CLIENT
