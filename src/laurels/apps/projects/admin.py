"""Projects and repositories in the admin."""

from __future__ import annotations

from django.contrib import admin

from laurels.apps.projects.models import Project, Repository
from laurels.apps.read_only import ReadOnlyAdmin, instant


@admin.register(Project)
class ProjectAdmin(ReadOnlyAdmin):
    """Projects and chapters."""

    list_display = ("slug", "name", "kind", "owner_key", instant("created_at"))
    list_filter = ("kind",)
    search_fields = ("slug", "name")


@admin.register(Repository)
class RepositoryAdmin(ReadOnlyAdmin):
    """Repositories by their latest names."""

    list_display = ("full_name", "github_id", "is_fork", "is_private", instant("seen_at"))
    list_filter = ("is_fork", "is_private")
    search_fields = ("full_name",)
