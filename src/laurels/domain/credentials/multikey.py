"""Public keys and who holds them, as text: multikeys, did:key, did:web and DID documents.

Sources: Controlled Identifiers 1.0 (Multikey), the did:key and did:web method specifications. Only
Ed25519 is spoken here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from laurels.kit import base58

KEY_BYTES = 32
_ED25519 = b"\xed\x01"
_BASE = re.compile(
    r"(https?)://([A-Za-z0-9.-]+(?::[0-9]{1,5})?|\[[0-9A-Fa-f:.]+\])((?:/[\w.~-]+)*)/?"
)
_DID_WEB = re.compile(r"did:web:([A-Za-z0-9.-]+)(?:%3A([0-9]{1,5}))?((?::[\w.~-]+)*)")


class NotAKey(ValueError):
    """A text is no Ed25519 key that we can read, or no identifier of one."""


def multikey(public: bytes) -> str:
    """Write the 32 bytes of a public Ed25519 key as a multikey (`z6Mk…`)."""
    if len(public) != KEY_BYTES:
        raise NotAKey(f"a public Ed25519 key has {KEY_BYTES} bytes, this has {len(public)}")
    return "z" + base58.encode(_ED25519 + public)


def key_of_multikey(text: str) -> bytes:
    """Read a multikey; raises NotAKey for other kinds of keys, too."""
    try:
        data = base58.decode(text[1:]) if text.startswith("z") else b""
    except base58.NotBase58 as fault:
        raise NotAKey(f"this is no multikey: {fault}") from None
    if data[:2] != _ED25519 or len(data) != KEY_BYTES + 2:
        raise NotAKey("this is no multikey of an Ed25519 key (z6Mk…)")
    return data[2:]


def did_key(public: bytes) -> str:
    """Name the holder of a key by the key itself; anybody can resolve it, nobody can change it."""
    return f"did:key:{multikey(public)}"


def key_of_did_key(did: str) -> bytes:
    """Read the key out of `did:key:z6Mk…`, with or without the fragment that repeats it."""
    name, _, fragment = did.partition("#")
    text = name.removeprefix("did:key:")
    if text == name or (fragment and fragment != text):
        raise NotAKey("this is no did:key identifier")
    return key_of_multikey(text)


def did_web(base_url: str) -> str | None:
    """Name the holder of a web address, or None where did:web cannot: it wants https."""
    match = _BASE.fullmatch(base_url)
    if match is None or match[1] != "https" or match[2].startswith("["):
        return None
    return f"did:web:{match[2].replace(':', '%3A')}{match[3].replace('/', ':')}"


def did_web_address(did: str) -> str:
    """Tell where the document of a did:web identifier is served; raises NotAKey for no such one."""
    match = _DID_WEB.fullmatch(did)
    if match is None:
        raise NotAKey("this is no did:web identifier")
    port = f":{match[2]}" if match[2] else ""
    path = match[3].replace(":", "/") or "/.well-known"
    return f"https://{match[1]}{port}{path}/did.json"


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A key of a ring: `key_id` names it within its holder's DID document."""

    key_id: str
    public: bytes


def method_of(did: str, key: PublicKey) -> str:
    """Name a key as proofs do (`verificationMethod`)."""
    if did.startswith("did:key:"):
        return f"{did}#{did.removeprefix('did:key:')}"
    return f"{did}#key-{key.key_id}"


def did_document(did: str, keys: Iterable[PublicKey]) -> dict[str, Any]:
    """Return the document of a did:web identifier: all its keys, so that old proofs verify."""
    named = sorted((method_of(did, key), multikey(key.public)) for key in keys)
    return {
        "@context": ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"],
        "id": did,
        "verificationMethod": [
            {"id": name, "type": "Multikey", "controller": did, "publicKeyMultibase": text}
            for name, text in named
        ],
        "assertionMethod": [name for name, _ in named],
    }


def keys_of_document(document: Mapping[str, Any]) -> dict[str, bytes]:
    """Read the keys that a DID document allows for assertions, by name; others are left out."""
    did = document.get("id")
    allowed = document.get("assertionMethod")
    if not isinstance(did, str) or not isinstance(allowed, list):
        return {}
    methods = [
        m for m in _list(document.get("verificationMethod")) + allowed if isinstance(m, dict)
    ]
    names = {m if isinstance(m, str) else m.get("id") for m in allowed if isinstance(m, str | dict)}
    found: dict[str, bytes] = {}
    for method in methods:
        name, text = method.get("id"), method.get("publicKeyMultibase")
        if not isinstance(name, str) or not isinstance(text, str) or name not in names:
            continue
        if method.get("controller") != did or "revoked" in method:
            continue
        try:
            found[did + name if name.startswith("#") else name] = key_of_multikey(text)
        except NotAKey:
            continue
    return found


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
