"""Addresses: health, the admin, and the pages where they are installed."""

from __future__ import annotations

from importlib.util import find_spec

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path
from django.urls.resolvers import RoutePattern

from laurels.config import health

urlpatterns: list[URLPattern | URLResolver] = [
    path("livez", health.livez, name="livez"),
    path("readyz", health.readyz, name="readyz"),
    path("admin/", admin.site.urls),
    # By name, so that a process which serves no API does not load it.
    URLResolver(RoutePattern("api/v1/"), "laurels.api.urls", app_name="ninja", namespace="api"),
]
if find_spec("laurels.web") and find_spec("laurels.web.urls"):
    urlpatterns.append(path("", include("laurels.web.urls")))
