"""Who asks for a page, and whether they may: every page goes through here.

Guarantee: a page whose address names no action in `laurels.web.actions` is refused to everybody.
Actions that concern one project or one person are decided again by the view, which knows which;
`project_door` does it together with fetching the project.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from laurels.apps.audit.actors import Actor, operator
from laurels.apps.audit.actors import contributor as as_contributor
from laurels.apps.people.models import Contributor
from laurels.apps.projects.selectors_roles import asker_and_asked, asker_of
from laurels.domain.policies import (
    ACTIONS,
    NOTHING,
    VISITOR,
    Asker,
    Decision,
    Reason,
    Resource,
    Role,
    decide,
)
from laurels.web.actions import UNDECIDED, action_of
from laurels.web.once import one_request
from laurels.web.pages import now, page

View = Callable[..., HttpResponseBase]


def asker(request: HttpRequest) -> Asker:
    """Return who asks with their roles, looked up once a request."""
    known: Asker | None = getattr(request, "asker", None)
    if known is None:
        person = getattr(request, "contributor", None)
        if person is not None:
            is_staff = bool(getattr(request.user, "is_staff", False))
            # Middleware has let them in: no ban is in force.
            known, request.asked = asker_and_asked(  # type: ignore[attr-defined]
                person, now=now(), is_staff=is_staff
            )
        else:
            known = asker_of(request.user, now=now())
        request.asker = known  # type: ignore[attr-defined]
    return known


def asked(request: HttpRequest) -> int:
    """Return how many invitations and offers wait for the asker's answer."""
    asker(request)
    return int(getattr(request, "asked", 0))


def acting(request: HttpRequest) -> Actor:
    """Return whom the audit rows of this request name; the operator's browser is the operator."""
    if asker(request).contributor is None:
        return operator()
    return as_contributor(contributor_of(request).ref)


def contributor_of(request: HttpRequest) -> Contributor:
    """Return the contributor who asks; who reaches this has been let in as one."""
    person = asker(request).contributor
    assert person is not None
    return Contributor.objects.get(pk=person)


def refusal(
    request: HttpRequest, action: str, resource: Resource = NOTHING
) -> HttpResponseBase | None:
    """Return the answer for who may not do this: a way to sign in, or a page that says why."""
    rule = ACTIONS.get(action)
    if rule is not None and decide(VISITOR, action, resource):
        return None
    decision = decide(asker(request), action, resource)
    if decision:
        return None
    if decision.reason is Reason.SIGN_IN and request.method in ("GET", "HEAD"):
        return redirect(f"{reverse('sign_in')}?{urlencode({'next': request.get_full_path()})}")
    return refused(request, action, decision)


def refused(request: HttpRequest, action: str, decision: Decision) -> HttpResponse:
    """Answer that this may not be done, by whom it may, and the reason's code."""
    rule = ACTIONS.get(action)
    context = {
        "words": "" if rule is None else rule.words,
        "roles": [] if rule is None else [role.value for role in Role if role in rule.roles],
        "reason": decision.reason.value,
    }
    return page(request, "refused", context, status=403, is_indexed=False)


def policies(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Refuse, before any view, what the asker may not do; addresses without an action as well."""
    return _Policies(get_response)


class _Policies:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        with one_request():
            return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: View, args: Any, kwargs: Any
    ) -> HttpResponseBase | None:
        """Decide by the name of the address; what concerns one project its view decides."""
        match = request.resolver_match
        action = None if match is None else action_of(match.view_name)
        if action is UNDECIDED:
            return None
        if action is None:
            return refused(request, "", Decision(False, Reason.UNKNOWN_ACTION))
        return refusal(request, action)


def door(action: str, *methods: str) -> Callable[[View], View]:
    """Let a view of the program in for who may do `action`, by these methods; never cached."""

    def dress(view: View) -> View:
        @never_cache
        @require_http_methods(list(methods))
        @wraps(view)
        def guarded(request: HttpRequest, **rest: Any) -> HttpResponseBase:
            return refusal(request, action) or view(request, **rest)

        return guarded

    return dress


def own_door(action: str, *methods: str) -> Callable[[View], View]:
    """Give a view the contributor who asks, for what concerns themselves; never cached."""

    def dress(view: View) -> View:
        @never_cache
        @require_http_methods(list(methods))
        @wraps(view)
        def guarded(request: HttpRequest, **rest: Any) -> HttpResponseBase:
            refusal_ = refusal(request, action, Resource(person=asker(request).contributor))
            if refusal_ is not None:
                return refusal_
            return view(request, contributor_of(request), **rest)

        return guarded

    return dress


def project_door(action: str, *methods: str, own: bool = False) -> Callable[[View], View]:
    """Give a view the project of its slug, for who may do `action` there; never cached.

    An old slug leads to the present one. With `own` it concerns the asker themselves.
    """

    def dress(view: View) -> View:
        @never_cache
        @require_http_methods(list(methods))
        @wraps(view)
        def guarded(request: HttpRequest, slug: str, **rest: Any) -> HttpResponseBase:
            from laurels.web.views.projects import access  # it imports what imports this

            project = access(slug)
            person = asker(request).contributor if own else None
            refusal_ = refusal(request, action, Resource(project.pk, person))
            if refusal_ is not None:
                return refusal_
            if project.slug != slug and request.method in ("GET", "HEAD"):
                match = request.resolver_match
                assert match is not None
                return redirect(match.view_name, slug=project.slug, **rest)
            return view(request, project, **rest)

        return guarded

    return dress
