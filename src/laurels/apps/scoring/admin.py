"""Rules, weights, scores and the ledger in the admin; publishing is its one action."""

from __future__ import annotations

import json
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path

from laurels.apps.read_only import ReadOnlyAdmin, acting, instant, now
from laurels.apps.scoring.models import Item, LedgerEntry, RulesetVersion, Season
from laurels.apps.scoring.services import RulesetRefused, ruleset_publish
from laurels.domain.rulesets import PRESETS, Ruleset, RulesetFaults, load_toml, preset


class PublishForm(forms.Form):
    """A preset, or rules written in TOML under a name."""

    preset = forms.ChoiceField(
        required=False, choices=[("", "None: the rules below"), *((name, name) for name in PRESETS)]
    )
    name = forms.CharField(
        required=False, max_length=60, help_text="Needed with rules of your own."
    )
    rules = forms.CharField(
        required=False,
        widget=forms.Textarea(attrs={"rows": 24, "cols": 90, "spellcheck": "false"}),
        help_text="TOML, as `laurels ruleset show` prints it. Leave empty for a preset.",
    )

    def clean(self) -> dict[str, Any]:
        """Read the rules and name every fault."""
        given: dict[str, Any] = super().clean() or {}
        chosen, text, name = given.get("preset"), given.get("rules"), given.get("name")
        if bool(chosen) == bool(text):
            raise forms.ValidationError("Choose a preset, or write rules: one of the two.")
        if chosen:
            given["ruleset"], given["name"] = preset(chosen), name or chosen
            return given
        if not name:
            self.add_error("name", "Rules of your own need a name.")
        try:
            given["ruleset"] = load_toml(str(text))
        except RulesetFaults as faults:
            self.add_error("rules", [str(fault) for fault in faults.faults])
        return given


@admin.register(RulesetVersion)
class RulesetVersionAdmin(ReadOnlyAdmin):
    """Published rules with their weights."""

    list_display = ("name", "number", "project", "weights", instant("effective_from"))
    list_filter = ("name",)
    list_select_related = ("project",)
    search_fields = ("name", "content_hash")
    change_list_template = "admin/scoring/rulesetversion/change_list.html"

    @admin.display(description="weights")
    def weights(self, version: RulesetVersion) -> str:
        """Return what each kind of contribution weighs."""
        found = json.loads(version.content).get("weights", {})
        return ", ".join(f"{kind} {points}" for kind, points in sorted(found.items()))

    def get_urls(self) -> list[URLPattern]:
        """Add the page that publishes."""
        view = self.admin_site.admin_view(self.publish)
        return [path("publish/", view, name="scoring_publish"), *super().get_urls()]

    def publish(self, request: HttpRequest) -> HttpResponse:
        """Ask for rules, and publish them for work opened from now on."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        form = PublishForm(request.POST if request.method == "POST" else None)
        if form.is_valid() and self._published(request, form.cleaned_data):
            return redirect("admin:scoring_rulesetversion_changelist")
        context = {
            **self.admin_site.each_context(request),
            "title": "Publish rules",
            "opts": self.opts,
            "form": form,
        }
        return TemplateResponse(request, "admin/scoring/publish.html", context)

    def _published(self, request: HttpRequest, given: dict[str, Any]) -> bool:
        ruleset: Ruleset = given["ruleset"]
        try:
            version = ruleset_publish(
                ruleset, name=given["name"], now=now(), acting=acting(request)
            )
        except RulesetRefused as error:
            messages.error(request, str(error))
            return False
        text = f"Published {version.name}, version {version.number}, for work opened from now on."
        messages.success(request, text)
        return True


@admin.register(Season)
class SeasonAdmin(ReadOnlyAdmin):
    """Seasons."""

    list_display = ("key", "label", instant("starts_at"), instant("ends_at"))


@admin.register(Item)
class ItemAdmin(ReadOnlyAdmin):
    """Scores: what each contribution is worth and what of it is posted."""

    list_display = (
        *("contributor", "kind", "repository_github_id", "number", "points"),
        *("is_settled", "reason", instant("occurred_at")),
    )
    list_filter = ("kind", "is_settled", "is_held", "is_eligible", "version")
    list_select_related = ("contributor",)
    search_fields = ("contributor__login_key",)
    exclude = ("steps",)

    @admin.display(description="points")
    def points(self, item: Item) -> int:
        """Return what the contribution is worth now."""
        return item.base + item.extra - item.penalty


@admin.register(LedgerEntry)
class LedgerEntryAdmin(ReadOnlyAdmin):
    """The journal of differences."""

    list_display = ("id", "contributor", "kind", "component", "points", instant("posted_at"))
    list_filter = ("kind", "component", "scope")
    list_select_related = ("contributor",)
    search_fields = ("contributor__login_key", "source", "hash")
