"""A project's repositories: register, try again, disable, enable, move."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase

from laurels.apps.projects.errors import ProjectFaults, ProjectNotFound
from laurels.apps.projects.models import Project, Repository
from laurels.apps.projects.selectors import access_project
from laurels.apps.projects.selectors_registering import repository_in
from laurels.apps.projects.services import (
    registration_begin,
    registration_repair,
    repository_disable,
    repository_enable,
    repository_move,
)
from laurels.apps.projects.services.registering import hook_url
from laurels.web.access import acting, asker, project_door
from laurels.web.pages import now, page
from laurels.web.presenters.faults import NOTHING, Texts, Wrong, sentences
from laurels.web.telling import posted, see, tried
from laurels.web.views.project_settings import asked_again, settings_of

REGISTERING = {"repository": "Repository"}


@project_door("repository:register", "GET", "HEAD", "POST")
def register(request: HttpRequest, project: Project) -> HttpResponseBase:
    """Ask for a repository by name or address, and begin to connect it."""
    name, wrong = posted(request, "repository", 300), NOTHING
    me = asker(request).contributor
    if request.method == "POST" and me is not None:
        try:
            registration_begin(project.pk, name, registrar_id=me, now=now(), acting=acting(request))
            messages.success(request, "Begun. Each step shows below; load the page again to see.")
            return see(settings_of(project))
        except ProjectFaults as error:
            text = "; ".join(sentences(error.faults).values())
            faults, given = Texts(repository=text), Texts(repository=name)
            wrong = Wrong(given=given, faults=faults, labels=REGISTERING)
    context = {
        "project": project,
        "wrong": wrong,
        "is_somebody": me is not None,
        "hook_url": hook_url(),
    }
    status = 422 if wrong.faults or request.method == "POST" else 200
    return page(request, "projects/register", context, status=status, is_indexed=False)


@project_door("repository:repair", "POST")
def repair(request: HttpRequest, project: Project, number: int) -> HttpResponseBase:
    """Try the steps of a registration again, with the asker's rights at GitHub."""
    return tried(
        request,
        lambda: registration_repair(
            project.pk,
            number,
            registrar_id=asker(request).contributor,
            now=now(),
            acting=acting(request),
        ),
        "Tried again. Each step shows below; load the page again to see.",
        settings_of(project),
    )


@project_door("repository:disable", "POST")
def disable(request: HttpRequest, project: Project, github_id: int) -> HttpResponseBase:
    """Disable a repository, with the reason."""
    repository, reason = _repository(project, github_id), posted(request, "reason", 100)

    def work() -> None:
        if not reason:
            raise ProjectFaults((("reason", "must be given"),))
        repository_disable(repository.pk, reason=reason, now=now(), acting=acting(request))

    told = "Disabled. Work done there from now on earns nothing."
    again = asked_again(request, project, "disable", number=github_id)
    return tried(request, work, told, settings_of(project), again)


@project_door("repository:disable", "POST")
def enable(request: HttpRequest, project: Project, github_id: int) -> HttpResponseBase:
    """Let a repository count again."""
    repository = _repository(project, github_id)
    return tried(
        request,
        lambda: repository_enable(
            repository.pk,
            reason=posted(request, "reason", 100) or "enabled on the settings page",
            now=now(),
            acting=acting(request),
        ),
        "Enabled. Work counts again from now on.",
        settings_of(project),
    )


@project_door("repository:move", "POST")
def move(request: HttpRequest, project: Project, github_id: int) -> HttpResponseBase:
    """Move a repository to another project from now on."""
    repository = _repository(project, github_id)

    def work() -> None:
        try:
            target = access_project(posted(request, "project", 120))
        except ProjectNotFound:
            raise ProjectFaults((("project", "no project here has this address"),)) from None
        repository_move(repository.pk, target.pk, now=now(), acting=acting(request))

    told = "Moved. Work opened from now on counts for the other project."
    again = asked_again(request, project, "move", number=github_id)
    return tried(request, work, told, settings_of(project), again)


def _repository(project: Project, github_id: int) -> Repository:
    found = repository_in(project.pk, github_id)
    if found is None:
        raise Http404("There is no such repository in this project.")
    return found
