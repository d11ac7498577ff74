"""Boards, standings and snapshots in the admin."""

from __future__ import annotations

from django.contrib import admin

from laurels.apps.read_only import ReadOnlyAdmin
from laurels.apps.standings.models import Board, Snapshot, Standing


@admin.register(Board)
class BoardAdmin(ReadOnlyAdmin):
    """Leaderboards."""

    list_display = ("id", "scope_kind", "scope_ref", "period_kind", "period_ref")
    list_filter = ("scope_kind", "period_kind")


@admin.register(Standing)
class StandingAdmin(ReadOnlyAdmin):
    """Rows on boards."""

    list_display = ("login", "board_id", "points", "pending", "is_ranked")
    list_filter = ("is_ranked", "board__scope_kind", "board__period_kind")
    search_fields = ("login",)


@admin.register(Snapshot)
class SnapshotAdmin(ReadOnlyAdmin):
    """What boards looked like on past days."""

    list_display = ("on", "board_id", "contributor", "points", "rank")
    list_filter = ("board__scope_kind", "board__period_kind")
    list_select_related = ("contributor",)
    search_fields = ("contributor__login_key", "=on")
