"""The stored form of a ruleset and its content hash.

Plain dicts and lists of strings, ints and booleans, in thousandths. Fields at their default are
left out, so a field that a later release adds changes no hash of a ruleset that does not use it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from typing import Any

import msgspec

from laurels.domain.rulesets.model import Ruleset
from laurels.kit.canonical import canonical_bytes, sha256_hex


def canonical(ruleset: Ruleset) -> dict[str, Any]:
    """Return the normalised plain form: what is stored, compared and hashed."""
    form: dict[str, Any] = _plain(ruleset)
    return form


def from_canonical(form: Mapping[str, Any]) -> Ruleset:
    """Return the ruleset of a stored form; msgspec.ValidationError when it is no such form."""
    return msgspec.convert(form, Ruleset, str_keys=True)


def content_hash(ruleset: Ruleset) -> str:
    """Return the SHA-256, in hex, of the canonical bytes of a ruleset."""
    return sha256_hex(canonical_bytes(canonical(ruleset)))


def _plain(value: Any) -> Any:
    if is_dataclass(value):
        return {
            field.name: _plain(getattr(value, field.name))
            for field in fields(value)
            if getattr(value, field.name) != _default(field)
        }
    if isinstance(value, Mapping):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, tuple):
        return [_plain(inner) for inner in value]
    return value


def _default(field: Field[Any]) -> Any:
    return field.default if field.default_factory is MISSING else field.default_factory()
