"""What is known of erased people: only that an id or a login, when met again, is one of theirs.

Kept are HMAC-SHA256 values of GitHub ids and casefolded logins under a key that lies beside the
database, not in it: who has the database alone cannot try all ids. The key must be the same in
every process, so where several hosts share a database they need the same key file; without it
nothing that could bring an erased person back is read in (KeyMissing).
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings

from laurels.adapters.keyring import kept_key
from laurels.apps import sql

MASK = "[erased]"
_WORD = re.compile(r"[A-Za-z0-9]+(?:[-_]+[A-Za-z0-9]+)*(?:\[bot\])?")
_PART = re.compile(r"[A-Za-z0-9]+(?:\[bot\])?")
_MOST_PARTS = 12


def key_path() -> Path:
    """Return where the key of the tombstones lies."""
    path: Path = settings.LAURELS.data_dir / "keys" / "tombstone.key"
    return path


def id_hash(key: bytes, github_id: int) -> str:
    """Return the keyed hash of a GitHub id."""
    return hmac.new(key, b"id:%d" % github_id, hashlib.sha256).hexdigest()


def login_hash(key: bytes, login: str) -> str:
    """Return the keyed hash of a login, whatever its case."""
    return hmac.new(key, b"login:" + login.casefold().encode(), hashlib.sha256).hexdigest()


def erased_ids(github_ids: Collection[int]) -> frozenset[int]:
    """Return those of the ids that belong to erased people (one statement)."""
    if not github_ids:
        return frozenset()
    hashes = {row[0] for row in sql.fetch("SELECT github_id_hash FROM people_tombstone")}
    if not hashes:
        return frozenset()
    key = kept_key(key_path(), may_make=False)
    return frozenset(one for one in github_ids if id_hash(key, one) in hashes)


@dataclass(frozen=True, slots=True)
class Redactor:
    """Masks the logins of erased people in texts; false where nobody was ever erased."""

    key: bytes
    hashes: frozenset[str]
    _known: dict[str, bool] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.hashes)

    def is_erased(self, login: str) -> bool:
        """Tell whether an erased person had this login."""
        if not self.hashes:
            return False
        word = login.casefold()
        if word not in self._known:
            self._known[word] = login_hash(self.key, word) in self.hashes
        return self._known[word]

    def redact(self, text: str) -> str:
        """Replace every erased login in the text, alone or as part of a hyphenated word."""
        if not self.hashes:
            return text
        return _WORD.sub(lambda match: self._redact_word(match.group()), text)

    def _redact_word(self, word: str) -> str:
        if self.is_erased(word):
            return MASK
        parts = list(_PART.finditer(word))
        for length in range(min(len(parts), _MOST_PARTS), 0, -1):
            for first in range(len(parts) - length + 1):
                start, end = parts[first].start(), parts[first + length - 1].end()
                if self.is_erased(word[start:end]):
                    return self.redact(word[:start]) + MASK + self.redact(word[end:])
        return word


def redactor() -> Redactor:
    """Return the redactor of this moment (one statement; one a batch is enough)."""
    hashes = frozenset(row[0] for row in sql.fetch("SELECT login_hash FROM people_tombstonelogin"))
    key = kept_key(key_path(), may_make=False) if hashes else b""
    return Redactor(key, hashes)


def redact(text: str) -> str:
    """Mask the logins of erased people in one text; for many texts keep a `redactor`."""
    return redactor().redact(text)
