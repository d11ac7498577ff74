"""The import log in the admin."""

from __future__ import annotations

from django.contrib import admin

from laurels.apps.intake.models import ImportedFile, ImportRun
from laurels.apps.read_only import ReadOnlyAdmin, instant


@admin.register(ImportRun)
class ImportRunAdmin(ReadOnlyAdmin):
    """Imports, the newest first."""

    list_display = ("id", "door", instant("started_at"), instant("finished_at"), "actor")
    list_filter = ("door",)


@admin.register(ImportedFile)
class ImportedFileAdmin(ReadOnlyAdmin):
    """The files of imports: what was read and lost."""

    list_display = ("name", "run_id", "events_read", "size_bytes", "is_truncated")
    list_filter = ("is_truncated",)
    search_fields = ("name", "sha256")
