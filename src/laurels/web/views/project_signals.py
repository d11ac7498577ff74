"""A project's signals: a maintainer has looked at one."""

from __future__ import annotations

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from laurels.apps.contributions.services import signal_close
from laurels.apps.projects.models import Project
from laurels.apps.projects.selectors_registering import repositories_list
from laurels.web.access import acting, project_door
from laurels.web.pages import now
from laurels.web.telling import tried
from laurels.web.views.project_settings import settings_of


@project_door("signal:close", "POST")
def close(request: HttpRequest, project: Project, number: int) -> HttpResponseBase:
    """Show a signal no more."""
    ours = [one.pk for one in repositories_list(project=project.pk)]
    return tried(
        request,
        lambda: signal_close(number, repositories=ours, now=now(), acting=acting(request)),
        "Noted as seen.",
        settings_of(project),
    )
