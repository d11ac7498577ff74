"""People, tiers and certificates in the admin; its actions recalculate, revoke and reinstate.

Contributors are registered here, not with the people app: what is done to them from their list
belongs to the staircase, which the people app knows nothing of.
"""

from __future__ import annotations

from collections.abc import Callable

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from laurels.apps.people.models import Contributor
from laurels.apps.read_only import ReadOnlyAdmin, acting, instant, now
from laurels.apps.recognition.errors import CertificateNotFound, CertificateRefused
from laurels.apps.recognition.models import (
    Certificate,
    CertificateRequest,
    TierChange,
    TierStanding,
)
from laurels.apps.recognition.services import (
    certificate_reinstate,
    certificate_revoke,
    recalculate,
)

_NAMED = 5


@admin.register(Contributor)
class ContributorAdmin(ReadOnlyAdmin):
    """People."""

    list_display = ("login", "github_id", "kind", "is_bot", instant("claimed_at"))
    list_filter = ("is_bot", "kind")
    search_fields = ("login_key", "=github_id")
    actions = ("recalculate_points",)

    @admin.action(description="Recalculate the points of the selected")
    def recalculate_points(self, request: HttpRequest, queryset: QuerySet[Contributor]) -> None:
        """Settle each selected person again; one who fails does not keep the others from it."""
        people = list(queryset.filter(erased_at=None).values_list("pk", flat=True))
        done = recalculate(contributor_ids=people, acting=acting(request), now=now())
        failed = done.failed
        ok = len(people) - len(failed)
        text = f"{ok} recalculated, {len(failed)} failed; {done.entries_posted} entries posted."
        if failed:
            named = [f"{login}: {reason}" for login, reason in failed[:_NAMED]]
            text += " Left as they were: " + "; ".join(named) + "."
        level = messages.SUCCESS if not failed else messages.WARNING if ok else messages.ERROR
        self.message_user(request, text, level)


class ReasonForm(forms.Form):
    """Why a certificate is revoked or reinstated."""

    reason = forms.CharField(
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3, "cols": 80}),
        help_text="Shown on the public page of the certificate; name nobody in it.",
    )


@admin.register(Certificate)
class CertificateAdmin(ReadOnlyAdmin):
    """Certificates."""

    list_display = (
        *("number", "recipient_login", "tier_label", "season", "points", "state"),
        instant("issued_at"),
    )
    list_filter = ("state", "tier_label", "season")
    list_select_related = ("season",)
    search_fields = ("number", "recipient_login")
    actions = ("revoke", "reinstate")

    @admin.action(description="Revoke the selected certificates…")
    def revoke(self, request: HttpRequest, queryset: QuerySet[Certificate]) -> HttpResponse | None:
        """Ask for a reason, then revoke each."""
        return self._each(request, queryset, "revoke", "Revoke", certificate_revoke)

    @admin.action(description="Reinstate the selected certificates…")
    def reinstate(
        self, request: HttpRequest, queryset: QuerySet[Certificate]
    ) -> HttpResponse | None:
        """Ask for a reason, then reinstate each."""
        return self._each(request, queryset, "reinstate", "Reinstate", certificate_reinstate)

    def _each(
        self,
        request: HttpRequest,
        queryset: QuerySet[Certificate],
        action: str,
        verb: str,
        service: Callable[..., Certificate],
    ) -> HttpResponse | None:
        form = ReasonForm(request.POST if "confirmed" in request.POST else None)
        if not form.is_valid():
            context = {
                **self.admin_site.each_context(request),
                "title": f"{verb} certificates",
                "verb": verb,
                "action": action,
                "opts": self.opts,
                "certificates": queryset,
                "form": form,
                "action_checkbox_name": ACTION_CHECKBOX_NAME,
            }
            return TemplateResponse(request, "admin/recognition/reason.html", context)
        self._tell(request, queryset, verb, service, form.cleaned_data["reason"])
        return None

    def _tell(
        self,
        request: HttpRequest,
        queryset: QuerySet[Certificate],
        verb: str,
        service: Callable[..., Certificate],
        reason: str,
    ) -> None:
        ok, refused = 0, []
        for number in queryset.values_list("number", flat=True):
            try:
                service(number, reason=reason, now=now(), acting=acting(request))
                ok += 1
            except (CertificateNotFound, CertificateRefused) as error:
                refused.append(str(error))
        text = f"{verb}d: {ok}, refused: {len(refused)}."
        if refused:
            text += " " + " ".join(refused[:_NAMED])
        level = messages.SUCCESS if not refused else messages.WARNING if ok else messages.ERROR
        self.message_user(request, text, level)


@admin.register(CertificateRequest)
class CertificateRequestAdmin(ReadOnlyAdmin):
    """Certificates that were asked for, and what became of it."""

    list_display = ("contributor", "season", "tier_label", "state", "attempts", "last_error")
    list_filter = ("state", "tier_label")
    list_select_related = ("contributor", "season")
    search_fields = ("contributor__login_key",)


@admin.register(TierStanding)
class TierStandingAdmin(ReadOnlyAdmin):
    """Tiers now."""

    list_display = ("contributor", "season", "tier", "highest", "points")
    list_filter = ("tier", "season")
    list_select_related = ("contributor", "season")
    search_fields = ("contributor__login_key",)


@admin.register(TierChange)
class TierChangeAdmin(ReadOnlyAdmin):
    """Every step up or down."""

    list_display = ("contributor", "season", "from_tier", "to_tier", "points", instant("at"))
    list_filter = ("to_tier", "season")
    list_select_related = ("contributor", "season")
    search_fields = ("contributor__login_key",)
