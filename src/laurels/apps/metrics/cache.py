"""Payloads as they were served last, kept for a while in each process."""

from __future__ import annotations

from django.core.cache import cache

from laurels.domain.percentiles import Mode


def payload_forget(contributor_id: int) -> None:
    """Let go of what this process keeps of a person."""
    cache.delete_many([_key(contributor_id, mode) for mode in Mode])


def _key(contributor_id: int, mode: Mode) -> str:
    return f"laurels-metrics-{contributor_id}-{mode.value}"
