from __future__ import annotations

import stat
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from laurels.adapters.keyring import KeyMissing
from laurels.apps.audit.actors import SYSTEM, operator
from laurels.apps.audit.models import AuditRow
from laurels.apps.audit.services import verify
from laurels.apps.jobs.models import Job
from laurels.apps.people import tombstones
from laurels.apps.people.errors import ContributorNotFound
from laurels.apps.people.models import Alias, Contributor, Tombstone, TombstoneLogin
from laurels.apps.people.selectors import access_contributor
from laurels.apps.people.services import ban_start, forget, people_observe
from laurels.domain.lifecycle.facts import PersonFact

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fresh_key(tmp_path: Path, settings: Any) -> None:
    settings.LAURELS = settings.LAURELS.model_copy(update={"data_dir": tmp_path})


@pytest.fixture
def mary() -> Contributor:
    for at, login in enumerate(("mary", "mary-smith", "Gipsy"), start=1):
        observe(PersonFact(8_150_815_081, login, "User", at))
    return Contributor.objects.get()


def observe(*facts: PersonFact):  # type: ignore[no-untyped-def]
    return people_observe(facts, bot_logins=(), now=9, acting=SYSTEM)


def all_texts() -> str:
    texts = [
        *Contributor.objects.values_list("ref", "github_id", "login", "login_key", "kind"),
        *Alias.objects.values_list("login", "login_key"),
        *Tombstone.objects.values_list("github_id_hash"),
        *TombstoneLogin.objects.values_list("login_hash"),
        *AuditRow.objects.values_list("actor", "subject", "before", "after", "reason"),
        *Job.objects.values_list("last_error", "result", "progress"),
    ]
    return repr(texts).casefold()


def test_forget_when_called_then_nothing_tells_who_it_was(mary: Contributor) -> None:
    ref = mary.ref
    ban_start(mary.pk, reason="copied by hand", now=5, acting=operator())
    Job.objects.create(kind="x", created_at=1, last_error="no pull request of mary-smith")
    Job.objects.create(kind="y", created_at=1, last_error="disk full")
    left = forget(mary.pk, now=50, acting=operator())
    assert (left.ref, left.login, left.github_id, left.erased_at) == (ref, "", None, 50)
    for word in ("mary", "smith", "gipsy", "8150815081"):
        assert word not in all_texts().replace(ref, "")
    assert list(left.bans.values_list("reason", flat=True)) == [""]
    assert set(Job.objects.values_list("last_error", flat=True)) == {"", "disk full"}
    assert str(Contributor.objects.get()) == "erased"


def test_forget_when_called_then_the_audit_row_knows_the_reference_only(mary: Contributor) -> None:
    forget(mary.pk, now=50, acting=operator())
    row = AuditRow.objects.get()
    assert (row.action, row.subject) == ("contributor:forget", f"contributor:{mary.ref}")
    assert (row.before, row.after) == ("", "")
    assert verify().ok


def test_forget_when_called_twice_then_there_is_nobody_to_forget(mary: Contributor) -> None:
    forget(mary.pk, now=50, acting=operator())
    with pytest.raises(ContributorNotFound):
        forget(mary.pk, now=51, acting=operator())


@pytest.mark.parametrize("login", ["gipsy", "mary", ""])
def test_access_when_erased_then_no_login_leads_there(mary: Contributor, login: str) -> None:
    forget(mary.pk, now=50, acting=operator())
    with pytest.raises(ContributorNotFound):
        access_contributor(login)


def test_observe_when_an_erased_person_is_met_again_then_they_are_withheld(
    mary: Contributor,
) -> None:
    forget(mary.pk, now=50, acting=operator())
    seen = observe(
        PersonFact(8_150_815_081, "gipsy", "User", 99), PersonFact(816, "bo", "User", 99)
    )
    assert seen.withheld == {8_150_815_081}
    assert set(seen.ids) == {816}
    assert Contributor.objects.filter(github_id=8_150_815_081).count() == 0


def test_observe_when_somebody_takes_the_login_over_then_they_are_somebody_else(
    mary: Contributor,
) -> None:
    forget(mary.pk, now=50, acting=operator())
    seen = observe(PersonFact(900, "mary", "User", 99))
    assert access_contributor("mary").pk == seen.ids[900] != mary.pk


def test_forget_when_the_id_was_never_known_then_no_tombstone_is_left() -> None:
    person = Contributor.objects.create(ref="r" * 32, login="x", login_key="x", first_seen_at=1)
    forget(person.pk, now=5, acting=SYSTEM)
    assert not Tombstone.objects.exists()


def test_redact_when_nobody_was_erased_then_the_text_stays() -> None:
    redactor = tombstones.redactor()
    assert not redactor
    assert redactor.redact("Thanks @mary") == "Thanks @mary"
    assert not redactor.is_erased("mary")
    assert tombstones.erased_ids([8_150_815_081]) == frozenset()


@pytest.mark.parametrize(
    ("text", "redacted"),
    [
        ("Thanks @mary!", "Thanks @[erased]!"),
        ("MARY wrote it", "[erased] wrote it"),
        ("marys by maryam", "marys by maryam"),
        ("Merge from mary-smith/patch-1", "Merge from [erased]/patch-1"),
        ("branch mary-smith-patch-1", "branch [erased]-patch-1"),
        ("fix_gipsy_bug-mary", "fix_[erased]_bug-[erased]"),
        ("maryさん、ありがとう", "[erased]さん、ありがとう"),
        ("see github.com/mary", "see github.com/[erased]"),
        ("mary's and gipsy[bot]", "[erased]'s and gipsy[bot]"),
        ("smith alone", "smith alone"),
        ("a-b-c-d-e-f-g-h-i-j-k-l-m-n-mary", "a-b-c-d-e-f-g-h-i-j-k-l-m-n-[erased]"),
        ("", ""),
    ],
)
def test_redact_when_a_login_of_an_erased_person_occurs_then_it_is_masked(
    mary: Contributor, text: str, redacted: str
) -> None:
    forget(mary.pk, now=50, acting=operator())
    assert tombstones.redact(text) == redacted


def test_tombstones_when_the_key_is_lost_then_nothing_is_read_in(mary: Contributor) -> None:
    forget(mary.pk, now=50, acting=operator())
    tombstones.key_path().unlink()
    with pytest.raises(KeyMissing, match="restore"), transaction.atomic():
        observe(PersonFact(8_150_815_081, "gipsy", "User", 99))
    with pytest.raises(KeyMissing):
        tombstones.redact("Thanks @mary")
    other = observe_known()
    with pytest.raises(KeyMissing):
        forget(other.pk, now=60, acting=operator())


def observe_known() -> Contributor:
    return Contributor.objects.create(ref="s" * 32, login="y", login_key="y", first_seen_at=1)


def test_key_when_made_then_only_its_owner_may_read_it(mary: Contributor) -> None:
    forget(mary.pk, now=50, acting=operator())
    mode = stat.S_IMODE(tombstones.key_path().stat().st_mode)
    assert mode == 0o600


def test_hashes_when_kinds_differ_then_so_do_they() -> None:
    key = b"k" * 32
    assert tombstones.id_hash(key, 7) != tombstones.login_hash(key, "7")
    assert tombstones.login_hash(key, "Ada") == tombstones.login_hash(key, "aDA")
    assert tombstones.id_hash(key, 7) != tombstones.id_hash(b"l" * 32, 7)
