"""Which action of the policies each address, admin action and verb is.

`action_of` answers None for an address that is not listed: the middleware refuses it, and a test
names it. UNDECIDED marks what is decided further in: by the view, which knows the project or the
person, by Django's admin, which asks whether somebody is staff, or by a signature.
"""

from __future__ import annotations

from typing import Final

UNDECIDED: Final = "decided further in"

PROGRAM: Final = {
    "home": "program:read",
    "weeks_csv": "program:read",
    "favicon": "program:read",
    "leaderboard": "program:read",
    "leaderboard_csv": "program:read",
    "rules": "program:read",
    "rules_version": "program:read",
    "rules_csv": "program:read",
    "livez": "program:read",
    "readyz": "program:read",
    "projects": "project:read",
    "projects_csv": "project:read",
    "project": "project:read",
    "project_repositories_csv": "project:read",
    "project_rules": "project:read",
    "project_rules_version": "project:read",
    "contributor": "person:read",
    "points": "person:read",
    "points_csv": "person:read",
    "pulls": "person:read",
    "pulls_csv": "person:read",
    "days_csv": "person:read",
    "certificates": "certificate:verify",
    "certificate": "certificate:verify",
    "staff_link": "session:start",
    "sign_in": "session:start",
    "github_callback": "session:start",
    "sign_out": "session:end",
    "project_new": "project:create",
}
"""Addresses whose action concerns nothing in particular: the middleware decides."""

INSIDE: Final = {
    "metrics": "metrics:read",
    "metrics_csv": "metrics:read",
    "evidence": "metrics:read",
    "compare": "metrics:compare",
    "compare_csv": "metrics:compare",
    "project_settings": "project:settings",
    "project_edit": "project:update",
    "project_archive": "project:archive",
    "project_unarchive": "project:archive",
    "team_invite": "maintainer:invite",
    "team_withdraw": "maintainer:invite",
    "team_remove": "maintainer:remove",
    "team_leave": "maintainer:leave",
    "ownership_offer": "ownership:offer",
    "ownership_withdraw": "ownership:offer",
    "repository_register": "repository:register",
    "registration_repair": "repository:repair",
    "repository_disable": "repository:disable",
    "repository_enable": "repository:disable",
    "repository_move": "repository:move",
    "signal_close": "signal:close",
    "invitations": "account:read",
    "invitation_answer": "invitation:answer",
    "ownership_answer": "ownership:answer",
    "account": "account:read",
    "account_export": "account:export",
    "account_end_sign_in": "account:read",
    "account_end_everywhere": "account:read",
    "account_read_own": "account:read",
    "account_make_token": "token:manage",
    "account_revoke_token": "token:manage",
    "account_close": "account:erase",
    "account_erase": "account:erase",
}
"""Addresses that concern one project or one person: their views decide."""

ADMIN: Final = {
    "recalculate_points": "points:recalculate",
    "revoke": "certificate:revoke",
    "reinstate": "certificate:revoke",
    "replay": "delivery:replay",
    "publish": "ruleset:publish",
}
"""What the admin pages can do besides showing."""

API: Final = {
    "token": "session:start",
    "refresh": "token:refresh",
    "logout": "session:end",
    "me": "account:read",
    "keys": "certificate:verify",
    "tokens": "token:manage",
    "metrics": "metrics:read",
    "metrics_by_login": "metrics:read",
    "metrics_batch": "metrics:read",
    "metrics_history": "metrics:read",
    "metric_evidence": "metrics:read",
    "baselines": "program:read",
    "baseline": "program:read",
    "health": "program:read",
    "version": "program:read",
    "sync": "account:sync",
    "job": "job:read",
}
"""What the routes of the API are; each decides by the token or session that it is shown."""

OPERATOR: Final = "installation:operate"
"""Every verb of the command line: whoever holds the machine."""


def action_of(name: str) -> str | None:
    """Return the action of an address by its name, UNDECIDED, or None where it is not listed."""
    if name in INSIDE or name.startswith(("admin:", "api:")):
        return UNDECIDED
    return PROGRAM.get(name)
