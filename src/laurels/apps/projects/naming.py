"""How projects may be called."""

from __future__ import annotations

import re
from collections.abc import Container

LONGEST_SLUG = 100
LONGEST_NAME = 200
# fmt: off
RESERVED = frozenset((
    "admin", "all", "api", "archive", "archived", "certificates", "chapters", "edit", "embed",
    "erased", "everybody", "leaderboard", "me", "new", "none", "null", "program", "project",
    "projects", "rules", "search", "season", "seasons", "settings", "tag", "tags", "undefined",
))
# fmt: on
_SLUG = re.compile(r"[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?")
_TAG = re.compile(r"[a-z0-9](?:[a-z0-9+#.-]*[a-z0-9+#])?")
_OTHER = re.compile(r"[^a-z0-9._-]+")
_OWNER = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,99}")
_REPOSITORY = re.compile(r"(?!\.{1,2}$)[A-Za-z0-9._-]{1,100}")


def slug_fault(slug: str) -> str:
    """Return what is wrong with a slug; empty where it may be used."""
    if len(slug) > LONGEST_SLUG:
        return f"has more than {LONGEST_SLUG} characters"
    if not _SLUG.fullmatch(slug):
        return (
            "may hold lower-case letters, digits, dots, dashes and underscores, and must begin"
            " and end with a letter or digit"
        )
    return f"{slug!r} is a reserved word" if slug in RESERVED else ""


def name_fault(name: str) -> str:
    """Return what is wrong with a name; empty where it may be used."""
    if not name.strip():
        return "must not be empty"
    if len(name) > LONGEST_NAME:
        return f"has more than {LONGEST_NAME} characters"
    return "" if name.isprintable() else "may hold printable characters only"


def tag_fault(key: str) -> str:
    """Return what is wrong with a tag; empty where it may be used."""
    if len(key) > 60:
        return "has more than 60 characters"
    if not _TAG.fullmatch(key):
        return "may hold lower-case letters, digits, + # . and dashes"
    return ""


def slug_for_owner(owner_login: str, taken: Container[str]) -> str:
    """Return the owner's login as a slug, with a number behind it where that cannot be had."""
    base = _OTHER.sub("-", owner_login.lower()).strip("._-")[: LONGEST_SLUG - 10] or "owner"
    slug, number = base, 1
    while slug in taken or slug in RESERVED:
        number += 1
        slug = f"{base}-{number}"
    return slug


def full_name_of(text: str) -> str:
    """Read `owner/name`, or the repository's address on the web, and return `owner/name`.

    ValueError says what is wrong. Any host is taken: only the last two parts are looked at.
    """
    path = text.strip()
    if "://" in path:
        path = path.partition("://")[2].partition("/")[2]
        path = "/".join(path.partition("?")[0].partition("#")[0].split("/")[:2])
    owner, slash, name = path.removesuffix(".git").partition("/")
    if not slash or not _OWNER.fullmatch(owner) or not _REPOSITORY.fullmatch(name):
        raise ValueError(
            f"{text[:100]!r} is neither owner/name nor the address of a repository on GitHub"
        )
    return f"{owner}/{name}"
