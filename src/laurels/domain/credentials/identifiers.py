"""Identifiers of what a credential names: addresses where there is a public host, else UUIDs.

Every node of a document has one (but for the recipient's identity, to which Open Badges gives
none): that is what makes documents cheap to canonicalise and lets them be filled into a template.
"""

from __future__ import annotations

import hashlib
import re

from laurels.domain.credentials.model import Issuer

MOST_CHARACTERS = 2_000

_KEY = re.compile(r"[A-Za-z0-9._~-]+(/[A-Za-z0-9._~-]+)*")
# The characters that an IRI may hold, in the schemes that documents use. PyLD and others expand
# shorter words as terms, and what is no absolute IRI drops out of the signed graph in silence.
IRI = re.compile(r"(?:https?://|urn:|did:)[^\x00-\x20<>\"{}|^`\\\x7f]+")


class NotAnIdentifier(ValueError):
    """A text cannot identify a node: it is no absolute IRI, or no key."""


def identifier(issuer: Issuer, path: str) -> str:
    """Return the identifier of something that the issuer names by a path of its own."""
    if not _KEY.fullmatch(path):
        raise NotAnIdentifier(f"{path!r} is no path of letters, digits and .-_~/")
    if issuer.base_url is not None:
        return checked_iri(f"{issuer.base_url}/{path}")
    digest = bytearray(hashlib.sha256(f"{issuer.did}\n{path}".encode()).digest()[:16])
    # RFC 9562, version 8: an identifier made in a way of one's own.
    digest[6] = digest[6] & 0x0F | 0x80
    digest[8] = digest[8] & 0x3F | 0x80
    text = digest.hex()
    return f"urn:uuid:{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def credential_id(issuer: Issuer, number: str) -> str:
    """Return the identifier of a credential by its certificate number."""
    return identifier(issuer, f"credentials/{number}")


def status_list_id(issuer: Issuer, list_number: int) -> str:
    """Return the identifier of a status list."""
    return identifier(issuer, f"status-lists/{list_number}")


def checked_iri(text: str) -> str:
    """Return a text that is an absolute IRI (https, http, urn, did); else NotAnIdentifier."""
    if len(text) > MOST_CHARACTERS or not IRI.fullmatch(text):
        raise NotAnIdentifier(f"{text[:80]!r} is no absolute address or identifier")
    return text
