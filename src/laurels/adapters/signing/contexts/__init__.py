"""Published JSON-LD contexts, held here; nothing is ever fetched."""

from __future__ import annotations

import json
from functools import cache
from importlib import resources
from typing import Any

_OPEN_BADGES = "https://purl.imsglobal.org/spec/ob/v3p0"

FILES = {
    "https://www.w3.org/ns/credentials/v2": "credentials-v2.json",
    "https://w3id.org/security/data-integrity/v2": "data-integrity-v2.json",
    "https://w3id.org/security/multikey/v1": "multikey-v1.json",
    f"{_OPEN_BADGES}/context-3.0.1.json": "open-badges-3.0.1.json",
    f"{_OPEN_BADGES}/context-3.0.2.json": "open-badges-3.0.2.json",
    f"{_OPEN_BADGES}/context-3.0.3.json": "open-badges-3.0.3.json",
    f"{_OPEN_BADGES}/extensions.json": "open-badges-extensions.json",
}
"""Address → file."""


class UnknownContext(LookupError):
    """A document names a context that is not held here."""

    code = "unknown_context"


def load(url: str, _options: Any = None) -> dict[str, Any]:
    """Return a context in the form of PyLD's document loaders; raises UnknownContext."""
    return {
        "contentType": "application/ld+json",
        "contextUrl": None,
        "documentUrl": url,
        "document": _document(url),
        # PyLD keeps what it makes of a context from one document to the next only with this tag.
        "tag": "static",
    }


@cache
def _document(url: str) -> dict[str, Any]:
    if url not in FILES:
        raise UnknownContext(f"the context {url[:200]!r} is not kept here")
    found: dict[str, Any] = json.loads(resources.files(__name__).joinpath(FILES[url]).read_bytes())
    return found
