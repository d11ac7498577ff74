"""Making certificates from the command line."""

from __future__ import annotations

from laurels.apps.recognition.providers import provider_get
from laurels.apps.recognition.services import IssueResult, certificates_issue_pending
from laurels.cli.house import House


def issue_what_waits(here: House, limit: int | None = None) -> IssueResult:
    """Make the certificates that are due with the provider of the settings."""
    return certificates_issue_pending(
        now=here.now,
        limit=limit,
        provider=provider_get(here.settings.certificate_provider),
        acting=here.acting,
    )
