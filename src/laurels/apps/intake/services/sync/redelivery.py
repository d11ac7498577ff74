"""Ask GitHub to deliver again what never arrived: possible for three days, under the old GUID.

Guarantee: a GUID that is in our inbox, or of which a later attempt went well, is not asked for
again; asking twice does no harm, since a delivery counts once. The asking person's rights are
those of who registered the repository, or of our App where it is installed on the owner.
"""

from __future__ import annotations

from dataclasses import dataclass

from laurels.adapters.github.client import Forbidden, GitHub, Missing, TokenInvalid
from laurels.adapters.github.client.app_auth import AppAuth
from laurels.adapters.github.client.resources import HookDelivery
from laurels.apps.intake.models import Delivery
from laurels.apps.people.services.tokens import token_for
from laurels.apps.projects.models import Registration, RepositoryHook
from laurels.apps.projects.models_registering import HookState
from laurels.kit.clock import Clock
from laurels.kit.times import DAY_SECONDS

REDELIVERABLE_SECONDS = 3 * DAY_SECONDS
_MARGIN_SECONDS = 600


@dataclass(slots=True)
class Swept:
    """Hooks looked at, deliveries asked for again, and hooks nobody's token may look at."""

    hooks: int = 0
    redelivered: int = 0
    refused: int = 0
    gone: int = 0


def failed_deliveries_ask(*, github: GitHub, clock: Clock) -> Swept:
    """Go through our hooks and ask again for what failed; raises Postponed like any call."""
    done = Swept()
    since = clock.now() - REDELIVERABLE_SECONDS + _MARGIN_SECONDS
    if github.app is not None:
        _app_sweep(github.app, since, done)
    hooks = RepositoryHook.objects.filter(state=HookState.ACTIVE).select_related("repository")
    for hook in hooks.order_by("pk"):
        asking = _asking(hook, github)
        if asking is None:
            done.refused += 1
            continue
        owner, _, name = hook.repository.full_name.partition("/")
        try:
            listed = asking.deliveries(owner, name, hook.hook_id, since=since)
            done.hooks += 1
            for one in _lost(hook.hook_id, listed):
                asking.redeliver(owner, name, hook.hook_id, one.id)
                done.redelivered += 1
        except (Forbidden, TokenInvalid):
            done.refused += 1
        except Missing:
            done.gone += 1
    return done


def _app_sweep(app: AppAuth, since: int, done: Swept) -> None:
    """Go through the App's own webhook, which serves every account that it is installed on."""
    try:
        listed = app.deliveries(since=since)
        done.hooks += 1
        # Which number its hook has the App cannot ask; what came under a GUID came.
        for one in _lost(None, listed):
            app.redeliver(one.id)
            done.redelivered += 1
    except (Forbidden, TokenInvalid):
        done.refused += 1
    except Missing:
        done.gone += 1


def _asking(hook: RepositoryHook, github: GitHub) -> GitHub | None:
    """Return GitHub as somebody sees it who may look at this hook; None where there is nobody."""
    owner = hook.repository.full_name.partition("/")[0]
    as_app = github.of_owner(owner)
    if as_app is not github:
        return as_app
    registration = (
        Registration.objects.filter(repository=hook.repository).select_related("registrar").first()
    )
    person = None if registration is None else registration.registrar
    token = None if person is None else token_for(person)
    if person is None or token is None:
        return None
    return github.using(token.token, owner=person.ref)


def _lost(hook_id: int | None, listed: list[HookDelivery]) -> list[HookDelivery]:
    """Return one attempt of each delivery that neither went well nor is in the inbox."""
    good = {one.guid for one in listed if one.is_good}
    failed = {one.guid: one for one in listed if one.guid not in good}
    rows = Delivery.objects.filter(guid__in=failed)
    if hook_id is not None:
        rows = rows.filter(hook_id=hook_id)
    held = set(rows.values_list("guid", flat=True))
    return [one for guid, one in failed.items() if guid not in held]
