"""Addresses: health, the admin, and the pages where they are installed."""

from __future__ import annotations

from importlib.util import find_spec

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

from laurels.config import health

urlpatterns: list[URLPattern | URLResolver] = [
    path("livez", health.livez, name="livez"),
    path("readyz", health.readyz, name="readyz"),
    path("admin/", admin.site.urls),
]
if find_spec("laurels.web") and find_spec("laurels.web.urls"):
    urlpatterns.append(path("", include("laurels.web.urls")))
