"""Taking certificates back, and giving them back."""

from __future__ import annotations

from django.db import IntegrityError, transaction

from laurels.apps.audit.actors import Actor
from laurels.apps.audit.services import record
from laurels.apps.recognition.errors import CertificateNotFound, CertificateRefused
from laurels.apps.recognition.models import Certificate

ERASED = "erased"
_LONGEST_REASON = 500


@transaction.atomic
def certificate_revoke(number: str, *, reason: str, now: int, acting: Actor) -> Certificate:
    """Revoke a certificate that holds; no recalculation ever issues it again.

    Raises CertificateNotFound, or CertificateRefused when it is revoked already or no reason is
    given.
    """
    _check_reason(reason)
    found = Certificate.objects.filter(number=number, state="active").update(
        state="revoked", revoked_at=now, revoked_by=acting.name, revoked_reason=reason
    )
    if not found:
        _refuse(number, "is revoked already")
    record(
        acting=acting,
        action="certificate:revoke",
        subject=f"certificate:{number}",
        before={"state": "active"},
        after={"state": "revoked"},
        reason=reason,
        now=now,
    )
    return Certificate.objects.get(number=number)


def certificate_reinstate(number: str, *, reason: str, now: int, acting: Actor) -> Certificate:
    """Make a revoked certificate hold again; the revocation stays written beside it.

    Raises CertificateNotFound, or CertificateRefused when it holds, when its recipient was erased,
    or when another one holds for the same recipient, season and tier.
    """
    _check_reason(reason)
    try:
        with transaction.atomic():
            found = (
                Certificate.objects.filter(number=number, state="revoked")
                .exclude(revoked_reason=ERASED)
                .update(
                    state="active",
                    reinstated_at=now,
                    reinstated_by=acting.name,
                    reinstated_reason=reason,
                )
            )
            if not found:
                _refuse(number, "is not revoked, or its recipient was erased")
            record(
                acting=acting,
                action="certificate:reinstate",
                subject=f"certificate:{number}",
                before={"state": "revoked"},
                after={"state": "active"},
                reason=reason,
                now=now,
            )
    except IntegrityError:
        raise CertificateRefused(
            f"Another certificate holds for the recipient, season and tier of {number}."
        ) from None
    return Certificate.objects.get(number=number)


def _check_reason(reason: str) -> None:
    if not reason.strip():
        raise CertificateRefused("A reason is needed.")
    if len(reason) > _LONGEST_REASON:
        raise CertificateRefused(f"A reason has at most {_LONGEST_REASON} characters.")


def _refuse(number: str, fault: str) -> None:
    if not Certificate.objects.filter(number=number).exists():
        raise CertificateNotFound(f"There is no certificate {number}.")
    raise CertificateRefused(f"The certificate {number} {fault}.")
