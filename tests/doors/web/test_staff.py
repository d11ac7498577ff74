from __future__ import annotations

import pytest
from django.contrib import admin
from django.test import Client

from laurels.apps.audit.actors import operator
from laurels.apps.audit.models import AuditRow
from laurels.apps.audit.services_staff import StaffLinkRefused, staff_link_make, staff_link_use
from laurels.apps.people.models import Contributor
from laurels.apps.recognition.models import Certificate
from laurels.apps.scoring.models import RulesetVersion
from laurels.apps.scoring.services.reconcile import Reconciled
from laurels.kit.clock import ManualClock
from tests.doors.web.conftest import NOW, Get, World


@pytest.fixture
def staff(db: None, client: Client) -> Client:
    """Return a browser that a link has signed in."""
    token = staff_link_make(now=NOW, acting=operator())
    assert client.post(f"/staff/{token}/").status_code == 302
    return client


def test_link_when_used_then_signs_in_once_and_leaves_its_rows(db: None, client: Client) -> None:
    token = staff_link_make(now=NOW, acting=operator())
    address = f"/staff/{token}/"

    assert "works once" in client.get(address).content.decode()
    assert client.get("/admin/").status_code == 302
    assert client.post(address)["Location"] == "/admin/"
    assert client.get("/admin/").status_code == 200
    again = Client().post(address)
    assert again.status_code == 403
    assert "This link has been used" in again.content.decode()
    rows = AuditRow.objects.filter(action__startswith="staff-link:").order_by("id")
    assert [row.action for row in rows] == ["staff-link:make", "staff-link:use"]
    assert len({row.subject for row in rows}) == 1
    assert not [row for row in rows if token in row.subject + row.after]


def test_link_when_ten_minutes_have_passed_then_refused(
    db: None, client: Client, clock: ManualClock
) -> None:
    address = f"/staff/{staff_link_make(now=NOW, acting=operator())}/"
    clock.advance(599)
    assert client.get(address).status_code == 200
    clock.advance(1)
    for answer in (client.get(address), client.post(address)):
        assert answer.status_code == 403
        assert "This link has run out" in answer.content.decode()


@pytest.mark.parametrize("change", [lambda t: t[:-1] + "x", lambda t: "9" + t[1:], lambda t: "x"])
def test_link_when_altered_then_refused(db: None, client: Client, change: object) -> None:
    token = staff_link_make(now=NOW, acting=operator())
    answer = client.post(f"/staff/{change(token)}/")  # type: ignore[operator]
    assert answer.status_code == 403
    assert "was not made by this installation" in answer.content.decode()


def test_link_when_its_use_is_already_on_record_then_the_service_refuses(db: None) -> None:
    token = staff_link_make(now=NOW, acting=operator())
    staff_link_use(token, now=NOW)
    with pytest.raises(StaffLinkRefused, match="has been used"):
        staff_link_use(token, now=NOW)


def test_admin_when_not_signed_in_then_tells_of_the_link_and_takes_no_password(
    db: None, client: Client
) -> None:
    page = client.get("/admin/login/").content.decode()
    assert "laurels staff link" in page
    assert 'type="password"' not in page
    client.post("/admin/login/", {"username": "operator", "password": "x"})
    assert client.get("/admin/").status_code == 302


