"""The WSGI application for a server of one's own; `laurels serve` uses it too.

The webhook door is in front: a delivery meets none of Django's middleware.
"""

from __future__ import annotations

from laurels.config import boot

boot.setup(serving=True)

from django.conf import settings  # noqa: E402 - Django must be set up before
from django.core.handlers.wsgi import WSGIHandler  # noqa: E402

from laurels.config import wiring  # noqa: E402
from laurels.config.proxies import behind_proxy  # noqa: E402

pages = behind_proxy(WSGIHandler(), settings.LAURELS.trusted_proxy)
application = wiring.webhook_door(pages, settings.LAURELS, settings.LAURELS_CLOCK)
