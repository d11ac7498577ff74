"""Hand a project's ownership on: offered by an owner or staff, and accepted by the one it goes to.

Guarantee: nothing changes before it is accepted, and then giver and taker change in one
transaction, so that a project with an owner never lacks one.
"""

from __future__ import annotations

from django.db import IntegrityError, transaction

from laurels.apps.audit.actors import Actor
from laurels.apps.audit.services import record
from laurels.apps.people.models import Contributor
from laurels.apps.projects.errors import NotOnTheTeam, OfferNotFound, StateConflict
from laurels.apps.projects.models import OwnershipTransfer, Project, ProjectRole
from laurels.apps.projects.models_roles import Answer, TeamRole
from laurels.apps.projects.services.teams import project_lock, role_begin, role_close

OFFER_SECONDS = 14 * 86_400


@transaction.atomic
def ownership_offer(
    project_id: int, *, giver_id: int | None, taker_id: int, now: int, acting: Actor
) -> OwnershipTransfer:
    """Offer the ownership to a contributor, for a fortnight; `giver_id` None: staff offers it.

    Raises ProjectNotFound, NotOnTheTeam where the giver is no owner, and StateConflict where the
    taker is an owner already, may not be one, or another offer is open.
    """
    project = project_lock(project_id)
    if giver_id is not None:
        _owner(project, giver_id)
    taker = Contributor.objects.filter(pk=taker_id, erased_at=None, is_bot=False).first()
    if taker is None or taker.github_id is None:
        raise StateConflict("this account cannot own a project")
    if project.roles.filter(contributor=taker, role=TeamRole.OWNER, until=None).exists():
        raise StateConflict("this account owns the project already")
    _open(project).filter(expires_at__lte=now).update(state=Answer.WITHDRAWN, answered_at=now)
    try:
        with transaction.atomic():
            made: OwnershipTransfer = project.transfers.create(
                giver_id=giver_id, taker=taker, created_at=now, expires_at=now + OFFER_SECONDS
            )
    except IntegrityError:
        raise StateConflict("the ownership has been offered to somebody already") from None
    _record(acting, "ownership:offer", project, now, {"offer": made.pk, "to": taker.ref})
    return made


@transaction.atomic
def ownership_answer(
    offer_id: int, *, contributor_id: int, is_accepted: bool, now: int, acting: Actor
) -> OwnershipTransfer:
    """Accept or decline what was offered to oneself; the giver becomes a maintainer then.

    Raises OfferNotFound for anybody else's, and NotOnTheTeam where the giver owns it no longer.
    """
    offer = OwnershipTransfer.objects.filter(
        pk=offer_id, taker_id=contributor_id, state=Answer.PENDING, expires_at__gt=now
    ).first()
    if offer is None:
        raise OfferNotFound("there is no such offer, or it is over")
    project = project_lock(offer.project_id)
    _close(offer, Answer.ACCEPTED if is_accepted else Answer.DECLINED, now)
    if is_accepted:
        if offer.giver_id is not None:
            role_close(_owner(project, offer.giver_id), "transferred", now)
            role_begin(project, offer.giver_id, TeamRole.MAINTAINER, now=now)
        role_begin(project, contributor_id, TeamRole.OWNER, now=now)
    verb = "ownership:accept" if is_accepted else "ownership:decline"
    _record(acting, verb, project, now, {"offer": offer.pk})
    return offer


@transaction.atomic
def ownership_withdraw(
    project_id: int, offer_id: int, *, now: int, acting: Actor
) -> OwnershipTransfer:
    """Take an offer back; raises OfferNotFound."""
    project = project_lock(project_id)
    offer: OwnershipTransfer | None = _open(project).filter(pk=offer_id).first()
    if offer is None:
        raise OfferNotFound("there is no such offer, or it was answered")
    _close(offer, Answer.WITHDRAWN, now)
    _record(acting, "ownership:withdraw", project, now, {"offer": offer.pk})
    return offer


def _owner(project: Project, contributor_id: int) -> ProjectRole:
    held: ProjectRole | None = project.roles.filter(
        contributor_id=contributor_id, role=TeamRole.OWNER, until=None
    ).first()
    if held is None:
        raise NotOnTheTeam("who offers the ownership does not own the project")
    return held


def _open(project: Project):  # type: ignore[no-untyped-def] # a queryset
    return project.transfers.filter(state=Answer.PENDING)


def _close(offer: OwnershipTransfer, state: Answer, now: int) -> None:
    still = OwnershipTransfer.objects.filter(pk=offer.pk, state=Answer.PENDING)
    if not still.update(state=state, answered_at=now):
        raise StateConflict("somebody else has just answered this offer")
    offer.state, offer.answered_at = state, now


def _record(acting: Actor, action: str, project: Project, now: int, after: object) -> None:
    record(acting=acting, action=action, subject=f"project:{project.ref}", after=after, now=now)
