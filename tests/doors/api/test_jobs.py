"""`POST /sync` and `GET /jobs/{id}`: who may, who is meant, what is refused, what is told."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import LazySettings
from django.test import Client

from laurels.apps.audit.actors import SYSTEM
from laurels.apps.audit.models import AuditRow
from laurels.apps.jobs.models import Job
from laurels.apps.jobs.services import claim, enqueue, run
from laurels.apps.metrics.models import PersonJob
from laurels.apps.people.models import Contributor, LoginReservation, TokenReference
from laurels.apps.people.services.github_tokens import github_token_keep
from laurels.config import wiring
from laurels.config.env import Settings
from laurels.kit.clock import ManualClock
from tests.apps import factories
from tests.doors.api.conftest import V1, Program, refusal
from tests.fakes.github import Town, town
from tests.plugins.signed_in import sign_in_as


@pytest.fixture
def place(clock: ManualClock, settings: LazySettings) -> Iterator[Town]:
    """Return a stand-in GitHub that our client asks with a service token."""
    with town() as found:
        found.clock.now = clock.now()
        token = found.hub.world.token_for(found.owner)
        ours = Settings(github_api_url=found.hub.api, github_tokens=(token,))
        client = wiring.github_client(ours, clock)
        settings.LAURELS_GITHUB = client
        yield found
        client().core.close()


@pytest.fixture
def carl(place: Town) -> Contributor:
    """Return somebody whom GitHub knows."""
    return factories.contributor("carl", github_id=place.contributor.id)


@pytest.fixture
def his(carl: Contributor) -> Client:
    """Return carl's browser, signed in."""
    return sign_in_as(Client(), carl)


@pytest.fixture
def staff(place: Town) -> Client:
    """Return the browser of somebody on the staff."""
    person = factories.contributor("sue", github_id=99, is_staff=True)
    return sign_in_as(Client(), person)


def sync(client: Client, token: str = "", **body: Any) -> Any:
    headers = {"X-GitHub-Token": token} if token else {}
    return client.post(f"{V1}/sync", body, content_type="application/json", headers=headers)


def job(client: Client, job_id: object) -> Any:
    return client.get(f"{V1}/jobs/{job_id}")


def work(clock: ManualClock) -> None:
    found = claim(now=clock.now())
    assert found is not None
    run(found, clock=clock, chance=lambda: 0.5)


def user_id(person: Contributor) -> str:
    return str(uuid.UUID(person.ref))


def test_sync_when_ones_own_then_enqueued_done_and_shown_to_who_asked_alone(
    place: Town, clock: ManualClock, carl: Contributor, his: Client, staff: Client
) -> None:
    answer = sync(his, github_login="carl", backfill_days=30)
    assert answer.status_code == 202
    told = answer.json()
    assert set(told) == {"job_id", "status", "user_id", "github_login"}
    assert (told["status"], told["user_id"], told["github_login"]) == (
        "enqueued", user_id(carl), "carl",
    )  # fmt: skip
    waiting = job(his, told["job_id"]).json()
    assert (waiting["status"], waiting["started_at"]) == ("PENDING", None)
    work(clock)
    done = job(his, told["job_id"]).json()
    assert (done["status"], done["error_message"], done["backfill_days"]) == ("COMPLETED", None, 30)
    assert set(done) >= {
        "job_id", "status", "user_id", "github_login", "created_at", "started_at", "completed_at",
        "error_message",
    }  # fmt: skip
    assert done["completed_at"].endswith("Z")
    other = sign_in_as(Client(), factories.contributor("otto"))
    refusal(job(other, told["job_id"]), 404, "not_found")
    refusal(job(Client(), told["job_id"]), 401, "sign_in_required")
    assert job(staff, told["job_id"]).json() == done
    assert AuditRow.objects.get(action="person:sync").actor == f"contributor:{carl.ref}"


@pytest.mark.parametrize("job_id", [0, 7, 2**63, 10**30, -1])
def test_job_when_there_is_none_then_not_found(staff: Client, his: Client, job_id: int) -> None:
    refusal(job(his, job_id), 404, "not_found")
    refusal(job(staff, job_id), 404, "not_found")


def test_job_when_it_is_about_nobody_then_for_staff_alone(staff: Client, his: Client) -> None:
    row = enqueue("jobs.purge", {}, now=1, acting=SYSTEM)
    assert row is not None
    refusal(job(his, row.pk), 404, "not_found")
    assert job(staff, row.pk).json()["user_id"] is None
    refusal(job(his, "abc"), 422, "invalid")


def test_sync_when_staff_names_a_stranger_then_reserved_without_asking_github(
    place: Town, staff: Client
) -> None:
    told = sync(staff, github_login="newcomer", queue="bulk").json()
    assert str(uuid.UUID(LoginReservation.objects.get().ref)) == told["user_id"]
    assert PersonJob.objects.get().triggered_by == "api.bulk"
    assert place.hub.faults.count() == 0
    again = sync(staff, user_id=told["user_id"])
    assert again.json()["github_login"] == "newcomer"


