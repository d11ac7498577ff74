"""The product's own full recalculation, as every path that needs a settled database runs it."""

from __future__ import annotations

from benchmarks.fill import NOW


def settle_everybody() -> None:
    """Recalculate everybody, as `laurels score recalculate` does."""
    from laurels.apps.audit.actors import SYSTEM
    from laurels.apps.recognition.services import recalculate

    done = recalculate(acting=SYSTEM, now=NOW)
    if done.failed:
        raise RuntimeError(f"{len(done.failed)} people could not be settled: {done.failed[0]}")


def settle_nobody() -> None:
    """Look for somebody to settle where nobody is marked."""
    from laurels.apps.audit.actors import SYSTEM
    from laurels.apps.recognition.services import settle_dirty

    if settle_dirty(acting=SYSTEM, source="job:1", now=NOW).people:
        raise RuntimeError("somebody was marked")


def issue_certificates() -> None:
    """Make every certificate that waits."""
    from laurels.apps.audit.actors import SYSTEM
    from laurels.apps.recognition.providers import provider_get
    from laurels.apps.recognition.services import certificates_issue_pending

    certificates_issue_pending(now=NOW, provider=provider_get("local"), acting=SYSTEM)
