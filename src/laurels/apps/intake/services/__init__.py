"""Writes of the intake room: facts in, batch by batch, then one settle."""

from __future__ import annotations

from laurels.apps.intake.services.imports import (
    Filters,
    ImportReport,
    import_gharchive,
    import_rest,
)

__all__ = ["Filters", "ImportReport", "import_gharchive", "import_rest"]
