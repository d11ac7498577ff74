from __future__ import annotations

import pytest

from laurels.web.presenters.devices import device

MOZILLA = "Mozilla/5.0"
WEBKIT = "AppleWebKit/537.36 (KHTML, like Gecko)"


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (f"{MOZILLA} (X11; Linux x86_64) Gecko/20100101 Firefox/140.0", "Firefox on Linux"),
        (f"{MOZILLA} (Windows NT 10.0) {WEBKIT} Chrome/140.0 Safari/537.36", "Chrome on Windows"),
        (f"{MOZILLA} (Windows NT 10.0) {WEBKIT} Chrome/140 Safari/537 Edg/140", "Edge on Windows"),
        (f"{MOZILLA} (Linux; Android 15) {WEBKIT} Chrome/140 Mobile Safari/5", "Chrome on Android"),
        (f"{MOZILLA} (iPhone; CPU iPhone OS 18 like Mac OS X) Safari/604", "Safari on an iPhone"),
        (f"{MOZILLA} (Macintosh; Intel Mac OS X 15) Version/18 Safari/605", "Safari on a Mac"),
        ("Firefox/140.0", "Firefox"),
        ("curl/8.5.0", "curl/8.5.0"),
        ("x" * 200, "x" * 80),
        ("", "A browser without a name"),
    ],
)  # fmt: skip
def test_device_when_a_browser_names_itself_then_in_a_few_words(agent: str, words: str) -> None:
    assert device(agent) == words
