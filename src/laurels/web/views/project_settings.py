"""A project's settings: make it, see and edit it, archive it and take it out again."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse

from laurels.apps.projects.errors import ProjectFaults
from laurels.apps.projects.models import Project, ProjectKind
from laurels.apps.projects.selectors_pages import is_archived, tags_of
from laurels.apps.projects.selectors_registering import registrations_of, repositories_list
from laurels.apps.projects.selectors_roles import invitations_of, offer_of, team_of
from laurels.apps.projects.services import project_archive, project_unarchive
from laurels.apps.projects.services.editing import project_edit, project_found
from laurels.apps.projects.services.registering import hook_url
from laurels.domain.policies import Resource, decide
from laurels.web.access import acting, asker, door, project_door
from laurels.web.pages import now, page
from laurels.web.presenters.faults import NOTHING, Texts, Wrong, sentences
from laurels.web.presenters.registering import registration_views, repository_views
from laurels.web.presenters.signals import signal_views
from laurels.web.telling import Again, posted, see, tried

FIELDS = ("name", "slug", "description", "difficulty", "tags")
LABELS = {
    "project": {
        "name": "Name",
        "slug": "Address",
        "kind": "Kind",
        "description": "Description",
        "difficulty": "Difficulty",
        "tags": "Tags",
    },
    "invite": {"login": "Login at GitHub", "role": "As"},
    "offer": {"login": "Login of a contributor"},
    "disable": {"reason": "Why it is disabled"},
    "move": {"project": "Address of the project it moves to"},
}
"""What the fields of each form are called; the page and the summary above it agree by a test."""
MAY = {
    "rename": "project:rename",
    "archive": "project:archive",
    "invite": "maintainer:invite",
    "remove": "maintainer:remove",
    "offer": "ownership:offer",
    "move": "repository:move",
}


def may(request: HttpRequest, project: Project) -> dict[str, bool]:
    """Return what the asker may do with the project, for the page to offer only that."""
    resource = Resource(project=project.pk)
    return {word: bool(decide(asker(request), action, resource)) for word, action in MAY.items()}


def settings_of(project: Project) -> str:
    """Return the address of a project's settings."""
    return reverse("project_settings", args=[project.slug])


@door("project:create", "GET", "HEAD", "POST")
def project_new(request: HttpRequest) -> HttpResponseBase:
    """Ask for what a project needs, and create it; its founder owns it."""
    if request.method != "POST":
        return _form(request, None, dict.fromkeys((*FIELDS, "kind"), ""), Texts())
    given = _given(request)
    try:
        project = project_found(
            slug=given["slug"],
            name=given["name"],
            kind=given["kind"] or ProjectKind.PROJECT,
            description=given["description"],
            difficulty=given["difficulty"],
            tags=_tags(given["tags"]),
            founder=asker(request).contributor,
            now=now(),
            acting=acting(request),
        )
    except ProjectFaults as error:
        return _form(request, None, given, sentences(error.faults))
    return see(settings_of(project))


@project_door("project:settings", "GET", "HEAD")
def project_settings(request: HttpRequest, project: Project) -> HttpResponseBase:
    """Show repositories with each step of their registration, the team, and what can be done."""
    return _show(request, project, NOTHING)


def asked_again(
    request: HttpRequest, project: Project, form: str, *, number: int | None = None
) -> Again:
    """Return what shows the settings with a form as it was sent, and what is wrong with it."""

    def again(error: ProjectFaults) -> HttpResponseBase:
        given = Texts({name: posted(request, name, 500) for name in LABELS[form]})
        wrong = Wrong(form, number, given, sentences(error.faults), LABELS[form])
        return _show(request, project, wrong)

    return again


def _show(request: HttpRequest, project: Project, wrong: Wrong) -> HttpResponseBase:
    me, repositories = asker(request), repositories_list(project=project.pk)
    context = {
        "project": project,
        "may": may(request, project),
        "me": me.contributor,
        "is_mine": project.pk in me.projects,
        "is_archived": is_archived(project.pk, now()),
        "repositories": repository_views(repositories, wrong),
        "signals": signal_views({one.pk: one.full_name for one in repositories}),
        "registrations": registration_views(registrations_of(project.pk), now()),
        "team": team_of(project.pk),
        "invitations": invitations_of(project.pk, now=now()),
        "offer": offer_of(project.pk, now=now()),
        "hook_url": hook_url(),
        "wrong": wrong,
        "invite": wrong.of("invite"),
        "hand_on": wrong.of("offer"),
    }
    status = 422 if wrong.faults else 200
    return page(request, "projects/settings", context, status=status, is_indexed=False)


@project_door("project:update", "GET", "HEAD", "POST")
def edit(request: HttpRequest, project: Project) -> HttpResponseBase:
    """Change what a project says of itself, and for its owners its name and address."""
    if request.method != "POST":
        known = {
            "name": project.name,
            "slug": project.slug,
            "description": project.description,
            "difficulty": project.difficulty,
            "tags": " ".join(tags_of(project.pk)),
        }
        return _form(request, project, known, Texts())
    given, can_rename = _given(request), may(request, project)["rename"]
    try:
        changed = project_edit(
            project.pk,
            slug=given["slug"] if can_rename else None,
            name=given["name"] if can_rename else None,
            description=given["description"],
            difficulty=given["difficulty"],
            tags=_tags(given["tags"]),
            now=now(),
            acting=acting(request),
        )
    except ProjectFaults as error:
        return _form(request, project, given, sentences(error.faults))
    return see(settings_of(changed))


@project_door("project:archive", "POST")
def archive(request: HttpRequest, project: Project) -> HttpResponseBase:
    """Archive a project: work done in it earns nothing from now on."""
    return tried(
        request,
        lambda: project_archive(
            project.pk, reason=posted(request, "reason", 500), now=now(), acting=acting(request)
        ),
        "Archived. Work done here from now on earns nothing.",
        settings_of(project),
    )


@project_door("project:archive", "POST")
def unarchive(request: HttpRequest, project: Project) -> HttpResponseBase:
    """Take a project out of the archive: work counts again from now on."""
    return tried(
        request,
        lambda: project_unarchive(
            project.pk, reason=posted(request, "reason", 500), now=now(), acting=acting(request)
        ),
        "Taken out of the archive. Work counts again from now on.",
        settings_of(project),
    )


def _given(request: HttpRequest) -> dict[str, str]:
    return {name: posted(request, name) for name in (*FIELDS, "kind")}


def _tags(text: str) -> list[str]:
    return text.replace(",", " ").split()


def _form(
    request: HttpRequest, project: Project | None, given: dict[str, str], faults: Texts
) -> HttpResponseBase:
    context: dict[str, Any] = {
        "project": project,
        "given": given,
        "faults": faults,
        "wrong": Wrong(faults=faults, labels=LABELS["project"]),
        "kinds": ProjectKind.choices,
        "can_rename": project is None or may(request, project)["rename"],
    }
    status = 422 if faults else 200
    return page(request, "projects/form", context, status=status, is_indexed=False)
