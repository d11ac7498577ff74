"""Addresses of signing in, signing out and one's own account."""

from __future__ import annotations

from django.urls import path

from laurels.web.views import account, sign_in

urlpatterns = [
    path("sign-in/", sign_in.sign_in, name="sign_in"),
    path("sign-in/github/", sign_in.come_back, name="github_callback"),
    path("sign-out/", sign_in.sign_out, name="sign_out"),
    path("account/", account.account, name="account"),
    path("account/export.json", account.export, name="account_export"),
    path("account/sign-ins/everywhere/", account.end_everywhere, name="account_end_everywhere"),
    path("account/sign-ins/<int:sign_in>/", account.end_sign_in, name="account_end_sign_in"),
    path("account/reading/", account.read_own, name="account_read_own"),
    path("account/tokens/", account.make_token, name="account_make_token"),
    path("account/tokens/<int:token>/", account.revoke_token, name="account_revoke_token"),
    path("account/close/", account.close, name="account_close"),
    path("account/erase/", account.erase, name="account_erase"),
]
