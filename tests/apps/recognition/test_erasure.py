"""Erasing somebody of an imported season: nothing of them is left, and the ledger holds."""

from __future__ import annotations

import msgspec
import pytest
from django.apps import apps
from django.db import connection

from laurels.apps.audit.actors import SYSTEM, operator
from laurels.apps.audit.models import AuditRow
from laurels.apps.intake.services import import_gharchive
from laurels.apps.people.errors import ContributorNotFound
from laurels.apps.people.models import Contributor
from laurels.apps.people.selectors import access_contributor
from laurels.apps.projects.register import Register
from laurels.apps.recognition.errors import AlreadyErased, CertificateRefused
from laurels.apps.recognition.models import (
    Certificate,
    CertificateRequest,
    TierChange,
    TierStanding,
)
from laurels.apps.recognition.services import (
    certificate_reinstate,
    certificate_revoke,
    certificates_issue_pending,
    person_erase,
    settle,
)
from laurels.apps.scoring.models import LedgerEntry
from laurels.apps.scoring.selectors import ledger_digest, ledger_verify
from laurels.apps.scoring.services import program_init
from laurels.apps.standings.models import Snapshot, Standing
from laurels.apps.standings.selectors import histogram_faults
from laurels.apps.standings.services import snapshot_take
from laurels.kit.clock import ManualClock
from laurels.lab.season import SeasonFiles
from tests.apps import factories
from tests.apps.recognition.conftest import UNTIL
from tests.apps.standings import brute

pytestmark = pytest.mark.django_db
NOW = UNTIL + 60 * 86_400
REASON = "asked for by the person"


def bring_in(files: SeasonFiles) -> dict[str, int]:
    report = import_gharchive(
        files.paths, register=Register.all(), clock=ManualClock(NOW), acting=SYSTEM
    )
    return {"entries": report.entries_posted}


@pytest.fixture
def season(season_files: SeasonFiles) -> SeasonFiles:
    """Import the season when all of it has settled, with certificates and snapshots."""
    program_init("nest", now=0, acting=SYSTEM)
    bring_in(season_files)
    certificates_issue_pending(now=NOW, acting=SYSTEM)
    snapshot_take(20251209)
    return season_files


@pytest.fixture
def busiest(season: SeasonFiles) -> Contributor:
    """Return the person with most points, who has everything there is to erase."""
    row = Standing.objects.filter(board__scope_kind="program").order_by("-points").first()
    assert row is not None
    person = Contributor.objects.get(pk=row.contributor_id)
    assert Certificate.objects.filter(recipient=person).count() > 1
    return person


def traces(*words: str) -> list[str]:
    """Return where any of these words stands in any table, as text or bytes, whole or within."""
    found = []
    for model in apps.get_models():
        with connection.cursor() as cursor:
            cursor.execute(f'SELECT * FROM "{model._meta.db_table}"')
            names = [column[0] for column in cursor.description]
            for row in cursor.fetchall():
                for name, value in zip(names, row, strict=True):
                    if _holds(value, words):
                        found.append(f"{model._meta.db_table}.{name}: {value!r:.80}")
    return found


def _holds(value: object, words: tuple[str, ...]) -> bool:
    if isinstance(value, memoryview | bytes):
        packed = [msgspec.msgpack.encode(int(word)) for word in words if word.isdigit()]
        return any(word in bytes(value) for word in [*packed, *(word.encode() for word in words)])
    if isinstance(value, int):
        return str(value) in words
    return any(word in str(value) for word in words)


def erase(person: Contributor) -> None:
    person_erase(person.pk, reason=REASON, now=NOW, acting=operator())


def test_erase_when_done_then_no_trace_of_login_or_id_is_in_any_table(busiest):
    words = (
        busiest.login,
        str(busiest.github_id),
        *busiest.aliases.values_list("login", flat=True),
    )
    assert len(traces(*words)) > 10

    erase(busiest)

    assert traces(*words) == []


