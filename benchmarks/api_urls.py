"""The API alone, for the benchmark that reads from it."""

from __future__ import annotations

from django.urls import path

from laurels.api.door import api

urlpatterns = [path("api/v1/", api.urls)]
