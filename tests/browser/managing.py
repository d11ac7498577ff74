"""Somebody who manages a project in which everything is going on, and their session."""

from __future__ import annotations

from django.contrib.auth import get_user_model
from django.test import Client

from laurels.apps.audit.actors import operator
from laurels.apps.people import secrets
from laurels.apps.people.middleware import SESSION_KEY
from laurels.apps.people.models import Contributor, SignIn
from laurels.apps.projects.models import Project, Repository
from laurels.apps.projects.services import (
    invitation_make,
    ownership_offer,
    project_create,
    registration_begin,
    repository_disable,
)

LINUX = "Mozilla/5.0 (X11; Linux x86_64) Gecko/20100101 Firefox/140.0"


def manage(slug: str, person: Contributor, now: int) -> str:
    """Let the person own the project; return the session of the browser they are signed in with."""
    acting = operator()
    project = Project.objects.get(slug=slug)
    person.user = get_user_model().objects.create_user(f"user-{person.pk}")
    person.save()
    person.program_roles.create(role="organiser", since=now)
    project.roles.create(contributor=person, role="owner", since=now)
    others = Contributor.objects.exclude(pk=person.pk).filter(github_id__isnull=False)[:2]
    project.roles.create(contributor=others[0], role="maintainer", since=now)
    ownership_offer(project.pk, giver_id=person.pk, taker_id=others[1].pk, now=now, acting=acting)
    invitation_make(
        project.pk, github_id=4_000_000, login="a-guest-with-quite-a-long-name",
        role="owner", now=now, acting=acting,
    )  # fmt: skip
    begun = registration_begin(
        project.pk, "harbour/lanternlog", registrar_id=person.pk, now=now, acting=acting
    )
    begun.steps.filter(step="rights").update(state="done", changed_at=now)
    begun.steps.filter(step="hook").update(
        state="failed",
        error="scope_missing",
        detail="Your sign-in may not make webhooks yet: allow it, then try again.",
        changed_at=now,
    )
    held = Repository.objects.filter(memberships__project=project).order_by("pk")[0]
    repository_disable(held.pk, reason="spam", now=now, acting=acting)
    other = project_create(
        slug="pier", name="Pier", kind="project", founder=None, now=now, acting=acting
    )
    invitation_make(
        other.pk, github_id=person.github_id or 0, login=person.login, role="maintainer",
        now=now, acting=acting,
    )  # fmt: skip
    return _session(person, now)


def _session(person: Contributor, now: int) -> str:
    client = Client()
    client.force_login(person.user, backend="django.contrib.auth.backends.ModelBackend")
    SignIn.objects.create(
        ref_hash=secrets.hashed("a-secret"),
        contributor=person,
        session_version=person.session_version,
        agent=LINUX,
        created_at=now,
        seen_at=now,
    )
    session = client.session
    session[SESSION_KEY] = "a-secret"
    session.save()
    return client.cookies["sessionid"].value
