"""A job carries a reference to a token, never the token; it opens for one holder at a time."""

from __future__ import annotations

import json

import pytest
from django.conf import settings
from django.db import connection

from laurels.adapters.vault import VaultRefused
from laurels.apps.audit.actors import SYSTEM
from laurels.apps.jobs.models import Job
from laurels.apps.jobs.services import enqueue
from laurels.apps.people.errors import TokenReferenceRefused
from laurels.apps.people.handlers import sweep
from laurels.apps.people.models import TokenReference
from laurels.apps.people.services.references import (
    LEASE_SECONDS,
    PREFIX,
    token_reference_end,
    token_reference_make,
    token_reference_open,
)

pytestmark = pytest.mark.django_db
TOKEN, NOW, LASTS = "gho_" + "r" * 36, 1_000, 900


@pytest.fixture
def ref() -> str:
    return token_reference_make(
        TOKEN,
        contributor_id=None,
        lasts_seconds=LASTS,
        vault=settings.LAURELS_REFERENCE_VAULT,
        now=NOW,
        acting=SYSTEM,
    )


def opened(ref: str, holder: str, now: int) -> str:
    vault = settings.LAURELS_REFERENCE_VAULT
    return token_reference_open(ref, holder=holder, vault=vault, now=now)


def test_reference_when_carried_by_a_job_then_the_token_is_nowhere_in_the_database(
    ref: str,
) -> None:
    enqueue("sync.subject", {"subject": 1, "token": ref}, now=NOW, acting=SYSTEM)
    assert json.loads(Job.objects.get().arguments)["token"].startswith(PREFIX)
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            assert TOKEN not in str(cursor.fetchall()), table


def test_reference_when_the_same_job_opens_again_then_replayed(ref: str) -> None:
    assert opened(ref, "job:1", NOW) == TOKEN
    assert opened(ref, "job:1", NOW + LEASE_SECONDS - 1) == TOKEN, "taken up after a crash"
    row = TokenReference.objects.get()
    assert row.lease_until == NOW + 2 * LEASE_SECONDS - 1


def test_reference_when_another_holder_comes_then_refused_until_the_lease_is_over(
    ref: str,
) -> None:
    opened(ref, "job:1", NOW)
    with pytest.raises(TokenReferenceRefused):
        opened(ref, "job:2", NOW + LEASE_SECONDS - 1)
    assert opened(ref, "job:2", NOW + LEASE_SECONDS) == TOKEN
    with pytest.raises(TokenReferenceRefused):
        opened(ref, "job:1", NOW + LEASE_SECONDS)


@pytest.mark.parametrize(("after", "is_good"), [(LASTS - 1, True), (LASTS, False)])
def test_reference_when_its_time_is_over_then_refused(ref: str, after: int, is_good: bool) -> None:
    if is_good:
        assert opened(ref, "job:1", NOW + after) == TOKEN
        return
    with pytest.raises(TokenReferenceRefused, match="run out"):
        opened(ref, "job:1", NOW + after)


def test_reference_when_unknown_or_ended_then_refused(ref: str) -> None:
    token_reference_end(ref, acting=SYSTEM)
    for one in (ref, PREFIX + "0" * 24, ""):
        with pytest.raises(TokenReferenceRefused):
            opened(one, "job:1", NOW)


def test_reference_when_its_text_is_copied_to_another_then_it_does_not_open(ref: str) -> None:
    other = TokenReference.objects.get()
    other.pk, other.ref = None, PREFIX + "1" * 24
    other.save()
    with pytest.raises(VaultRefused):
        opened(other.ref, "job:1", NOW)


def test_sweep_when_an_hour_has_passed_then_what_ran_out_is_forgotten(ref: str) -> None:
    assert sweep(Job(), NOW + LASTS - 1) is None
    assert sweep(Job(), NOW + LASTS) == {"rows": 1}
    assert not TokenReference.objects.exists()
