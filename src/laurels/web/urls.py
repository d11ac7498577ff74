"""Addresses of the pages; every table has one that ends in .csv."""

from __future__ import annotations

from django.urls import include, path

from laurels.web.views import (
    certificates,
    compare,
    contributors,
    home,
    leaderboard,
    metrics,
    metrics_evidence,
    projects,
    rules,
    staff,
)

urlpatterns = [
    path("", home.home, name="home"),
    path("weeks.csv", home.weeks_csv, name="weeks_csv"),
    path("leaderboard/", leaderboard.leaderboard, name="leaderboard"),
    path("leaderboard.csv", leaderboard.leaderboard_csv, name="leaderboard_csv"),
    path("", include("laurels.web.urls_projects")),
    path("projects/", projects.projects, name="projects"),
    path("projects.csv", projects.projects_csv, name="projects_csv"),
    path("projects/<str:slug>/", projects.project, name="project"),
    path(
        "projects/<str:slug>/repositories.csv",
        projects.repositories_csv,
        name="project_repositories_csv",
    ),
    path("projects/<str:slug>/rules/", rules.project_rules, name="project_rules"),
    path(
        "projects/<str:slug>/rules/<int:number>/",
        rules.project_rules,
        name="project_rules_version",
    ),
    path("contributors/<str:login>/", contributors.contributor, name="contributor"),
    path("contributors/<str:login>/points/", contributors.points, name="points"),
    path("contributors/<str:login>/points.csv", contributors.points_csv, name="points_csv"),
    path("contributors/<str:login>/pulls/", contributors.pulls, name="pulls"),
    path("contributors/<str:login>/pulls.csv", contributors.pulls_csv, name="pulls_csv"),
    path("contributors/<str:login>/metrics/", metrics.metrics, name="metrics"),
    path(
        "contributors/<str:login>/metrics/<str:metric>/", metrics_evidence.evidence, name="evidence"
    ),
    path("compare/", compare.compare, name="compare"),
    path("compare.csv", compare.compare_csv, name="compare_csv"),
    path("contributors/<str:login>/metrics.csv", metrics.metrics_csv, name="metrics_csv"),
    path("contributors/<str:login>/days.csv", contributors.days_csv, name="days_csv"),
    path("rules/", rules.rules, name="rules"),
    path("rules/<int:number>/", rules.rules, name="rules_version"),
    path("rules/<int:number>.csv", rules.rules_csv, name="rules_csv"),
    path("certificates/", certificates.look_up, name="certificates"),
    path("certificates/<str:number>/", certificates.certificate, name="certificate"),
    path("staff/<str:token>/", staff.link, name="staff_link"),
    path("", include("laurels.web.urls_account")),
    path("favicon.ico", home.favicon, name="favicon"),
]
