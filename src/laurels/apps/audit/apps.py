"""Registers the audit app with Django."""

from __future__ import annotations

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """The audit app; its tables are prefixed with its label."""

    name = "laurels.apps.audit"
    label = "audit"
    default_auto_field = "django.db.models.BigAutoField"