def test_admin_when_looked_through_then_every_list_and_row_reads_and_nothing_writes(
    world: World, staff: Client, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("CRITICAL", "django.request")  # each refusal would be drawn with its traceback
    for model, site in admin.site._registry.items():
        place = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
        assert staff.get(place).status_code == 200, place
        assert staff.get(f"{place}?q=x").status_code == 200, place
        assert staff.get(f"{place}add/").status_code == 403, place
        row = model._default_manager.first()
        if row is None:
            continue
        assert staff.get(f"{place}{row.pk}/change/").status_code == 200, place
        assert staff.post(f"{place}{row.pk}/change/", {}).status_code == 403, place
        assert staff.get(f"{place}{row.pk}/delete/").status_code == 403, place
        assert not site.has_change_permission(None)
    names = {model._meta.model_name for model in admin.site._registry}
    assert names >= {"rulesetversion", "item", "certificate", "snapshot", "ledgerentry", "job"}


def _act(staff: Client, place: str, action: str, rows: list[int], **more: str) -> str:
    data = {"action": action, "_selected_action": [str(row) for row in rows], **more}
    answer = staff.post(f"/admin/{place}/", data, follow=True)
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_recalculate_when_all_are_well_then_success_is_told(world: World, staff: Client) -> None:
    rows = list(Contributor.objects.filter(erased_at=None).values_list("pk", flat=True)[:3])
    page = _act(staff, "people/contributor", "recalculate_points", rows)
    assert "3 recalculated, 0 failed; 0 entries posted." in page
    assert 'class="success"' in page


def test_recalculate_when_some_fail_then_others_finish_and_the_level_says_so(
    world: World, staff: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    from laurels.apps.recognition.services import staircase

    real = staircase.reconcile

    def failing(group: list[int], **options: object) -> Reconciled:
        if bad & set(group):
            raise ValueError("broken facts")
        return real(group, **options)

    monkeypatch.setattr(staircase, "reconcile", failing)
    rows = list(Contributor.objects.filter(erased_at=None).values_list("pk", flat=True)[:3])
    bad = {rows[1]}
    page = _act(staff, "people/contributor", "recalculate_points", rows)
    assert "2 recalculated, 1 failed" in page
    assert "broken facts" in page
    assert 'class="warning"' in page
    bad = set(rows)
    assert 'class="error"' in _act(staff, "people/contributor", "recalculate_points", rows)


def test_revoke_when_a_reason_is_given_then_revoked_and_reinstated(
    world: World, staff: Client, get: Get
) -> None:
    place, row = "recognition/certificate", Certificate.objects.get(number=world.certificate).pk
    asked = _act(staff, place, "revoke", [row])
    assert world.certificate in asked
    assert Certificate.objects.get(pk=row).state == "active"
    assert "This field is required" in _act(staff, place, "revoke", [row], confirmed="yes")

    done = _act(staff, place, "revoke", [row], confirmed="yes", reason="copied")
    assert "Revoked: 1, refused: 0." in done
    assert "Revoked. Do not rely" in get(f"/certificates/{world.certificate}/").text
    again = _act(staff, place, "revoke", [row], confirmed="yes", reason="copied")
    assert "refused: 1" in again
    assert 'class="error"' in again
    back = _act(staff, place, "reinstate", [row], confirmed="yes", reason="in error")
    assert "Reinstated: 1, refused: 0." in back


def test_publish_when_a_preset_is_chosen_then_it_holds_from_now_on(
    world: World, staff: Client
) -> None:
    place = "/admin/scoring/rulesetversion/publish/"
    assert staff.get(place).status_code == 200
    page = staff.post(place, {"preset": "nest"}, follow=True).content.decode()
    assert "Published nest, version 2, for work opened from now on." in page
    assert RulesetVersion.objects.get(number=2).effective_from == NOW


def test_publish_when_rules_are_wrong_then_every_fault_is_named(
    world: World, staff: Client
) -> None:
    place = "/admin/scoring/rulesetversion/publish/"
    bad = "hold_days = -1\nnonsense = 1\n[weights]\npr_merged = 'x'\n"
    page = staff.post(place, {"rules": bad, "name": "mine"}).content.decode()
    for field in ("hold_days", "nonsense", "weights.pr_merged"):
        assert field in page
    both = staff.post(place, {"rules": bad, "preset": "nest"}).content.decode()
    assert "one of the two" in both
    assert "need a name" in staff.post(place, {"rules": "hold_days = 1"}).content.decode()
    assert RulesetVersion.objects.count() == 1
