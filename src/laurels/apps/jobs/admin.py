"""Jobs in the admin."""

from __future__ import annotations

from django.contrib import admin

from laurels.apps.jobs.models import Job, Schedule
from laurels.apps.read_only import ReadOnlyAdmin, instant


@admin.register(Job)
class JobAdmin(ReadOnlyAdmin):
    """What waits, runs, is done or gave up, with the last fault."""

    list_display = ("id", "kind", "state", "attempts", instant("run_after"), "last_error")
    list_filter = ("state", "kind")
    search_fields = ("kind", "last_error", "dedupe_key")


@admin.register(Schedule)
class ScheduleAdmin(ReadOnlyAdmin):
    """When repeating work is next due."""

    list_display = ("name", "every_seconds", instant("next_at"))
