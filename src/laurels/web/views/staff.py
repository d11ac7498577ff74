"""Signing staff in with a one-time link: the page asks first, so that no preview uses it up."""

from __future__ import annotations

from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from laurels.apps.audit.services_staff import StaffLinkRefused, staff_link_check, staff_link_use
from laurels.web.pages import now, page

LASTS_SECONDS = 8 * 3600
_BACKEND = "django.contrib.auth.backends.ModelBackend"


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def link(request: HttpRequest, token: str) -> HttpResponse:
    """Show the button of a good link; sign in for eight hours when it is pressed."""
    try:
        if request.method != "POST":
            staff_link_check(token, now=now())
            return page(request, "staff/link", {}, is_indexed=False)
        user = staff_link_use(token, now=now())
    except StaffLinkRefused as error:
        context = {"reason": str(error)}
        return page(request, "staff/refused", context, status=403, is_indexed=False)
    login(request, user, backend=_BACKEND)  # type: ignore[arg-type]
    request.session.set_expiry(LASTS_SECONDS)
    return redirect("admin:index")
