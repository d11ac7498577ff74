"""Browsers' sessions in the database, under a hash of what the cookie holds.

Who reads the database, or a backup of it, finds nothing there that opens a session. Django's own
store keeps the cookie's value itself. Of its asynchronous half nothing is used here.
"""

from __future__ import annotations

from typing import Any

from django.contrib.sessions.backends import db
from django.utils import timezone

from laurels.apps.people import secrets

_COLUMN = 40


def kept_key(session_key: str) -> str:
    """Return what stands in the database for a cookie's value: 160 bits of its SHA-256."""
    return secrets.hashed(session_key)[:_COLUMN]


class SessionStore(db.SessionStore):
    """Django's database store, in which a session is looked up by the hash of its key."""

    def _get_session_from_db(self) -> Any:
        key = kept_key(self.session_key or "")
        found = self.model.objects.filter(session_key=key, expire_date__gt=timezone.now()).first()
        if found is None:
            self._session_key = None
        return found

    def exists(self, session_key: str) -> bool:
        """Tell whether a session of this key is there."""
        return super().exists(kept_key(session_key))

    def create_model_instance(self, data: Any) -> Any:
        """Return the row to be saved."""
        row = super().create_model_instance(data)
        row.session_key = kept_key(row.session_key)
        return row

    def delete(self, session_key: str | None = None) -> None:
        """End a session; without a key this one."""
        key = session_key or self.session_key
        if key:
            super().delete(kept_key(key))
