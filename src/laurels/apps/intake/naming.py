"""Whether a raw body names a person: by GitHub's id, by a login, alone or inside other words.

Before an erasure the person is known and whatever names them is found (`names`). Afterwards only
keyed hashes are left: then the people whom a body speaks of are read out of it (`people_in`) to
be compared; a login that stands in somebody's prose alone is not found that way.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection

# Not inside a longer word; what follows a percent sign belongs to a form's encoding.
_BEFORE = r"(?:(?<![a-z0-9])|(?<=%[0-9a-f]{2}))"
_ID_BEFORE = r"(?:id(?:\"|%22)\s*(?::|%3a)\s*(?:\"|%22)?|/u/|/user/)"
_LOGINS = re.compile(rb'"(?:login|username)"\s*:\s*"([^"\\]{1,100})"')
_IDS = re.compile(rb'"id"\s*:\s*([0-9]{1,18})(?![0-9])')


def names(github_id: int | None, logins: Collection[str]) -> Callable[[bytes], bool]:
    """Return what tells whether a body names the person of this id and these logins."""
    forms = [_BEFORE + re.escape(login.lower()) + r"(?![a-z0-9])" for login in sorted(logins)]
    if github_id is not None:
        forms.append(f"{_ID_BEFORE}{github_id}(?![0-9a-z.])")
    if not forms:
        return lambda body: False
    one_of = re.compile("|".join(forms).encode())
    return lambda body: one_of.search(body.lower()) is not None


def people_in(body: bytes) -> tuple[set[int], set[str]]:
    """Return the ids and the logins that a body gives; ids of other things may be among them."""
    logins = {found.decode("utf-8", "replace") for found in _LOGINS.findall(body)}
    return {int(found) for found in _IDS.findall(body)}, logins
