"""Browsers of people who sign in with a stand-in GitHub."""

from __future__ import annotations

from tests.plugins.account import github, sign_in

__all__ = ["github", "sign_in"]
