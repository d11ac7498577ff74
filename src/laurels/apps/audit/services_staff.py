"""One-time links that sign this host's staff in, until people sign in with GitHub.

Guarantee: a link works once, within ten minutes of its making, and only with this installation's
secret key; making and using it each leave an audit row. The audit chain is what makes it single
use: the row of a use names the link, and the head of the chain is locked while it is looked for,
so that of two uses at once one is refused. The token itself is nowhere stored.
"""

from __future__ import annotations

import secrets

from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractBaseUser
from django.core.signing import BadSignature, Signer
from django.db import transaction

from laurels.apps.audit.actors import Actor, operator
from laurels.apps.audit.models import AuditRow
from laurels.apps.audit.services import record
from laurels.kit.canonical import sha256_hex

LASTS_SECONDS = 600
USERNAME = "operator"
_MADE, _USED = "staff-link:make", "staff-link:use"


class StaffLinkRefused(Exception):
    """The link does not sign anybody in; the message says why."""

    status_code = 403
    code = "staff_link_refused"


def _signer() -> Signer:
    return Signer(salt="laurels.staff-link", sep=".")


def _subject(nonce: str) -> str:
    return f"staff-link:{sha256_hex(nonce.encode())[:32]}"


@transaction.atomic
def staff_link_make(*, now: int, acting: Actor) -> str:
    """Return the token of a new link; its address is `/staff/TOKEN/` under the public address."""
    nonce = secrets.token_urlsafe(18)
    record(
        acting=acting,
        action=_MADE,
        subject=_subject(nonce),
        after={"until": now + LASTS_SECONDS},
        now=now,
    )
    return _signer().sign(f"{now + LASTS_SECONDS}-{nonce}")


def staff_link_check(token: str, *, now: int) -> str:
    """Return the subject of a link that may be used now; raises StaffLinkRefused."""
    try:
        until, _, nonce = _signer().unsign(token).partition("-")
    except BadSignature:
        raise StaffLinkRefused("This link was not made by this installation.") from None
    if now >= int(until):
        raise StaffLinkRefused("This link has run out: it lasts ten minutes.")
    subject = _subject(nonce)
    if AuditRow.objects.filter(action=_USED, subject=subject).exists():
        raise StaffLinkRefused("This link has been used: it works once.")
    return subject


@transaction.atomic
def staff_link_use(token: str, *, now: int) -> AbstractBaseUser:
    """Use a link up and return the staff user it signs in; raises StaffLinkRefused."""
    subject = staff_link_check(token, now=now)
    # Recording locks the head of the chain: from here on no other use of the link can commit.
    row = record(acting=operator(), action=_USED, subject=subject, now=now)
    if AuditRow.objects.filter(action=_USED, subject=subject, id__lt=row.id).exists():
        raise StaffLinkRefused("This link has been used: it works once.")
    return _staff_user()


def _staff_user() -> AbstractBaseUser:
    """Return the one staff user, made without a password at the first link."""
    model = get_user_model()
    user, is_new = model.objects.get_or_create(
        username=USERNAME, defaults={"is_staff": True, "is_superuser": True}
    )
    if is_new:
        user.set_unusable_password()
        user.save(update_fields=["password"])
    return user
