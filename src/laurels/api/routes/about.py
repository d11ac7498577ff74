"""What answers here, and whether it can do its work."""

from __future__ import annotations

from importlib.metadata import version
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from ninja import Router

from laurels.api import schemas_metrics as schemas
from laurels.api.access import allow
from laurels.api.answers import REFUSALS
from laurels.api.problems import problem

router = Router(auth=None)


@router.get("/health", url_name="health", response={200: schemas.Health, **REFUSALS})
def health(request: HttpRequest) -> dict[str, Any] | HttpResponse:
    """Say that this process can do its work; 503 with what is wrong where it cannot."""
    allow(request, "program:read", scope="")
    parts: dict[str, str] = settings.LAURELS_HEALTH()
    faults = [
        {"field": part, "fault": state} for part, state in parts.items() if state != schemas.FINE
    ]
    if faults:
        return problem(503, detail="Not all that is needed is there.", errors=faults)
    return {"status": schemas.FINE, "parts": parts}


@router.get("/version", url_name="version", response={200: schemas.Version, **REFUSALS})
def program(request: HttpRequest) -> dict[str, str]:
    """Say which version of Laurels answers, and which of the API."""
    allow(request, "program:read", scope="")
    return {"version": version("laurels"), "api": "1"}
