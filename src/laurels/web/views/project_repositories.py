"""A project's repositories: register, try again, disable, enable, move."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase

from laurels.apps.projects.errors import ProjectFaults
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
from laurels.web.telling import posted, see, tried
from laurels.web.views.project_settings import settings_of


@project_door("repository:register", "GET", "HEAD", "POST")
def register(request: HttpRequest, project: Project) -> HttpResponseBase:
    """Ask for a repository by name or address, and begin to connect it."""
    name, fault = posted(request, "repository", 300), ""
    me = asker(request).contributor
    if request.method == "POST" and me is not None:
        try:
            registration_begin(project.pk, name, registrar_id=me, now=now(), acting=acting(request))
            messages.success(request, "Begun. Each step shows below; load the page again to see.")
            return see(settings_of(project))
        except ProjectFaults as error:
            fault = "; ".join(reason for _, reason in error.faults)
    context = {
        "project": project,
        "name": name,
        "fault": fault,
        "is_somebody": me is not None,
        "hook_url": hook_url(),
    }
    status = 422 if fault or request.method == "POST" else 200
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
    return tried(request, work, told, settings_of(project))


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
        target = access_project(posted(request, "project", 120))
        repository_move(repository.pk, target.pk, now=now(), acting=acting(request))

    told = "Moved. Work opened from now on counts for the other project."
    return tried(request, work, told, settings_of(project))


def _repository(project: Project, github_id: int) -> Repository:
    found = repository_in(project.pk, github_id)
    if found is None:
        raise Http404("There is no such repository in this project.")
    return found