def test_sync_when_it_is_anothers_then_only_for_staff(
    place: Town, his: Client, staff: Client
) -> None:
    otto = factories.contributor("otto", github_id=place.outsider.id)
    for body in ({"github_login": "otto"}, {"user_id": user_id(otto)}, {"github_login": "new"}):
        refusal(sync(his, **body), 403, "role_required")
    refusal(sync(Client(), github_login="otto"), 401, "sign_in_required")
    assert not Job.objects.exists() and not LoginReservation.objects.exists()
    assert sync(staff, github_login="otto").status_code == 202


def test_sync_when_id_and_login_differ_then_bad_and_told_to_staff_alone(
    carl: Contributor, his: Client, staff: Client
) -> None:
    body = {"user_id": user_id(carl), "github_login": "somebody"}
    refusal(sync(staff, **body), 400, "identity_mismatch")
    refusal(sync(his, **body), 403, "role_required")
    unknown = {"user_id": str(uuid.uuid4())}
    refusal(sync(staff, **unknown), 404, "person_unknown")
    refusal(sync(his, **unknown), 403, "role_required")


def test_sync_when_a_token_alone_then_github_says_who(
    place: Town, carl: Contributor, his: Client, staff: Client
) -> None:
    theirs = place.hub.world.token_for(place.contributor)
    answer = sync(his, github_token=theirs)
    assert (answer.status_code, answer.json()["user_id"]) == (202, user_id(carl))
    assert TokenReference.objects.get().contributor == carl
    assert theirs not in Job.objects.get().arguments
    others = place.hub.world.token_for(place.outsider)
    refusal(sync(his, others), 403, "role_required")
    assert sync(staff, others).json()["github_login"] == "otto"
    assert Contributor.objects.get(login="otto").github_id == place.outsider.id


def test_sync_when_the_token_is_not_ones_own_then_bad(place: Town, his: Client) -> None:
    others = place.hub.world.token_for(place.outsider)
    refusal(sync(his, others, github_login="carl"), 400, "identity_mismatch")
    theirs = place.hub.world.token_for(place.contributor)
    assert sync(his, theirs, github_login="carl").status_code == 202


@pytest.mark.parametrize(
    ("kind", "status", "code"),
    [
        ("unauthorized", 400, "token_invalid"),
        ("truncated", 502, "no_identity"),
        ("502", 502, "no_identity"),
        ("secondary", 503, "github_postponed"),
    ],
)
def test_sync_when_github_gives_no_identity_then_told_why(
    place: Town, staff: Client, kind: str, status: int, code: str, settings: LazySettings
) -> None:
    settings.LAURELS_GITHUB().core.pause = lambda seconds: None
    place.hub.faults.add(kind, 9)
    token = place.hub.world.token_for(place.outsider)
    answer = sync(staff, token)
    refusal(answer, status, code)
    assert ("Retry-After" in answer.headers) is (status == 503)
    assert token not in answer.content.decode()
    assert not Job.objects.exists()


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, "identity_missing"),
        ({"user_id": "7"}, "invalid"),
        ({"user_id": "carl"}, "invalid"),
        ({"github_login": "a_b"}, "login_invalid"),
        ({"github_login": "a\0"}, "login_invalid"),
        ({"github_login": ""}, "invalid"),
        ({"github_login": "carl", "backfill_days": 0}, "invalid"),
        ({"github_login": "carl", "backfill_days": 10**10}, "invalid"),
        ({"github_login": "carl", "backfill_days": "many"}, "invalid"),
        ({"github_login": "carl", "queue": "fast"}, "invalid"),
        ({"github_login": "carl", "unknown": 1}, "invalid"),
    ],
)
def test_sync_when_it_cannot_be_meant_then_422_and_nothing_queued(
    staff: Client, body: dict[str, Any], code: str
) -> None:
    refusal(sync(staff, **body), 422, code)
    assert not Job.objects.exists() and not LoginReservation.objects.exists()


def test_sync_when_ones_own_without_a_token_then_with_the_one_on_record(
    place: Town, clock: ManualClock, carl: Contributor, his: Client, settings: LazySettings
) -> None:
    token = place.hub.world.token_for(place.contributor)
    github_token_keep(
        carl, token=token, refresh="", expires_at=None, scopes="", vault=settings.LAURELS_VAULT,
        now=clock.now(), acting=SYSTEM,
    )  # fmt: skip
    sync(his, user_id=user_id(carl))
    work(clock)
    assert {one.login for one in place.hub.faults.log} == {"carl"}


def test_sync_when_a_program_asks_then_its_scopes_count(
    place: Town, his: Client, carl: Contributor
) -> None:
    def program(*scopes: str) -> Program:
        body = {"name": "script", "scopes": list(scopes)}
        made = his.post(f"{V1}/tokens", body, content_type="application/json")
        return Program(made.json()["token"])

    reader: Callable[..., Any] = program("read").ask
    refusal(reader("post", "/sync", {"github_login": "carl"}), 403, "scope_missing")
    told = program("write").ask("post", "/sync", {"github_login": "carl"}).json()
    assert reader("get", f"/jobs/{told['job_id']}").json()["status"] == "PENDING"
    refusal(program("write").ask("get", f"/jobs/{told['job_id']}"), 403, "scope_missing")
