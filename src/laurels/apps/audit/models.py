"""Who did what, when and why, in a chain that shows a removed or altered row."""

from __future__ import annotations

from django.db import models

from laurels.apps.append_only import AppendOnlyModel
from laurels.apps.fields import InstantField


class AuditRow(AppendOnlyModel):
    """One thing that a person or a schedule caused."""

    id = models.BigIntegerField(primary_key=True)
    at = InstantField()
    actor = models.CharField(max_length=100)
    action = models.CharField(max_length=60, db_index=True)
    subject = models.CharField(max_length=200)
    before = models.TextField(default="")
    after = models.TextField(default="")
    reason = models.CharField(max_length=500, default="")
    request_id = models.CharField(max_length=64, default="")
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        """Newest first where people read it."""

        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.action} {self.subject}"


class AuditHead(models.Model):
    """The end of the chain; updating this one row serialises writers."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    sequence = models.BigIntegerField(default=0)
    hash = models.CharField(max_length=64, default="0" * 64)
