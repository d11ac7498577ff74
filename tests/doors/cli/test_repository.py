"""`laurels repository`: registering without GitHub, disabling and enabling."""

from __future__ import annotations

import pytest

from laurels.apps.audit.models import AuditRow
from laurels.apps.people.models import Contributor
from laurels.apps.projects.models import Project, Registration, Repository
from tests.apps import factories
from tests.doors.cli.conftest import Laurels

SKIPPED = dict.fromkeys(("rights", "hook", "ping", "backfill"), "skipped")


def add(laurels: Laurels, name: str = "kube/api", github_id: int = 7, *more: str) -> object:
    return laurels("repository", "add", name, "--github-id", github_id, "--no-hook", *more)


def test_add_when_new_then_registered_in_its_owners_project(laurels: Laurels) -> None:
    ran = add(laurels, "kube/api", 7, "--json")
    assert ran.json == {
        "repository": "kube/api",
        "github_id": 7,
        "project": "kube",
        "hook_id": None,
        "steps": SKIPPED,
        "disabled_at": None,
        "disabled_cause": None,
        "disabled_reason": None,
        "is_new": True,
    }
    row = AuditRow.objects.get(action="repository:register")
    assert row.actor == "operator"


def test_add_when_repeated_then_nothing_changes(laurels: Laurels) -> None:
    assert "is registered; it belongs to kube." in add(laurels).out
    again = add(laurels)
    assert (again.code, again.err) == (0, "")
    assert "was registered already" in again.out
    assert Repository.objects.count() == Project.objects.count() == 1
    assert AuditRow.objects.filter(action="repository:register").count() == 1


def test_add_when_an_address_is_given_then_its_name_is_read(laurels: Laurels) -> None:
    assert add(laurels, "https://github.com/Kube/Api.git?tab=x").code == 0
    assert Repository.objects.get().full_name == "Kube/Api"


def test_add_when_a_project_is_named_then_it_belongs_there(laurels: Laurels) -> None:
    add(laurels, "hall/door", 1)
    assert add(laurels, "kube/api", 7, "--project", "hall").code == 0
    assert not Project.objects.filter(slug="kube").exists()
    assert laurels("repository", "list", "--project", "hall", "--json").json["total"] == 2


def test_add_when_it_belongs_to_another_project_then_refused(laurels: Laurels) -> None:
    add(laurels, "hall/door", 1)
    add(laurels, "kube/api", 7)
    ran = add(laurels, "kube/api", 7, "--project", "hall")
    assert (ran.code, ran.out) == (2, "")
    assert "belongs to another project" in ran.err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("kube/api",), "give --no-hook and --github-id"),
        (("kube/api", "--no-hook"), "Give --github-id"),
        (("kube", "--no-hook", "--github-id", 7), "neither owner/name nor the address"),
        (("kube/..", "--no-hook", "--github-id", 7), "neither owner/name"),
        (("kube/api", "--no-hook", "--github-id", 0), "must be a number above 0"),
        (("kube/api", "--no-hook", "--github-id", 7, "--project", "x"), "No such project"),
    ],
)
def test_add_when_something_is_wrong_then_refused_and_nothing_written(
    laurels: Laurels, arguments: tuple[object, ...], words: str
) -> None:
    ran = laurels("repository", "add", *arguments)
    assert (ran.code, ran.out) == (2, "")
    assert words in ran.err
    assert not Repository.objects.exists()


def test_list_when_there_are_some_then_by_name_and_with_their_state(laurels: Laurels) -> None:
    assert "No repository is registered." in laurels("repository", "list").out
    add(laurels, "kube/web", 8)
    add(laurels, "kube/api", 7)
    laurels("repository", "disable", "kube/api", "--reason", "spam")
    lines = laurels("repository", "list").out.splitlines()[2:]
    assert [line.split()[:4] for line in lines] == [
        ["kube/api", "7", "kube", "disabled"],
        ["kube/web", "8", "kube", "enabled"],
    ]


def test_disable_when_enabled_again_then_work_is_judged_each_time(laurels: Laurels) -> None:
    add(laurels)
    off = laurels("repository", "disable", "kube/api", "--reason", "spam", "--json")
    assert (off.json["disabled_cause"], off.json["disabled_reason"]) == ("manual", "spam")
    assert laurels("repository", "disable", "kube/api", "--reason", "spam").code == 2
    on = laurels("repository", "enable", "kube/api", "--reason", "clean")
    assert "is enabled" in on.out
    assert laurels("repository", "enable", "kube/api", "--reason", "clean").code == 2
    kinds = [row["kind"] for row in laurels("jobs", "list", "--json").json["rows"]]
    assert kinds.count("work.judge") == 2


def test_disable_when_drained_then_what_was_earned_after_it_is_taken_back(
    program: Laurels,
) -> None:
    name = Repository.objects.get().full_name
    before = program("explain", "bob", "--json").json["points"]
    assert before > 0
    Repository.objects.get().disablements.create(starts_at=0, reason="since ever")
    program("repository", "enable", name, "--reason", "clean")
    assert program("jobs", "drain").code == 0
    assert program("explain", "bob", "--json").json["points"] == 0
    program("repository", "disable", name, "--reason", "spam")
    assert program("jobs", "drain").code == 0


def test_repair_when_somebody_registered_it_then_the_steps_wait_again(laurels: Laurels) -> None:
    add(laurels)
    assert "Nobody registered this" in laurels("repository", "repair", "kube/api").err
    Registration.objects.update(registrar=factories.contributor("olga"))
    told = laurels("repository", "repair", "kube/api", "--json").json
    assert set(told["steps"].values()) == {"waiting"}
    assert "repository.connect" in laurels("repository", "repair", "kube/api").out
    kinds = [row["kind"] for row in laurels("jobs", "list", "--json").json["rows"]]
    assert kinds.count("repository.connect") == 2


def test_staff_when_granted_and_revoked_then_told_and_audited(laurels: Laurels) -> None:
    factories.contributor("olga")
    assert "olga is now organiser." in laurels("staff", "grant", "olga").out
    assert laurels("staff", "grant", "olga").code == 2
    told = laurels("staff", "grant", "olga", "--role", "staff", "--json").json
    assert told == {"login": "olga", "role": "staff", "is_held": True}
    assert Contributor.objects.get().is_staff
    assert "no longer staff" in laurels("staff", "revoke", "olga", "--role", "staff").out
    assert not Contributor.objects.get().is_staff
    assert laurels("staff", "grant", "nobody").code == 2
    assert AuditRow.objects.filter(action__startswith="role:").count() == 3


@pytest.mark.parametrize("verb", ["disable", "enable"])
def test_disable_when_the_repository_is_unknown_then_refused(laurels: Laurels, verb: str) -> None:
    ran = laurels("repository", verb, "no/such", "--reason", "x")
    assert (ran.code, ran.out) == (2, "")
    assert "No such repository" in ran.err
    assert laurels("repository", verb, "nothing", "--reason", "x").code == 2
