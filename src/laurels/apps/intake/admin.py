"""The import log and the inbox in the admin; its one action has deliveries worked again."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest

from laurels.apps.intake.errors import NotReplayable
from laurels.apps.intake.models import (
    DeliveryAlarm,
    DeliveryProgress,
    ImportedFile,
    ImportRun,
)
from laurels.apps.intake.services.deliveries_keep import delivery_replay
from laurels.apps.read_only import ReadOnlyAdmin, acting, instant, now


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


@admin.register(DeliveryProgress)
class DeliveryAdmin(ReadOnlyAdmin):
    """Deliveries and how far they got. Bodies are not shown: they name people."""

    list_display = (
        "delivery_id",
        "event",
        "action",
        "state",
        "attempts",
        "received_at",
        "reason",
        "last_error",
    )
    list_filter = ("state", "delivery__event")
    list_select_related = ("delivery",)
    search_fields = ("=delivery__guid", "=repository")
    actions = ("replay",)

    @admin.display(description="event", ordering="delivery__event")
    def event(self, row: DeliveryProgress) -> str:
        """Return the event that GitHub named in its header."""
        return row.delivery.event

    @admin.display(description="received at", ordering="delivery__received_at")
    def received_at(self, row: DeliveryProgress) -> str:
        """Return when it arrived."""
        return instant("received_at")(row.delivery)

    @admin.action(description="Replay the selected deliveries")
    def replay(self, request: HttpRequest, queryset: QuerySet[DeliveryProgress]) -> None:
        """Have each selected delivery worked again; say which cannot be."""
        refused: list[str] = []
        rows: list[Any] = list(queryset.order_by("pk").values_list("pk", flat=True))
        for row in rows:
            try:
                delivery_replay(row, now=now(), acting=acting(request))
            except NotReplayable as error:
                refused.append(str(error))
        text = " ".join([f"{len(rows) - len(refused)} wait again.", *refused[:5]])
        self.message_user(request, text, messages.WARNING if refused else messages.SUCCESS)


@admin.register(DeliveryAlarm)
class DeliveryAlarmAdmin(ReadOnlyAdmin):
    """What was refused and should be looked into."""

    list_display = ("id", "kind", "detail", "delivery_id", instant("at"))
    list_filter = ("kind",)
