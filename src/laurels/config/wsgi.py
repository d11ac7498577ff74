"""The WSGI application for a server of one's own; `laurels serve` uses it too."""

from __future__ import annotations

from laurels.config import boot

boot.setup(serving=True)

from django.core.handlers.wsgi import WSGIHandler  # noqa: E402 - Django must be set up before

application = WSGIHandler()
