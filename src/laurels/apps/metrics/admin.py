"""Baselines in the admin."""

from __future__ import annotations

from django.contrib import admin

from laurels.apps.metrics.models import BaselinePin, LoadedBaseline, MetricRun, PersonJob
from laurels.apps.read_only import ReadOnlyAdmin, instant


@admin.register(LoadedBaseline)
class LoadedBaselineAdmin(ReadOnlyAdmin):
    """Populations that people are compared with."""

    list_display = ("key", "starts_on", "ends_on", "method", "population", instant("loaded_at"))
    search_fields = ("key",)


@admin.register(BaselinePin)
class BaselinePinAdmin(ReadOnlyAdmin):
    """Which of them was chosen by hand."""

    list_display = ("baseline", instant("pinned_at"), "pinned_by")
    list_select_related = ("baseline",)


@admin.register(MetricRun)
class MetricRunAdmin(ReadOnlyAdmin):
    """Computations of people's metrics."""

    list_display = ("contributor", instant("computed_at"), "baseline_key", "triggered_by")
    list_filter = ("triggered_by",)
    list_select_related = ("contributor",)
    search_fields = ("contributor__login_key",)


@admin.register(PersonJob)
class PersonJobAdmin(ReadOnlyAdmin):
    """Jobs that read a person."""

    list_display = ("job", "contributor", "triggered_by", "asked_by", "sync_run", "metric_run")
    list_filter = ("triggered_by",)
    list_select_related = ("job", "contributor", "asked_by", "metric_run")
