"""Take the identity out of a person's row, and leave what keeps them out from now on."""

from __future__ import annotations

from django.db import transaction

from laurels.adapters.keyring import kept_key
from laurels.apps.audit.actors import Actor
from laurels.apps.audit.services import record
from laurels.apps.jobs.services import texts_scrub
from laurels.apps.people.errors import ContributorNotFound
from laurels.apps.people.models import (
    Contributor,
    LoginReservation,
    Tombstone,
    TombstoneLogin,
)
from laurels.apps.people.tombstones import id_hash, key_path, login_hash


@transaction.atomic
def forget(contributor_id: int, *, now: int, acting: Actor) -> Contributor:
    """Empty login, GitHub id, logins had before and texts; return the person that is left.

    Kept are the random reference (the ledger knows the person by it alone), whether it is a robot,
    the intervals of bans, and keyed hashes of id and logins. It is a part of erasing a person
    (which also frees projects, titles and certificates of the name); not undone by anything.
    Raises ContributorNotFound where there is nobody, or the person is erased already; KeyMissing
    where earlier tombstones were made with a key that is gone.
    """
    person = Contributor.objects.filter(pk=contributor_id, erased_at=None).first()
    if person is None:
        raise ContributorNotFound("no such contributor")
    logins = {person.login_key, *person.aliases.values_list("login_key", flat=True)} - {""}
    key = kept_key(key_path(), may_make=not Tombstone.objects.exists())
    if person.github_id is not None:
        tombstone, _ = Tombstone.objects.get_or_create(
            github_id_hash=id_hash(key, person.github_id), defaults={"erased_at": now}
        )
        TombstoneLogin.objects.bulk_create(
            TombstoneLogin(tombstone=tombstone, login_hash=login_hash(key, login))
            for login in sorted(logins)
        )
    _leave(person)
    person.aliases.all().delete()
    person.bans.update(reason="")
    person.reservations.all().delete()
    LoginReservation.objects.filter(login_key__in=logins).delete()
    texts_scrub(logins)
    person.login = person.login_key = person.kind = ""
    person.github_id = person.claimed_at = person.closed_at = person.user = None
    person.is_staff = False
    person.session_version += 1
    person.login_seen_at = 0
    person.erased_at = now
    person.save()
    record(
        acting=acting,
        action="contributor:forget",
        subject=f"contributor:{person.ref}",
        now=now,
    )
    return person


def _leave(person: Contributor) -> None:
    """Take away every way in: sessions, tokens, what was sealed for GitHub, Django's row."""
    for rows in (
        person.token_references,
        person.github_tokens,
        person.personal_tokens,
        person.families,
        person.sign_ins,
    ):
        rows.all().delete()
    if person.user is not None:
        person.user.delete()
