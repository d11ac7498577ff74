"""Let go of what is kept of a person's metrics as they are told."""

from __future__ import annotations

from django.dispatch import Signal

payload_changed = Signal()
"""Sent with `contributor_id` when a person's metrics are no longer what they were."""


def payload_forget(contributor_id: int) -> None:
    """Tell whoever keeps the payload of a person that it is out of date."""
    payload_changed.send(sender=None, contributor_id=contributor_id)
