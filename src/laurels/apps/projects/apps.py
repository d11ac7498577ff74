"""Registers the projects app with Django."""

from __future__ import annotations

from django.apps import AppConfig


class ProjectsConfig(AppConfig):
    """The projects app; its tables are prefixed with its label."""

    name = "laurels.apps.projects"
    label = "projects"
    default_auto_field = "django.db.models.BigAutoField"
