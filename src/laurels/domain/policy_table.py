"""Every action and the roles that may do it. The documented matrix is generated from this table."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What somebody is, to the program or to the project in question."""

    VISITOR = "visitor"
    CONTRIBUTOR = "contributor"
    MAINTAINER = "maintainer"
    OWNER = "owner"
    ORGANISER = "organiser"
    STAFF = "staff"


class Only(StrEnum):
    """A condition beside the role."""

    ANY = "any"
    OWN = "own"
    """What is the asker's own: their account, an invitation to them."""
    OTHERS = "others"
    """What is somebody else's: nobody reviews, awards or judges their own work."""


@dataclass(frozen=True, slots=True)
class Action:
    """One action: which roles may do it, on whose things, and in words."""

    roles: frozenset[Role]
    words: str
    only: Only = Only.ANY


_V, _C, _M, _O, _G, _S = Role
_ALL = frozenset(Role)
_SIGNED_IN = frozenset((_C,))
_TEAM = frozenset((_M, _O, _G, _S))
_OWNERS = frozenset((_O, _G, _S))
_PROGRAM = frozenset((_G, _S))
_STAFF = frozenset((_S,))
_JUDGES = frozenset((_M, _O, _S))


def _own(words: str) -> Action:
    return Action(_SIGNED_IN, words, Only.OWN)


ACTIONS: dict[str, Action] = {
    # What everybody may look at.
    "program:read": Action(_ALL, "read home, boards, rules and the help"),
    "project:read": Action(_ALL, "read a project's page and its lists"),
    "person:read": Action(_ALL, "read a contributor's public page and its lists"),
    "metrics:read": Action(_ALL, "read the metrics of somebody who signed in"),
    "metrics:look_up": Action(
        _TEAM, "look up the metrics of somebody who never signed in, and contributed"
    ),
    "metrics:compare": Action(_TEAM, "compare people's metrics beside each other"),
    "certificate:verify": Action(_ALL, "check a certificate"),
    "session:start": Action(_ALL, "sign in with GitHub, or with a one-time staff link"),
    "delivery:send": Action(_ALL, "send a webhook delivery; its signature decides"),
    # One's own account.
    "session:end": Action(_ALL, "sign out"),
    "account:read": _own("read one's own account"),
    "account:sync": _own("have one's own work read from GitHub"),
    "job:read": _own("see how the jobs stand that one asked for"),
    "account:export": _own("export one's own data"),
    "account:erase": _own("close or erase one's own account"),
    "token:manage": _own("list, make and revoke one's own API tokens"),
    "token:refresh": Action(_ALL, "exchange a refresh token; the token decides"),
    # Projects.
    "project:create": Action(_PROGRAM, "create a project"),
    "project:settings": Action(_TEAM, "see a project's settings, team and registrations"),
    "project:update": Action(_TEAM, "change a project's description, difficulty and tags"),
    "project:rename": Action(_OWNERS, "change a project's name and address"),
    "project:archive": Action(_OWNERS, "archive a project, and take it out again"),
    # The people of a project.
    "maintainer:invite": Action(_OWNERS, "invite a maintainer or owner, and withdraw that"),
    "maintainer:remove": Action(_OWNERS, "remove a maintainer or owner who is not the last"),
    "maintainer:leave": Action(frozenset((_M, _O)), "leave a project's team", Only.OWN),
    "invitation:answer": _own("accept or decline an invitation to oneself"),
    "ownership:offer": Action(frozenset((_O, _S)), "offer a project's ownership, or withdraw it"),
    "ownership:answer": _own("accept or decline the ownership offered to oneself"),
    # Repositories.
    "repository:register": Action(_TEAM, "register a repository"),
    "repository:repair": Action(_TEAM, "try a step of a registration again"),
    "repository:disable": Action(_TEAM, "disable and enable a repository, with the reason"),
    "repository:move": Action(_PROGRAM, "move a repository to another project"),
    "repository:sync": Action(_TEAM, "read a repository again from GitHub"),
    "signal:close": Action(_TEAM, "note a signal of a project's repositories as seen"),
    # Judging work.
    "verdict:give": Action(_JUDGES, "give a verdict or rating on a pull request", Only.OTHERS),
    "award:give": Action(_JUDGES, "give an award by hand", Only.OTHERS),
    "dispute:decide": Action(_STAFF, "decide a dispute or an appeal", Only.OTHERS),
    # The program.
    "season:manage": Action(_PROGRAM, "add and change seasons"),
    "ruleset:publish": Action(_PROGRAM, "publish a version of the program's rules"),
    "role:grant": Action(_STAFF, "make somebody organiser or staff, and end that", Only.OTHERS),
    # Keeping it running.
    "record:read": Action(_STAFF, "read everything on record in the admin pages"),
    "points:recalculate": Action(_STAFF, "compute people's points again"),
    "points:adjust": Action(_STAFF, "post an adjustment or its reversal", Only.OTHERS),
    "certificate:revoke": Action(_STAFF, "revoke and reinstate certificates", Only.OTHERS),
    "person:ban": Action(_STAFF, "ban a person, and lift a ban", Only.OTHERS),
    "person:erase": Action(_STAFF, "erase a person who asks for it"),
    "person:sync": Action(_STAFF, "read a person's work from GitHub"),
    "delivery:read": Action(_STAFF, "list webhook deliveries and read their bodies"),
    "delivery:replay": Action(_STAFF, "replay and purge deliveries"),
    "job:manage": Action(_STAFF, "list, run and retry jobs"),
    "installation:operate": Action(_STAFF, "run the verbs of the command line"),
}
