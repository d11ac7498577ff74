"""Reads about people."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from django.db.models import F

from laurels.apps import sql
from laurels.apps.people.errors import ContributorNotFound
from laurels.apps.people.models import Alias, Contributor, LoginReservation


def access_contributor(login: str) -> Contributor:
    """Return who has the login now, else who had it last; raises ContributorNotFound.

    A login that somebody else took over leads to its present holder, who inherits nothing else.
    """
    found = contributors_by_login([login])
    if login not in found:
        raise ContributorNotFound("no contributor has this login")
    return found[login]


def contributors_by_login(logins: Iterable[str]) -> dict[str, Contributor]:
    """Return the people behind logins in any case, keyed as asked; unknown ones are absent."""
    keys = {login: login.casefold() for login in logins if login}
    found: dict[str, Contributor] = {}
    # The latest comes last and stays: two rows may hold one login until the rename is learned.
    for person in Contributor.objects.filter(
        login_key__in=set(keys.values()), erased_at=None
    ).order_by("login_seen_at", "id"):
        found[person.login_key] = person
    missing = set(keys.values()) - found.keys()
    if missing:
        for alias in (
            Alias.objects.filter(login_key__in=missing, contributor__erased_at=None)
            .select_related("contributor")
            .order_by("last_seen_at", "id")
        ):
            found[alias.login_key] = alias.contributor
    return {login: found[key] for login, key in keys.items() if key in found}


def person_by_ref(ref: str) -> Contributor | None:
    """Return who has this reference, or whom a confirmed reservation of it leads to; not erased."""
    found = Contributor.objects.filter(ref=ref, erased_at=None).first()
    if found is not None:
        return found
    kept = LoginReservation.objects.select_related("contributor").filter(
        ref=ref, contributor__erased_at=None
    )
    row = kept.exclude(contributor=None).first()
    return None if row is None else row.contributor


def reservation_open(*, ref: str = "", login: str = "", now: int) -> LoginReservation | None:
    """Return the reservation of a reference, or of a login, that GitHub has not confirmed yet."""
    kept = LoginReservation.objects.filter(contributor=None, expires_at__gt=now)
    return kept.filter(ref=ref).first() if ref else kept.filter(login_key=login.casefold()).first()


def aliases_of(contributor_id: int) -> list[str]:
    """Return the logins that a person had before the present one, the latest first."""
    return list(
        Alias.objects.filter(contributor_id=contributor_id)
        .exclude(login_key=F("contributor__login_key"))
        .order_by("-last_seen_at", "login_key")
        .values_list("login", flat=True)
    )


def bans_for(contributor_ids: Iterable[int]) -> dict[int, tuple[tuple[int, int | None], ...]]:
    """Return the bans [starts_at, ends_at) of these people, earliest first (one statement)."""
    condition, parameters = sql.in_ids("contributor_id", contributor_ids)
    found: dict[int, list[tuple[int, int | None]]] = defaultdict(list)
    for pk, starts_at, ends_at in sql.fetch(
        "SELECT contributor_id, starts_at, ends_at FROM people_ban"
        f" WHERE {condition} AND (ends_at IS NULL OR ends_at > starts_at)"
        " ORDER BY contributor_id, starts_at, id",
        parameters,
    ):
        found[pk].append((starts_at, ends_at))
    return {pk: tuple(bans) for pk, bans in found.items()}


def logins_of(contributor_ids: Iterable[int]) -> dict[int, str]:
    """Return the current login of each of these people; empty for who was erased."""
    return dict(Contributor.objects.filter(pk__in=list(contributor_ids)).values_list("pk", "login"))


def refs_of(contributor_ids: Iterable[int]) -> dict[int, str]:
    """Return the reference of each of these people."""
    return dict(Contributor.objects.filter(pk__in=list(contributor_ids)).values_list("pk", "ref"))
