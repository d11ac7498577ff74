"""The audit chain in the admin."""

from __future__ import annotations

from django.contrib import admin

from laurels.apps.audit.models import AuditRow
from laurels.apps.read_only import ReadOnlyAdmin, instant


@admin.register(AuditRow)
class AuditRowAdmin(ReadOnlyAdmin):
    """Who did what, the newest first."""

    list_display = ("id", instant("at"), "actor", "action", "subject", "reason")
    list_filter = ("action",)
    search_fields = ("actor", "subject", "reason")
