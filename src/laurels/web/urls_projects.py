"""Addresses of making and managing projects, their teams and repositories."""

from __future__ import annotations

from django.urls import path

from laurels.web.views import (
    invitations,
    project_repositories,
    project_settings,
    project_signals,
    project_team,
)

_HERE = "projects/<str:slug>/"

urlpatterns = [
    path("projects/new/", project_settings.project_new, name="project_new"),
    path(f"{_HERE}settings/", project_settings.project_settings, name="project_settings"),
    path(f"{_HERE}edit/", project_settings.edit, name="project_edit"),
    path(f"{_HERE}archive/", project_settings.archive, name="project_archive"),
    path(f"{_HERE}unarchive/", project_settings.unarchive, name="project_unarchive"),
    path(f"{_HERE}team/invite/", project_team.invite, name="team_invite"),
    path(f"{_HERE}team/leave/", project_team.leave, name="team_leave"),
    path(f"{_HERE}team/<int:number>/remove/", project_team.remove, name="team_remove"),
    path(f"{_HERE}invitations/<int:number>/withdraw/", project_team.withdraw, name="team_withdraw"),
    path(f"{_HERE}ownership/offer/", project_team.offer, name="ownership_offer"),
    path(
        f"{_HERE}ownership/<int:number>/withdraw/",
        project_team.withdraw_offer,
        name="ownership_withdraw",
    ),
    path(f"{_HERE}register/", project_repositories.register, name="repository_register"),
    path(
        f"{_HERE}registrations/<int:number>/repair/",
        project_repositories.repair,
        name="registration_repair",
    ),
    path(
        f"{_HERE}repositories/<int:github_id>/disable/",
        project_repositories.disable,
        name="repository_disable",
    ),
    path(
        f"{_HERE}repositories/<int:github_id>/enable/",
        project_repositories.enable,
        name="repository_enable",
    ),
    path(
        f"{_HERE}repositories/<int:github_id>/move/",
        project_repositories.move,
        name="repository_move",
    ),
    path(f"{_HERE}signals/<int:number>/close/", project_signals.close, name="signal_close"),
    path("invitations/", invitations.invitations, name="invitations"),
    path("invitations/<int:number>/answer/", invitations.answer, name="invitation_answer"),
    path("offers/<int:number>/answer/", invitations.ownership_answer, name="ownership_answer"),
]
