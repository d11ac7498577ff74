"""The corner of every page that says who is signed in, or how to sign in."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from laurels.apps.people.models import Contributor
from laurels.web.access import asked


@dataclass(frozen=True, slots=True)
class Slot:
    """`person` is who is signed in, `asked` how much waits for their answer.

    `is_staff` without a person is the operator's browser; `back` is where signing in leads back to.
    """

    person: Contributor | None
    asked: int
    is_staff: bool
    can_sign_in: bool
    back: str
    path: str


def slot(request: HttpRequest) -> Slot:
    """Say who asks for this page."""
    person: Contributor | None = getattr(request, "contributor", None)
    is_elsewhere = request.method == "GET" and not request.path.startswith(reverse("sign_in"))
    return Slot(
        person=person,
        asked=0 if person is None else asked(request),
        is_staff=bool(getattr(getattr(request, "user", None), "is_staff", False)),
        can_sign_in=settings.LAURELS.can_sign_in,
        back=request.get_full_path() if is_elsewhere else "",
        path=request.path,
    )
