"""Addresses of signing in, signing out and one's own account."""

from __future__ import annotations

from django.urls import path

from laurels.web.views import sign_in

urlpatterns = [
    path("sign-in/", sign_in.sign_in, name="sign_in"),
    path("sign-in/github/", sign_in.come_back, name="github_callback"),
    path("sign-out/", sign_in.sign_out, name="sign_out"),
]
