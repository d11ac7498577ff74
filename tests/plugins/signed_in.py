"""Browsers of people who are signed in, without going through the dance with GitHub."""

from __future__ import annotations

from django.conf import settings
from django.test import Client

from laurels.apps.people.middleware import SESSION_KEY
from laurels.apps.people.models import Contributor
from laurels.apps.people.services.signing_in import session_begin


def sign_in_as(browser: Client, person: Contributor) -> Client:
    """Sign a person in; `browser` is returned, and every request of it is theirs."""
    user, secret = session_begin(person, agent="tests", now=settings.LAURELS_CLOCK.now())
    browser.force_login(user)
    session = browser.session
    session[SESSION_KEY] = secret
    session.save()
    return browser
