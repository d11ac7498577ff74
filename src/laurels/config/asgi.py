"""The ASGI application: `laurels serve` and `laurels web` use it, a server of one's own can.

The webhook door is in front, on the server's loop: a delivery meets none of Django's middleware and
waits for no thread. Pages are Django's WSGI application in threads.
"""

from __future__ import annotations

from laurels.config import boot

boot.setup(serving=True)

from django.conf import settings  # noqa: E402 - Django must be set up before
from django.core.handlers.wsgi import WSGIHandler  # noqa: E402

from laurels.config import wiring  # noqa: E402
from laurels.config.pages import Pages  # noqa: E402
from laurels.config.proxies import behind_proxy  # noqa: E402

pages = behind_proxy(WSGIHandler(), settings.LAURELS.trusted_proxy)
application = wiring.webhook_door(
    Pages(pages, settings.LAURELS.web_threads), settings.LAURELS, settings.LAURELS_CLOCK
)
