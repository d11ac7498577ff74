"""The admin's front door: no password opens it, only a link from `laurels staff link`."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.models import Group, User
from django.http import HttpRequest

_ALLAUTH = ("account", "socialaccount")


class NoPasswordForm(forms.Form):
    """A sign-in form that nothing passes: it has no fields, and says what to do instead."""

    def __init__(self, request: HttpRequest | None = None, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, Any]:
        """Refuse whatever was sent."""
        raise forms.ValidationError("Nobody signs in with a password here.")


def close() -> None:
    """Put the page that says how to sign in where the admin asks for a password.

    Users and groups of Django and the tables of allauth are taken out: nothing is changed in the
    admin, and allauth's tables hold nothing.
    """
    # Importing their admin registers them, once a process: it does not happen again afterwards.
    import_module("django.contrib.auth.admin")
    import_module("allauth.account.admin")
    import_module("allauth.socialaccount.admin")
    models: list[Any] = [User, Group]
    models += [model for model in admin.site._registry if model._meta.app_label in _ALLAUTH]
    for model in models:
        if admin.site.is_registered(model):
            admin.site.unregister(model)
    admin.site.login_form = NoPasswordForm  # type: ignore[assignment]
    admin.site.login_template = "web/staff/login.html"
    admin.site.site_header = "Laurels"
    admin.site.site_title = "Laurels"
    admin.site.index_title = "What is on record"
