"""Logins of an erased person, taken out of what was written down about failures."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Model

from laurels.apps.people.tombstones import MASK

Column = tuple[type[Model], str]


def messages_mask(columns: Iterable[Column], logins: Iterable[str]) -> None:
    """Replace each message that holds one of these logins, in any case, with the mask."""
    names = sorted(logins)
    for model, column in columns:
        for login in names:
            rows = model._default_manager.filter(**{f"{column}__icontains": login})
            rows.update(**{column: MASK})
