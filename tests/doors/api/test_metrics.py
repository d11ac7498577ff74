"""Metrics over the API: one person, many, their history and evidence; who may read whose."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from laurels.api import schemas_metrics as schemas
from laurels.apps.audit.actors import operator
from laurels.apps.audit.models import AuditRow
from laurels.apps.metrics.selectors import metrics_payload
from laurels.apps.metrics.services import baseline_load
from laurels.apps.people.models import Contributor
from laurels.apps.people.services import ban_start
from laurels.apps.recognition.services import person_erase
from laurels.domain.metric_names import NINE
from laurels.kit.clock import ManualClock
from tests.apps import factories
from tests.apps.metrics.facts import NOW, covered, profiled, pulls, run_of
from tests.apps.metrics.populations import baseline
from tests.doors.api.conftest import V1, Make, Pair, refusal
from tests.plugins.signed_in import sign_in_as

METRICS = f"{V1}/metrics"
NOBODY = UUID(int=7)


@pytest.fixture
def bob() -> Contributor:
    """Return somebody who signed in once, with metrics."""
    person = factories.contributor("bob", claimed_at=1)
    baseline_load(baseline(), now=NOW, acting=operator())
    covered(person)
    profiled(person, 30, 4)
    pulls(person, 25)
    run_of(person)
    return person


@pytest.fixture
def ghost() -> Contributor:
    """Return somebody who never signed in, with metrics."""
    person = factories.contributor("gus")
    covered(person)
    pulls(person, 3)
    run_of(person)
    return person


def of(person: Contributor, **more: str) -> dict[str, str]:
    return {"user_id": str(UUID(person.ref)), **more}


def looks() -> list[tuple[str, str, Any]]:
    rows = AuditRow.objects.filter(action="metrics:look_up").order_by("id")
    return [(row.actor, row.subject, json.loads(row.after)["contributors"]) for row in rows]


def test_metrics_when_asked_by_id_or_login_then_the_payload_of_the_service(
    mine: Client, bob: Contributor
) -> None:
    by_id = mine.get(METRICS, of(bob))
    told = by_id.json()
    assert told == metrics_payload(bob.metric_runs.get())
    assert told.keys() == schemas.Metrics.model_fields.keys()
    assert schemas.Metrics.model_validate(told).mode == "fair"
    assert list(told["metrics"]) == list(NINE)
    assert told["metrics"]["total_opened_prs"]["value"] == 25
    for mode in ("raw", "inverted", "fair"):
        raw = mine.get(f"{METRICS}/by-login", {"login": "BOB", "mode": mode}).json()
        assert raw["mode"] == mode
        assert {one["mode"] for one in raw["metrics"].values()} == {mode}
    assert by_id["Content-Type"] == "application/json; charset=utf-8"


def test_metrics_when_unchanged_then_304_and_when_changed_then_not(
    mine: Client, bob: Contributor, pair: Pair
) -> None:
    first = mine.get(METRICS, of(bob))
    assert first["Cache-Control"] == "private, no-cache"
    tag = first["ETag"]
    again = mine.get(METRICS, of(bob), headers={"If-None-Match": f'"other", {tag}'})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", tag)
    assert again["Cache-Control"] == "private, no-cache"
    assert mine.get(METRICS, of(bob, mode="raw"), headers={"If-None-Match": tag}).status_code == 200
    pulls(bob, 1)
    run_of(bob, now=NOW + 1)
    changed = mine.get(METRICS, of(bob), headers={"If-None-Match": tag})
    assert (changed.status_code, changed["ETag"] != tag) == (200, True)


def test_statements_then_one_more_cold_than_kept_and_no_more_for_a_hundred(
    personal: Make, bob: Contributor
) -> None:
    script = personal("read")
    people = factories.crowd(100)
    Contributor.objects.update(claimed_at=1)
    for person in people:
        run_of(person)
    script.ask("get", "/auth/me")  # use of the token is noted once a while

    def asked(path: str) -> int:
        with CaptureQueriesContext(connection) as found:
            assert script.ask("get", path).status_code == 200
        return len(found)

    base = asked("/auth/me")
    one = f"/metrics?user_id={UUID(bob.ref)}"
    assert (asked(one) - base, asked(one) - base) == (2, 1)
    login = "/metrics/by-login?login=bob&mode=raw"
    assert (asked(login) - base, asked(login) - base) == (2, 1)
    ids = ",".join(str(UUID(person.ref)) for person in people)
    hundred = f"/metrics/batch?ids={ids}"
    assert (asked(hundred) - base, asked(hundred) - base) == (2, 1)
    assert asked(f"/metrics/{UUID(bob.ref)}/history") - base == 3
    assert asked(f"/metrics/{UUID(bob.ref)}/evidence/pr_merge_rate") - base == 3


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("?user_id=12", 422, "invalid"),
        ("", 422, "invalid"),
        (f"?user_id={NOBODY}", 404, "not_found"),
        (f"?user_id={NOBODY}&mode=best", 422, "invalid"),
        ("/by-login?login=nobody", 404, "not_found"),
        ("/by-login?login=no_body", 422, "login_invalid"),
        ("/by-login?login=", 422, "login_invalid"),
        (f"/by-login?login={'a' * 40}", 422, "login_invalid"),
        ("/by-login?login=bob&mode=", 422, "invalid"),
        ("/batch", 422, "batch_empty"),
        ("/batch?ids=1", 422, "invalid"),
        ("/batch?logins=bob,no_body", 422, "login_invalid"),
        ("/batch?logins=" + ",".join(f"a{at}" for at in range(101)), 422, "batch_too_long"),
        ("/batch?logins=" + "a" * 8_001, 422, "invalid"),
        ("/7/history", 422, "invalid"),
        (f"/{NOBODY}/history", 404, "not_found"),
        (f"/{NOBODY}/evidence/pr_merge_rate", 404, "not_found"),
    ],
)
def test_metrics_when_asked_wrongly_then_a_problem_with_a_stable_code(
    mine: Client, bob: Contributor, path: str, status: int, code: str
) -> None:
    refusal(mine.get(f"{METRICS}{path}"), status, code)


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("evidence/stars", 404, "metric-unknown"),
        ("evidence/pr_merge_rate?limit=0", 422, "invalid"),
        ("evidence/pr_merge_rate?limit=201", 422, "invalid"),
        ("evidence/pr_merge_rate?after=zzz", 422, "cursor_invalid"),
        ("history?after=zzz", 422, "cursor_invalid"),
        ("history?after=" + "z" * 1_025, 422, "invalid"),
    ],
)
def test_lists_when_asked_wrongly_then_a_problem_with_a_stable_code(
    mine: Client, bob: Contributor, path: str, status: int, code: str
) -> None:
    refusal(mine.get(f"{METRICS}/{UUID(bob.ref)}/{path}"), status, code)


def test_metrics_when_never_computed_then_missing(mine: Client) -> None:
    person = factories.contributor("new", claimed_at=1)
    refusal(mine.get(METRICS, of(person)), 404, "metrics-missing")
    refusal(mine.get(f"{METRICS}/{UUID(person.ref)}/evidence/oss_reviews"), 404, "metrics-missing")
    assert mine.get(f"{METRICS}/{UUID(person.ref)}/history").json()["rows"] == []


def test_metrics_when_nobody_asks_or_without_the_scope_then_refused(
    db: None, bob: Contributor, personal: Make
) -> None:
    paths = ["", "/by-login?login=bob", "/batch?logins=bob"]
    paths += [f"/{UUID(bob.ref)}/{one}" for one in ("history", "evidence/pr_merge_rate")]
    script = personal("write")
    for path in paths:
        full = path or f"?user_id={UUID(bob.ref)}"
        refusal(Client().get(f"{METRICS}{full}"), 401, "sign_in_required")
        refusal(script.ask("get", f"/metrics{full}"), 403, "scope_missing")


def test_metrics_when_banned_or_erased_then_not_found_at_once(
    mine: Client, bob: Contributor, clock: ManualClock
) -> None:
    asked = of(bob)
    assert mine.get(METRICS, asked).status_code == 200
    ban_start(bob.pk, starts_at=NOW, reason="test", now=NOW, acting=operator())
    for path in ("", "/by-login"):
        refusal(mine.get(f"{METRICS}{path}", asked | {"login": "bob"}), 404, "not_found")
    person_erase(bob.pk, reason="asked", now=NOW, acting=operator())
    refusal(mine.get(METRICS, asked), 404, "not_found")
    batch = mine.get(f"{METRICS}/batch", {"ids": asked["user_id"], "logins": "bob"}).json()
    assert batch["rows"] == []
    assert {one["code"] for one in batch["missing"]} == {"not_found"}


def test_metrics_when_never_signed_in_then_refused_to_others_and_nothing_is_noted(
    mine: Client, ghost: Contributor
) -> None:
    told = refusal(mine.get(METRICS, of(ghost)), 403, "role_required")
    assert "never signed in" in told["detail"]
    refusal(mine.get(f"{METRICS}/{UUID(ghost.ref)}/history"), 403, "role_required")
    refusal(mine.get(f"{METRICS}/{UUID(ghost.ref)}/evidence/oss_reviews"), 403, "role_required")
    batch = mine.get(f"{METRICS}/batch?logins=gus,nobody").json()
    assert batch == {
        "rows": [],
        "missing": [
            {"asked": "gus", "code": "role_required"},
            {"asked": "nobody", "code": "not_found"},
        ],
    }
    assert looks() == []


def test_metrics_when_a_maintainer_of_their_project_looks_then_given_and_noted_once_a_day(
    mine: Client, ada: Contributor, ghost: Contributor, clock: ManualClock
) -> None:
    project = factories.project("ours")
    project.roles.create(contributor=ada, role="maintainer", since=1)
    refusal(mine.get(METRICS, of(ghost)), 403, "role_required")
    factories.contribution(ghost, project=project)
    for _ in range(3):
        assert mine.get(METRICS, of(ghost)).status_code == 200
    noted = (f"contributor:{ada.ref}", f"contributor:{ghost.ref}", [ghost.ref])
    assert looks() == [noted]
    clock.advance(86_400)
    assert mine.get(METRICS, of(ghost)).status_code == 200
    assert looks() == [noted, noted]


def test_batch_when_staff_look_then_one_row_names_all_who_never_signed_in(
    ghost: Contributor, bob: Contributor
) -> None:
    staff = factories.contributor("staff", is_staff=True)
    other = factories.contributor("other")
    run_of(other)
    browser = sign_in_as(Client(), staff)
    asked = {"user_ids": [str(UUID(ghost.ref))], "logins": ["bob", "other", "OTHER"]}
    answer = browser.post(f"{METRICS}/batch", asked, content_type="application/json")
    assert [one["github_login"] for one in answer.json()["rows"]] == ["gus", "bob", "other"]
    assert looks() == [(f"contributor:{staff.ref}", "contributors", sorted([ghost.ref, other.ref]))]
    cache.clear()  # as in another process
    browser.get(f"{METRICS}/by-login?login=gus")
    assert len(looks()) == 2


def test_metrics_when_they_are_ones_own_then_given_and_never_noted(
    mine: Client, ada: Contributor
) -> None:
    run_of(ada)
    assert ada.claimed_at is None  # as if they never had
    assert mine.get(METRICS, of(ada)).json()["github_login"] == "ada"
    assert looks() == []


@pytest.mark.parametrize(
    "body",
    [
        {"logins": ["bob"] * 101},
        {"logins": ["b" * 40]},
        {"user_ids": ["1"]},
        {"people": ["bob"]},
        {"logins": "bob"},
        {"logins": ["bob"], "mode": "best"},
    ],
)
def test_batch_when_posted_wrongly_then_refused(mine: Client, body: dict[str, Any]) -> None:
    answer = mine.post(f"{METRICS}/batch", body, content_type="application/json")
    refusal(answer, 422, "invalid")


def test_batch_when_posted_then_never_answered_as_unchanged(mine: Client, bob: Contributor) -> None:
    asked = {"logins": ["bob"]}
    tag = mine.get(f"{METRICS}/batch?logins=bob")["ETag"]
    posted = mine.post(
        f"{METRICS}/batch", asked, content_type="application/json", headers={"If-None-Match": tag}
    )
    assert posted.status_code == 200
    schemas.Batch.model_validate(posted.json())


def test_history_when_paged_then_every_computation_once(mine: Client, bob: Contributor) -> None:
    for step in range(1, 4):
        pulls(bob, 1)
        run_of(bob, now=NOW + step)
    path = f"{METRICS}/{UUID(bob.ref)}/history"
    first = mine.get(path, {"limit": 3}).json()
    schemas.History.model_validate(first)
    rest = mine.get(path, {"limit": 3, "after": first["next"]}).json()
    values = [
        one["metrics"]["total_opened_prs"]["value"] for one in (*first["rows"], *rest["rows"])
    ]
    assert (values, rest["next"]) == ([28, 27, 26, 25], None)
    assert len({one["inputs_hash"] for one in (*first["rows"], *rest["rows"])}) == 4
    full = mine.get(path)
    assert mine.get(path, headers={"If-None-Match": full["ETag"]}).status_code == 304


def test_evidence_when_paged_then_the_pull_requests_behind_the_number(
    mine: Client, bob: Contributor
) -> None:
    path = f"{METRICS}/{UUID(bob.ref)}/evidence/total_merged_prs"
    first = mine.get(path, {"limit": 20}).json()
    schemas.Evidence.model_validate(first)
    rest = mine.get(path, {"limit": 20, "after": first["next"]}).json()
    assert (len(first["rows"]), len(rest["rows"]), rest["next"]) == (20, 5, None)
    assert {one["role"] for one in (*first["rows"], *rest["rows"])} == {"counted"}
    assert first["title"] == "Pull requests merged"
