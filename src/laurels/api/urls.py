"""Addresses of the API; imported when the first request for it comes."""

from __future__ import annotations

from laurels.api.door import api

urlpatterns = api.urls[0]
