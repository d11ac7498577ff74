"""Hooks and their secrets: which are good, for which repository, until when."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.db import IntegrityError, transaction

from laurels.apps.audit.actors import operator
from laurels.apps.audit.models import AuditRow
from laurels.apps.people.services.resealing import Resealed
from laurels.apps.projects.errors import StateConflict
from laurels.apps.projects.models import Repository, RepositoryHook
from laurels.apps.projects.selectors_hooks import hook_secrets
from laurels.apps.projects.services import hook_forget, hook_keep, hooks_reseal
from laurels.apps.projects.services.hooks import OVERLAP_SECONDS
from tests.apps import factories

pytestmark = pytest.mark.django_db
OLD, NEW = b"old-secret-of-the-hook", b"new-secret-of-the-hook"


def keep(repository: Repository, secret: bytes, hook_id: int = 5, now: int = 100) -> RepositoryHook:
    return hook_keep(repository.pk, hook_id=hook_id, secret=secret, now=now, acting=operator())


@pytest.fixture
def repository(db: None) -> Repository:
    return factories.repository("kube/api", github_id=77)


def test_secrets_when_the_hook_is_unknown_then_none_and_nobodys(db: None) -> None:
    assert hook_secrets(5) == (None, ())


def test_secrets_when_kept_then_told_with_the_repository_and_sealed_at_rest(
    repository: Repository,
) -> None:
    row = keep(repository, OLD)
    assert hook_secrets(5) == (77, (OLD,))
    row.refresh_from_db()
    assert OLD.decode() not in row.secret
    audit = AuditRow.objects.get(action="hook:keep")
    assert OLD.decode() not in audit.after + audit.subject + audit.reason


def test_secrets_when_rotated_then_both_are_good_for_three_days(repository: Repository) -> None:
    keep(repository, OLD)
    keep(repository, NEW, now=200)
    until = 200 + OVERLAP_SECONDS
    assert hook_secrets(5) == (77, (NEW, OLD))
    assert hook_secrets(5, now=until - 1) == (77, (NEW, OLD))
    assert hook_secrets(5, now=until) == (77, (NEW,))


def test_secrets_when_kept_again_unchanged_then_the_old_one_is_not_lost(
    repository: Repository,
) -> None:
    keep(repository, OLD)
    keep(repository, NEW, now=200)
    keep(repository, NEW, now=300)
    assert hook_secrets(5, now=300) == (77, (NEW, OLD))


def test_secrets_when_another_hook_took_its_place_then_only_that_is_ours(
    repository: Repository,
) -> None:
    keep(repository, OLD, hook_id=5)
    keep(repository, NEW, hook_id=6)
    assert hook_secrets(5) == (None, ())
    assert hook_secrets(6) == (77, (NEW,))


def test_forget_when_active_then_no_longer_believed(repository: Repository) -> None:
    keep(repository, OLD)
    assert hook_forget(5, reason="gone at GitHub", now=200, acting=operator())
    assert hook_secrets(5) == (None, ())
    assert not hook_forget(5, reason="gone at GitHub", now=200, acting=operator())
    assert AuditRow.objects.filter(action="hook:forget").count() == 1


def test_keep_when_the_hook_is_another_repositorys_then_refused(repository: Repository) -> None:
    keep(repository, OLD)
    other = factories.repository("kube/web", github_id=78)
    with pytest.raises(StateConflict, match="another repository's"):
        keep(other, NEW)
    assert hook_secrets(5) == (77, (OLD,))


def test_hook_when_two_would_be_active_then_the_database_refuses(repository: Repository) -> None:
    keep(repository, OLD)
    with pytest.raises(IntegrityError), transaction.atomic():
        RepositoryHook.objects.create(repository=repository, hook_id=9, secret="x", created_at=1)


def test_secret_when_copied_to_another_repository_then_does_not_open(
    repository: Repository,
) -> None:
    sealed = keep(repository, OLD).secret
    other = factories.repository("kube/web", github_id=78)
    RepositoryHook.objects.create(repository=other, hook_id=9, secret=sealed, created_at=1)
    with pytest.raises(Exception, match="another owner"):
        hook_secrets(9)


def test_reseal_when_the_key_is_current_then_nothing_is_written(repository: Repository) -> None:
    keep(repository, OLD)
    before = RepositoryHook.objects.get().secret
    assert hooks_reseal(now=300, acting=operator()) == Resealed()
    assert RepositoryHook.objects.get().secret == before


def test_reseal_when_the_active_key_changed_then_every_secret_is_under_it(
    repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    from laurels.adapters.keyring import Ring
    from laurels.adapters.vault import Vault

    keys = {"a": b"a" * 32, "b": b"b" * 32}
    monkeypatch.setattr(settings, "LAURELS_VAULT", Vault(lambda: Ring("a", keys)))
    keep(repository, OLD)
    keep(repository, NEW, now=200)
    monkeypatch.setattr(settings, "LAURELS_VAULT", Vault(lambda: Ring("b", keys)))
    assert hooks_reseal(now=300, acting=operator()) == Resealed(sealed=1)
    row = RepositoryHook.objects.get()
    assert {row.secret.split(".")[1], row.previous_secret.split(".")[1]} == {"b"}
    assert hook_secrets(5) == (77, (NEW, OLD))
