"""Pull requests, issues and contributions in the admin."""

from __future__ import annotations

from django.contrib import admin

from laurels.apps.contributions.models import Contribution, Issue, PullRequest
from laurels.apps.read_only import ReadOnlyAdmin, instant


@admin.register(PullRequest)
class PullRequestAdmin(ReadOnlyAdmin):
    """Pull requests as the facts left them."""

    list_display = ("repository", "number", "title", "lifecycle", "author", instant("merged_at"))
    list_filter = ("lifecycle", "is_gone")
    list_select_related = ("repository", "author")
    search_fields = ("title", "repository__full_name", "author__login_key")


@admin.register(Issue)
class IssueAdmin(ReadOnlyAdmin):
    """Issues as the facts left them."""

    list_display = ("repository", "number", "title", "state", "state_reason", "author")
    list_filter = ("state", "state_reason", "is_gone")
    list_select_related = ("repository", "author")
    search_fields = ("title", "repository__full_name", "author__login_key")


@admin.register(Contribution)
class ContributionAdmin(ReadOnlyAdmin):
    """The facts that are scored."""

    list_display = ("kind", "repository", "number", "contributor", instant("occurred_at"))
    list_filter = ("kind", "is_withdrawn")
    list_select_related = ("repository", "contributor")
    search_fields = ("repository__full_name", "contributor__login_key")
