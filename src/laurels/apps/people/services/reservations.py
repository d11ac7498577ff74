"""Keep a login for a person before GitHub has said who has it; confirm it, or let it run out.

Guarantee: one open reservation a login, whoever asks at once; a reference that was given out leads
to the same person ever after, once GitHub confirmed it. Not guaranteed: that somebody has the
login. Callers have checked that whoever asks may reserve.
"""

from __future__ import annotations

from django.db import IntegrityError, transaction

from laurels.apps.audit.actors import Actor
from laurels.apps.people.errors import LoginTaken
from laurels.apps.people.models import LoginReservation
from laurels.domain.logins import checked_login


@transaction.atomic
def login_reserve(
    login: str, *, ref: str, lasts_seconds: int, now: int, acting: Actor
) -> LoginReservation:
    """Keep a login for the person to be `ref`; one that is kept for them already is kept longer.

    Raises LoginInvalid, and LoginTaken where it is kept for somebody else.
    """
    key = checked_login(login).casefold()
    LoginReservation.objects.filter(login_key=key, contributor=None, expires_at__lte=now).exclude(
        ref=ref
    ).delete()
    ends = {"expires_at": now + lasts_seconds}
    if LoginReservation.objects.filter(ref=ref, login_key=key, contributor=None).update(**ends):
        return LoginReservation.objects.get(ref=ref)
    try:
        with transaction.atomic():
            return LoginReservation.objects.create(
                ref=ref,
                login=login,
                login_key=key,
                reserved_at=now,
                reserved_by=acting.name,
                **ends,
            )
    except IntegrityError:
        raise LoginTaken("this login, or this id, is kept for another") from None


@transaction.atomic
def reservation_confirm(ref: str, contributor_id: int, *, acting: Actor) -> bool:
    """Let a reference lead to the person whom GitHub named; False where none is open."""
    mine = LoginReservation.objects.filter(ref=ref, contributor=None)
    return bool(mine.update(contributor=contributor_id))


@transaction.atomic
def reservations_sweep(*, now: int) -> int:
    """Forget those that ran out unconfirmed; return how many."""
    ended = LoginReservation.objects.filter(contributor=None, expires_at__lte=now)
    return ended.delete()[0]
