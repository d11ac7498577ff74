"""Certificates are made once, outside any transaction, and never again once revoked."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from laurels.apps.audit.actors import SYSTEM, operator
from laurels.apps.audit.models import AuditRow
from laurels.apps.people.models import Contributor
from laurels.apps.recognition.errors import CertificateNotFound, CertificateRefused
from laurels.apps.recognition.models import Certificate, CertificateRequest
from laurels.apps.recognition.providers import (
    Draft,
    LocalProvider,
    Made,
    Refused,
    Retryable,
    UnknownProvider,
    provider_get,
    provider_names,
    provider_register,
)
from laurels.apps.recognition.selectors import (
    access_certificate,
    certificate_current,
    certificate_summary,
    certificates,
    requests_waiting,
)
from laurels.apps.recognition.services import (
    IssueResult,
    certificate_reinstate,
    certificate_revoke,
    certificates_issue_pending,
    tiers_update,
)
from laurels.apps.scoring.models import Item
from laurels.apps.standings.services import standings_update
from laurels.domain.rulesets import Ruleset
from laurels.domain.tiers import Tier
from laurels.kit.crockford import grouped, normalise
from tests.apps import factories

pytestmark = pytest.mark.django_db
NOW = factories.NOW
LADDER = (Tier("leaf", "Leaf", 20), Tier("sprig", "Sprig", 100), Tier("wreath", "Wreath", 400))


class Provider:
    """Does what it is told at each call, and remembers what it was asked."""

    name = "told"
    claim_size = 10

    def __init__(self, *answers: Exception | Callable[[], None] | None) -> None:
        self.answers = list(answers)
        self.drafts: list[Draft] = []

    def make(self, draft: Draft) -> Made:
        self.drafts.append(draft)
        answer = self.answers.pop(0) if self.answers else None
        if isinstance(answer, Exception):
            raise answer
        if answer is not None:
            answer()
        return Made(f"external-{len(self.drafts)}")


def climb(person: Contributor, points: int, **values: object) -> None:
    """Give a person points, and let the tiers ask for certificates."""
    factories.item(person, points=points, **values)  # type: ignore[arg-type]
    standings_update([person.pk], now=NOW)
    tiers_update([person.pk], now=NOW)


def issue(provider: object = None, *, now: int = NOW, **values: object) -> IssueResult:
    return certificates_issue_pending(
        now=now,
        provider=provider or LocalProvider(),
        acting=SYSTEM,
        issuer="The Guild",
        **values,  # type: ignore[arg-type]
    )


@pytest.fixture
def ada() -> Contributor:
    factories.season()
    factories.version(Ruleset(tiers=LADDER))
    return factories.contributor("ada")


def test_issue_when_tiers_were_passed_then_each_has_its_certificate_as_at_issue(ada):
    compiler = factories.project()
    climb(ada, 30, project=compiler, occurred_at=NOW - 500, kind="review_submitted")
    climb(ada, 80, occurred_at=NOW - 50)

    assert issue() == IssueResult(issued=2)

    leaf, sprig = Certificate.objects.order_by("points")
    assert (leaf.tier, leaf.tier_label, leaf.points) == ("leaf", "Leaf", 30)
    assert (sprig.tier, sprig.points, sprig.issuer) == ("sprig", 110, "The Guild")
    assert (leaf.recipient_name, leaf.recipient_login) == ("ada", "ada")
    assert (leaf.issued_at, leaf.provider, leaf.state) == (NOW, "local", "active")
    assert normalise(grouped(leaf.number)) == leaf.number != sprig.number
    assert certificate_summary(sprig) == {
        "counts": {"pr_merged": 1, "review_submitted": 1},
        "projects": [compiler.pk],
        "first": NOW - 500,
        "last": NOW - 50,
    }
    assert issue() == IssueResult()


def test_issue_when_a_season_bounds_the_work_then_only_that_is_summed_up():
    factories.season()
    factories.season("autumn", starts_at=NOW - 100, ends_at=NOW + 1)
    factories.version(Ruleset(tiers=LADDER, seasons_certified=("autumn",)))
    ada = factories.contributor()
    climb(ada, 30, occurred_at=NOW - 101)
    climb(ada, 30, occurred_at=NOW)

    assert issue().issued == 1
    summary = json.loads(Certificate.objects.get().summary)
    assert (summary["counts"], summary["first"]) == ({"pr_merged": 1}, NOW)


def test_issue_when_limited_then_the_rest_stays_queued(ada):
    climb(ada, 500)

    assert issue(limit=2) == IssueResult(issued=2, queued=1)
    assert issue(limit=0) == IssueResult(queued=1)
    assert issue(limit=2) == IssueResult(issued=1)


def test_issue_when_the_provider_fails_for_now_then_it_is_tried_again_later_and_longer(ada):
    climb(ada, 30)
    told = Provider(Retryable("away"), RuntimeError("odd"), None)

    assert issue(told) == IssueResult(queued=1, failed=1)
    assert issue(told, now=NOW + 59) == IssueResult(queued=1)
    assert issue(told, now=NOW + 60) == IssueResult(queued=1, failed=1)
    request = requests_waiting().get()
    assert (request.attempts, request.next_at) == (2, NOW + 180)
    assert request.last_error == "RuntimeError: odd"
    assert issue(told, now=NOW + 180) == IssueResult(issued=1)
    assert not requests_waiting().exists()

    keys = {draft.key for draft in told.drafts}
    numbers = {draft.number for draft in told.drafts}
    assert (len(keys), len(numbers)) == (1, 3)
    assert Certificate.objects.get().external_id == "external-3"


def test_issue_when_it_fails_very_often_then_the_wait_stays_bounded(ada):
    climb(ada, 30)
    CertificateRequest.objects.update(attempts=400)

    issue(Provider(Retryable("away")))

    assert CertificateRequest.objects.get().next_at == NOW + 6 * 3600


def test_issue_when_the_provider_refuses_then_it_is_not_asked_again(ada):
    climb(ada, 30)
    told = Provider(Refused("no such badge"))

    assert issue(told) == IssueResult(refused=1)
    assert issue(told, now=NOW + 10**6) == IssueResult()
    request = requests_waiting().get()
    assert (request.state, request.last_error) == ("refused", "no such badge")


def test_issue_when_one_of_several_fails_then_the_others_are_made(ada):
    climb(ada, 500)

    done = issue(Provider(None, Retryable("away"), None))

    assert done == IssueResult(issued=2, queued=1, failed=1)
    assert set(Certificate.objects.values_list("tier", flat=True)) == {"leaf", "wreath"}


def test_issue_when_the_provider_is_asked_then_no_transaction_of_ours_is_open(ada):
    climb(ada, 30)
    depth = len(connection.savepoint_ids)
    seen = []

    issue(Provider(lambda: seen.append(len(connection.savepoint_ids))))

    assert seen == [depth]


def test_issue_when_another_run_overlaps_then_the_claim_keeps_it_out(ada):
    climb(ada, 30)
    inner = []

    outer = issue(Provider(lambda: inner.append(issue())))

    assert inner == [IssueResult(queued=1)]
    assert outer == IssueResult(issued=1)
    assert Certificate.objects.count() == 1


def test_issue_when_the_claim_ran_out_and_another_run_was_faster_then_one_certificate_stands(ada):
    climb(ada, 30)
    inner = []

    outer = issue(Provider(lambda: inner.append(issue(now=NOW + 600))))

    assert inner == [IssueResult(issued=1)]
    assert outer == IssueResult()
    assert Certificate.objects.count() == 1


def test_issue_when_staff_made_one_meanwhile_then_it_counts_as_already_there(ada):
    climb(ada, 30)

    def by_hand() -> None:
        made = issue_by_hand(ada)
        certificate_revoke(made.number, reason="wrong person", now=NOW, acting=operator())

    assert issue(Provider(by_hand)) == IssueResult(already=1)
    assert Certificate.objects.get().state == "revoked"


def issue_by_hand(person: Contributor) -> Certificate:
    request = CertificateRequest.objects.get(contributor=person)
    return Certificate.objects.create(
        number="000000000000",
        recipient=person,
        recipient_name=person.login,
        recipient_login=person.login,
        season=request.season,
        tier=request.tier,
        tier_label=request.tier_label,
        points=30,
        version=request.version,
        issuer="The Guild",
        issued_at=NOW,
        provider="local",
    )


def test_issue_when_the_recipient_was_erased_meanwhile_then_none_is_made(ada):
    climb(ada, 30)
    Contributor.objects.update(erased_at=NOW)

    assert issue() == IssueResult(refused=1)
    assert not Certificate.objects.exists()


def test_issue_when_a_person_runs_it_then_an_audit_row_tells(ada):
    climb(ada, 30)

    certificates_issue_pending(now=NOW, acting=operator())

    row = AuditRow.objects.get(action="certificate:issue")
    assert json.loads(row.after) == {"already": 0, "failed": 0, "issued": 1, "refused": 0}


def test_issue_when_there_are_many_then_statements_are_the_same(ada):
    def statements(people: int) -> int:
        for person in factories.crowd(people):
            climb(person, 500)
        with CaptureQueriesContext(connection) as captured:
            assert issue().issued == 3 * people
        return len(captured)

    assert statements(2) == statements(60)


def test_revoked_when_everything_runs_again_then_it_stays_revoked(ada):
    climb(ada, 30)
    issue()
    number = Certificate.objects.get().number

    certificate_revoke(number, reason="plagiarism", now=NOW + 5, acting=operator())
    Item.objects.filter(contributor=ada).update(posted_base=0)
    standings_update([ada.pk], now=NOW)
    tiers_update([ada.pk], now=NOW)
    climb(ada, 30)

    assert issue(now=NOW + 10**6) == IssueResult()
    held = Certificate.objects.get()
    assert (held.state, held.revoked_at, held.revoked_by, held.revoked_reason) == (
        "revoked",
        NOW + 5,
        "operator",
        "plagiarism",
    )
    CertificateRequest.objects.update(state="queued", next_at=0)
    assert issue() == IssueResult(already=1)
    assert Certificate.objects.get().state == "revoked"


def test_reinstated_when_it_was_revoked_then_it_holds_and_both_are_audited(ada):
    climb(ada, 30)
    issue()
    number = Certificate.objects.get().number
    certificate_revoke(number, reason="a mistake", now=NOW, acting=operator())

    certificate_reinstate(number, reason="was a mistake", now=NOW + 9, acting=operator())

    held = Certificate.objects.get()
    assert (held.state, held.reinstated_at, held.revoked_at) == ("active", NOW + 9, NOW)
    rows = AuditRow.objects.order_by("id").values_list("action", "subject", "reason")
    assert list(rows) == [
        ("certificate:revoke", f"certificate:{number}", "a mistake"),
        ("certificate:reinstate", f"certificate:{number}", "was a mistake"),
    ]


def test_revoke_when_it_cannot_be_then_the_reason_is_told_and_nothing_is_written(ada):
    climb(ada, 30)
    issue()
    number = Certificate.objects.get().number

    def refused(
        service: Callable[..., object], error: type[Exception], at: str, reason: str
    ) -> None:
        with pytest.raises(error):
            service(at, reason=reason, now=NOW, acting=operator())

    refused(certificate_revoke, CertificateRefused, number, "  ")
    refused(certificate_revoke, CertificateRefused, number, "x" * 501)
    refused(certificate_revoke, CertificateNotFound, "0" * 12, "why")
    refused(certificate_reinstate, CertificateRefused, number, "holds")
    assert not AuditRow.objects.exists()
    certificate_revoke(number, reason="why", now=NOW, acting=operator())
    refused(certificate_revoke, CertificateRefused, number, "again")
    Certificate.objects.update(number="A" * 12)
    issue_by_hand(ada)
    refused(certificate_reinstate, CertificateRefused, "A" * 12, "another holds")
    assert AuditRow.objects.count() == 1


def test_current_when_several_hold_then_it_is_the_highest_not_the_newest(ada):
    climb(ada, 110)
    issue()
    Certificate.objects.filter(tier="leaf").update(issued_at=NOW + 100)

    current = certificate_current(ada.pk)
    assert current is not None
    assert current.tier == "sprig"
    certificate_revoke(current.number, reason="why", now=NOW, acting=operator())
    left = certificate_current(ada.pk)
    assert left is not None
    assert left.tier == "leaf"
    assert certificate_current(ada.pk, "autumn") is None


def test_access_when_a_number_is_typed_by_hand_then_it_is_found_or_not(ada):
    climb(ada, 30)
    issue()
    number = Certificate.objects.get().number

    assert access_certificate(grouped(number).lower()).number == number
    wrong = "".join("Z" if character == "0" else "0" for character in number)
    for text in ("", "nonsense", wrong, "0" * 12):
        with pytest.raises(CertificateNotFound):
            access_certificate(text)
    assert certificates(contributor=ada.pk, season="all", state="active").get().number == number
    assert not certificates(state="revoked").exists()


def test_provider_when_the_name_is_unknown_then_the_known_ones_are_told():
    with pytest.raises(UnknownProvider, match=r"no certificate provider 'remote'.*local"):
        provider_get("remote")

    provider_register("told", Provider)
    try:
        assert isinstance(provider_get("told"), Provider)
        assert provider_names() == ("local", "told")
    finally:
        from laurels.apps.recognition import providers

        del providers._PROVIDERS["told"]
