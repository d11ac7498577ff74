"""Everything kept about one person, for them to take along.

Left out is what would help somebody else: hashes of tokens, what is sealed, the texts of others.
Times are instants in UTC, points whole numbers; the form has a number of its own (`format`).
"""

from __future__ import annotations

from typing import Any

import msgspec
from django.db.models import Q

from laurels.apps.audit.models import AuditRow
from laurels.apps.people.models import Contributor
from laurels.apps.people.selectors import aliases_of
from laurels.apps.projects.models import Invitation
from laurels.apps.projects.selectors_roles import teams_of
from laurels.apps.recognition.selectors_pages import certificates_of
from laurels.apps.recognition.selectors_records import records_of
from laurels.apps.scoring.rulebook import NoRuleset
from laurels.apps.scoring.selectors import ledger_statement
from laurels.apps.scoring.selectors.lists import items_of
from laurels.kit.times import format_instant

FORMAT = 1


def _at(instant: int | None) -> str | None:
    return None if instant is None else format_instant(instant)


def export_of(person: Contributor, *, now: int) -> dict[str, Any]:
    """Return what is known of a person as JSON values."""
    return {
        "format": FORMAT,
        "exported_at": _at(now),
        "account": {
            "github_id": person.github_id,
            "login": person.login,
            "earlier_logins": aliases_of(person.pk),
            "kind": person.kind,
            "reference": person.ref,
            "first_seen_at": _at(person.first_seen_at),
            "claimed_at": _at(person.claimed_at),
            "closed_at": _at(person.closed_at),
            "is_staff": person.is_staff,
        },
        "bans": [
            {"starts_at": _at(ban.starts_at), "ends_at": _at(ban.ends_at), "reason": ban.reason}
            for ban in person.bans.order_by("starts_at")
        ],
        "teams": [
            {"project": row.project.slug, "role": row.role, "since": _at(row.since)}
            for row in teams_of(person.pk)
        ],
        **_access(person),
        "contributions": _contributions(person),
        "ledger": [
            {
                "sequence": line.sequence,
                "posted_at": _at(line.posted_at),
                "occurred_at": _at(line.occurred_at),
                "kind": line.kind,
                "component": line.component,
                "subject": line.subject,
                "points": line.points,
                "balance": line.balance,
                "reverses": line.reverses,
                "explanation": msgspec.json.decode(line.explanation) if line.explanation else None,
                "hash": line.hash,
            }
            for line in ledger_statement(person.pk)
        ],
        "certificates": [
            {
                "number": one.number,
                "season": one.season.key,
                "state": one.state,
                "points": one.points,
                "issued_at": _at(one.issued_at),
            }
            for one in certificates_of(person.pk)
        ],
        "invitations": [
            {
                "project": one.project.slug,
                "role": one.role,
                "created_at": _at(one.created_at),
                "answered_at": _at(one.answered_at),
            }
            for one in Invitation.objects.filter(github_id=person.github_id or 0)
            .select_related("project")
            .order_by("id")
        ],
        "on_record": _on_record(person),
        "records": records_of(person),
    }


def _contributions(person: Contributor) -> list[dict[str, Any]]:
    try:
        found = items_of(person.pk)
    except NoRuleset:
        return []  # without rules nothing was appraised yet
    return [
        {
            "kind": one.kind,
            "subject": one.subject,
            "title": one.title,
            "occurred_at": _at(one.occurred_at),
            "settles_at": _at(one.settles_at),
            "points": one.points,
            "posted": one.posted,
            "sentence": one.sentence,
            "version": one.version,
        }
        for one in found
    ]


def _on_record(person: Contributor) -> list[dict[str, Any]]:
    """Return what the audit chain has about a person, and what they did themselves."""
    name = f"contributor:{person.ref}"
    rows = AuditRow.objects.filter(Q(subject=name) | Q(actor=name)).order_by("id")
    return [
        {
            "at": _at(row.at),
            "action": row.action,
            "by_yourself": row.actor == name,
            "reason": row.reason,
        }
        for row in rows
    ]


def _access(person: Contributor) -> dict[str, Any]:
    return {
        "sign_ins": [
            {
                "browser": row.agent,
                "created_at": _at(row.created_at),
                "seen_at": _at(row.seen_at),
                "ended_at": _at(row.ended_at),
            }
            for row in person.sign_ins.order_by("id")
        ],
        "personal_tokens": [
            {
                "name": row.name,
                "scopes": row.scopes.split(),
                "created_at": _at(row.created_at),
                "expires_at": _at(row.expires_at),
                "last_used_at": _at(row.last_used_at),
                "revoked_at": _at(row.revoked_at),
            }
            for row in person.personal_tokens.order_by("id")
        ],
        "github_tokens": [
            {
                "scopes": row.scopes.split(),
                "created_at": _at(row.created_at),
                "expires_at": _at(row.expires_at),
                "invalidated_at": _at(row.invalidated_at),
                "reason": row.invalidated_reason,
            }
            for row in person.github_tokens.order_by("id")
        ],
    }
