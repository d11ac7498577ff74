"""Who may do what: the one place that decides, for pages, API, admin, jobs and commands.

Guarantee: what is not in the table is refused, for everybody; a banned person has the rights of a
visitor; nobody acts on their own work where the action says so, whatever roles they hold.
`decide` looks at nothing but its arguments: who asks for it has fetched the resource already, and
answers as if the resource were not there where its existence is private.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from laurels.domain.policy_table import ACTIONS, Action, Only, Role

__all__ = [
    "ACTIONS",
    "NOTHING",
    "VISITOR",
    "Action",
    "Asker",
    "Decision",
    "Only",
    "Reason",
    "Resource",
    "Role",
    "decide",
    "roles_of",
]


class Reason(StrEnum):
    """Why it was decided so; the words are stable codes."""

    ALLOWED = "allowed"
    UNKNOWN_ACTION = "unknown_action"
    SIGN_IN = "sign_in_required"
    BANNED = "banned"
    ROLE = "role_required"
    NOT_YOURS = "not_yours"
    OWN_WORK = "own_work"


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks: a contributor's row (None: nobody signed in), and the roles they hold.

    `projects` maps a project's row to the role held in it, owner or maintainer. `is_staff` without
    a contributor is the operator's browser, signed in by a one-time link.
    """

    contributor: int | None = None
    is_staff: bool = False
    is_organiser: bool = False
    is_banned: bool = False
    projects: Mapping[int, Role] = field(default_factory=dict)

    @property
    def is_signed_in(self) -> bool:
        """Whether somebody is known to ask."""
        return self.contributor is not None or self.is_staff


@dataclass(frozen=True, slots=True)
class Resource:
    """What is asked for: the project it belongs to and the person whose it is, where there are."""

    project: int | None = None
    person: int | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """The answer; `reason` is a stable code, whatever the answer."""

    allowed: bool
    reason: Reason

    def __bool__(self) -> bool:
        return self.allowed


VISITOR = Asker()
NOTHING = Resource()


def roles_of(asker: Asker, resource: Resource = NOTHING) -> frozenset[Role]:
    """Return the roles that the asker holds towards this resource; everybody is a visitor."""
    roles = {Role.VISITOR}
    if asker.is_banned:
        return frozenset(roles)
    if asker.contributor is not None:
        roles.add(Role.CONTRIBUTOR)
    if resource.project is not None and resource.project in asker.projects:
        roles.add(asker.projects[resource.project])
    if asker.is_organiser:
        roles.add(Role.ORGANISER)
    if asker.is_staff:
        roles.add(Role.STAFF)
    return frozenset(roles)


def decide(asker: Asker, action: str, resource: Resource = NOTHING) -> Decision:
    """Decide whether the asker may do this to the resource."""
    rule = ACTIONS.get(action)
    if rule is None:
        return Decision(False, Reason.UNKNOWN_ACTION)
    if not roles_of(asker, resource) & rule.roles:
        return Decision(False, _lacking(asker))
    is_own = resource.person is not None and resource.person == asker.contributor
    if rule.only is Only.OWN and not is_own:
        return Decision(False, Reason.NOT_YOURS)
    if rule.only is Only.OTHERS and is_own:
        return Decision(False, Reason.OWN_WORK)
    return Decision(True, Reason.ALLOWED)


def _lacking(asker: Asker) -> Reason:
    if asker.is_banned:
        return Reason.BANNED
    return Reason.ROLE if asker.is_signed_in else Reason.SIGN_IN