def test_erase_when_done_then_the_ledger_is_whole_and_unchanged(busiest):
    entries = list(LedgerEntry.objects.values_list("id", "hash"))
    others = Standing.objects.exclude(contributor=busiest).count()

    erase(busiest)

    assert ledger_verify().ok
    assert list(LedgerEntry.objects.values_list("id", "hash")) == entries
    assert Standing.objects.count() == others
    assert histogram_faults() == []
    brute.check(NOW)


def test_erase_when_done_then_recognition_is_gone_and_certificates_are_empty(busiest):
    before = Certificate.objects.filter(recipient=busiest, state="active").count()
    early = Certificate.objects.filter(recipient=busiest).first()
    assert early is not None
    certificate_revoke(early.number, reason=f"{busiest.login} did it", now=NOW, acting=operator())

    done = person_erase(busiest.pk, reason=REASON, now=NOW + 5, acting=operator())

    assert done.certificates_revoked == before - 1
    for held in Certificate.objects.filter(recipient=busiest):
        assert (held.state, held.revoked_reason) == ("revoked", "erased")
        assert (held.recipient_name, held.recipient_login, held.summary) == ("", "", "{}")
        with pytest.raises(CertificateRefused):
            certificate_reinstate(held.number, reason="why not", now=NOW, acting=operator())
    for model in (Standing, Snapshot, TierStanding, TierChange, CertificateRequest):
        assert not model.objects.filter(contributor=busiest).exists(), model


def test_erase_when_imported_and_settled_again_then_nothing_comes_back(busiest, season):
    login, github_id = busiest.login, busiest.github_id
    erase(busiest)
    digest = ledger_digest()

    assert bring_in(season) == {"entries": 0}
    again = settle(
        list(Contributor.objects.values_list("pk", flat=True)),
        acting=SYSTEM,
        source="job:1",
        now=NOW,
    )

    assert (again.entries_posted, again.certificates_queued) == (0, 0)
    assert ledger_digest() == digest
    assert traces(login, str(github_id)) == []
    assert not Standing.objects.filter(contributor=busiest).exists()
    with pytest.raises(ContributorNotFound):
        access_contributor(login)
    assert certificates_issue_pending(now=NOW, acting=SYSTEM).issued == 0
    brute.check(NOW)


def test_erase_when_done_then_the_audit_row_carries_the_reference_only(busiest):
    erase(busiest)

    row = AuditRow.objects.get(action="person:erase")
    assert (row.subject, row.reason, row.actor) == (
        f"contributor:{busiest.ref}",
        REASON,
        "operator",
    )


def test_erase_when_there_is_nobody_or_nothing_left_then_it_is_refused():
    person = factories.contributor(github_id=None)
    erase(person)

    with pytest.raises(AlreadyErased):
        erase(person)
    with pytest.raises(ContributorNotFound):
        person_erase(-1, reason=REASON, now=NOW, acting=operator())
    assert AuditRow.objects.filter(action="person:erase").count() == 1


def test_erase_when_one_after_another_goes_then_none_leaves_a_trace(season):
    gone: list[str] = []
    for person in Contributor.objects.order_by("pk"):
        gone += [person.login, str(person.github_id)]
        gone += person.aliases.values_list("login", flat=True)
        erase(person)

    assert traces(*gone) == []
    assert ledger_verify().ok
    assert not Standing.objects.exists()
    assert histogram_faults() == []


def test_erase_when_the_file_cannot_be_rewritten_then_it_is_said_and_the_erasure_stands(
    django_capture_on_commit_callbacks, caplog, capsys
):
    person = factories.contributor("ada")

    # Inside the test's own transaction SQLite refuses to rewrite its file.
    with django_capture_on_commit_callbacks(execute=True):
        erase(person)

    said = caplog.text + "".join(capsys.readouterr())
    assert ("erasure_not_compacted" in said) is (connection.vendor == "sqlite")
    assert Contributor.objects.get(pk=person.pk).login == ""
