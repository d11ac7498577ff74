"""Repositories, rights, hooks and pushes: what changes here when GitHub tells of them."""

from __future__ import annotations

from typing import Any

import pytest

from laurels.apps.audit.actors import SYSTEM
from laurels.apps.audit.models import AuditRow
from laurels.apps.contributions.models import PullRequest, Signal
from laurels.apps.contributions.selectors_signals import signals_open
from laurels.apps.contributions.services import signal_close
from laurels.apps.contributions.services.signals import SignalNotFound
from laurels.apps.intake.services.events import Received
from laurels.apps.people.models import Contributor, GitHubToken
from laurels.apps.projects.models import (
    Project,
    ProjectRole,
    Repository,
    RepositoryDisablement,
    RepositoryHook,
)
from laurels.apps.projects.services import repository_disable, repository_enable
from laurels.apps.scoring.selectors import totals_of
from tests.apps import factories
from tests.apps.intake.events.conftest import GADGETS, NOW, apply, states
from tests.apps.intake.events.lifecycles import at, changed, hidden_one, pulled, pushed_one
from tests.fakes.archive import ALICE, BOB, CAROL, WIDGETS, Json, pull_request
from tests.fakes.webhooks import delivery, hook

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("program")]


def widgets() -> Repository:
    return Repository.objects.get(github_id=WIDGETS["id"])


def points(account: Json) -> int:
    pk = Contributor.objects.get(github_id=account["id"]).pk
    return totals_of([pk])[pk].points


def intervals(repo: Json = GADGETS) -> list[tuple[str, int, int | None]]:
    rows = RepositoryDisablement.objects.filter(repository__github_id=repo["id"])
    return list(rows.order_by("starts_at").values_list("cause", "starts_at", "ends_at"))


def merged(number: int, minutes: int, by: Json = ALICE, repo: Json = WIDGETS) -> list[Received]:
    body = pull_request(number, by, created_at=at(minutes), repo=repo)
    done = pull_request(
        number, by, created_at=at(minutes), merged_at=at(minutes + 1), merged_by=CAROL, repo=repo
    )
    return [pulled("opened", body, by), pulled("closed", done, CAROL)]


def test_repository_when_renamed_and_transferred_then_keeps_its_id_project_and_work() -> None:
    project = Project.objects.get(slug="guild")
    apply(*hidden_one())
    row = Repository.objects.get(github_id=GADGETS["id"])
    assert (row.full_name, row.owner_login) == ("other/better-gadgets", "other")
    assert row.memberships.get().project_id == project.pk
    assert PullRequest.objects.filter(repository=row).count() == 3


def test_repository_when_an_old_name_is_told_late_then_the_newer_one_stays() -> None:
    renamed = WIDGETS | {"full_name": "acme/sprockets", "name": "sprockets"}
    apply(changed("renamed", 9, renamed))
    apply(pulled("opened", pull_request(1)))
    assert widgets().full_name == "acme/sprockets"


def test_repository_when_private_for_a_while_then_work_inside_earns_nothing() -> None:
    apply(*merged(1, 1), *merged(2, 10, BOB))
    before = (points(ALICE), points(BOB))
    assert min(before) > 0
    apply(changed("privatized", 9, WIDGETS), changed("publicized", 20, WIDGETS))
    assert intervals(WIDGETS) == [("privatised", at(9), at(20))]
    assert (points(ALICE), points(BOB)) == (before[0], 0)


def test_repository_when_published_later_is_told_first_then_the_interval_is_the_same() -> None:
    apply(changed("publicized", 20))
    assert intervals() == []
    apply(changed("privatized", 9))
    assert intervals() == [("privatised", at(9), at(20))]


def test_repository_when_deleted_then_stays_disabled_from_the_arrival_until_restored() -> None:
    apply(changed("deleted", 5))
    assert intervals() == [("deleted", at(5) + 1, None)]
    apply(changed("created", 50))
    assert intervals() == [("deleted", at(5) + 1, at(50))]


def test_repository_when_a_person_enabled_it_then_the_same_word_does_not_disable_it_again() -> None:
    apply(changed("privatized", 5))
    row = Repository.objects.get(github_id=GADGETS["id"])
    repository_enable(row.pk, reason="we agreed", now=at(30), acting=SYSTEM)
    apply(changed("privatized", 5), changed("archived", 6))
    assert intervals() == [("privatised", at(5), at(30))]
    apply(changed("deleted", 40))
    assert intervals()[1:] == [("deleted", at(40) + 1, None)]


def test_repository_when_disabled_by_hand_then_nothing_without_an_end_is_added() -> None:
    row = Repository.objects.get(github_id=GADGETS["id"])
    repository_disable(row.pk, reason="a look first", now=at(1), acting=SYSTEM)
    apply(changed("privatized", 5))
    assert intervals() == [("manual", at(1), None)]
    apply(changed("publicized", 7))
    assert intervals() == [("manual", at(1), None), ("privatised", at(5), at(7))]


@pytest.mark.parametrize("action", ["unarchived", "edited"])
def test_repository_when_something_else_happened_then_earns_on(action: str) -> None:
    assert states(apply(changed(action, 5))) == ["processed"]
    assert intervals() == []


def role(account: Json, slug: str = "acme", **values: Any) -> ProjectRole:
    person, _ = Contributor.objects.get_or_create(
        github_id=account["id"],
        defaults={
            "ref": factories.ref(),
            "login": account["login"],
            "login_key": account["login"],
            "first_seen_at": 1,
        },
    )
    defaults = {"role": "maintainer", "since": at(0)}
    project = Project.objects.get(slug=slug)
    return ProjectRole.objects.create(project=project, contributor=person, **(defaults | values))


def removed(minutes: int, **how: Any) -> Received:
    body = {"action": "removed", "member": BOB}
    return hook("member", body, received_at=at(minutes), **how)


def test_member_when_removed_then_is_no_maintainer_here() -> None:
    role(ALICE, role="owner")
    held, elsewhere = role(BOB), role(BOB, "guild")
    assert states(apply(removed(5))) == ["processed"]
    held.refresh_from_db()
    elsewhere.refresh_from_db()
    assert held.until is not None
    assert held.ended_by == "rights_lost"
    assert elsewhere.until is None


def test_member_when_an_old_removal_is_worked_again_then_a_newer_role_stands() -> None:
    role(ALICE, role="owner")
    held = role(BOB, since=at(9))
    apply(removed(5))
    held.refresh_from_db()
    assert held.until is None


def test_organization_when_a_member_left_then_is_no_maintainer_of_its_projects() -> None:
    role(ALICE, role="owner")
    held, elsewhere = role(BOB), role(BOB, "guild")
    organization = {"id": WIDGETS["owner"]["id"], "login": "acme"}
    body = {"action": "member_removed", "organization": organization, "membership": {"user": BOB}}
    assert states(apply(delivery("organization", body, received_at=at(5)))) == ["processed"]
    held.refresh_from_db()
    elsewhere.refresh_from_db()
    assert held.until is not None
    assert elsewhere.until is None


def test_authorization_when_revoked_then_the_tokens_given_before_hold_no_longer() -> None:
    person = role(BOB).contributor
    old = GitHubToken.objects.create(
        contributor=person, sealed="x", fingerprint="f", created_at=at(1)
    )
    revoked = {"action": "revoked", "sender": BOB}
    apply(delivery("github_app_authorization", revoked, received_at=at(5)))
    old.refresh_from_db()
    assert (old.invalidated_at, old.invalidated_reason, old.sealed) == (NOW, "revoked", "")
    new = GitHubToken.objects.create(
        contributor=person, sealed="y", fingerprint="g", created_at=at(9)
    )
    apply(delivery("github_app_authorization", revoked, received_at=at(5)))
    new.refresh_from_db()
    assert new.invalidated_at is None


def test_ping_when_of_a_hook_of_ours_then_is_noted() -> None:
    kept = RepositoryHook.objects.create(
        repository=widgets(), hook_id=12, secret="sealed", created_at=1
    )
    ping = {"zen": "z", "hook_id": 12}
    apply(hook("ping", ping, hook_id=12, hook_repository=1, received_at=at(5)))
    apply(hook("ping", ping, hook_id=12, hook_repository=1, received_at=at(3)))
    kept.refresh_from_db()
    assert kept.ping_at == at(5)


@pytest.mark.parametrize(
    ("event", "more"),
    [
        ("installation", {"action": "suspend"}),
        (
            "installation_repositories",
            {
                "action": "removed",
                "repositories_added": [],
                "repositories_removed": [{"id": 1}, {"id": 99}],
            },
        ),
    ],
)
def test_installation_when_access_is_lost_then_maintainers_are_told(event: str, more: Json) -> None:
    body = {"installation": {"id": 6, "account": WIDGETS["owner"]}, "sender": ALICE}
    for _ in range(2):
        apply(delivery(event, body | more, received_at=at(5)))
    [signal] = Signal.objects.all()
    assert (signal.kind, signal.repository_id) == ("access_lost", widgets().pk)


def test_installation_when_access_is_given_again_then_the_loss_is_told_no_more() -> None:
    body = {"installation": {"id": 6, "account": WIDGETS["owner"]}, "sender": ALICE}

    def installation(action: str, minutes: int) -> Received:
        return delivery("installation", body | {"action": action}, received_at=at(minutes))

    apply(installation("unsuspend", 8))
    apply(installation("suspend", 5))
    assert signals_open([widgets().pk]) == []
    apply(installation("suspend", 9))
    assert [(one.kind, one.at) for one in signals_open([widgets().pk])] == [("access_lost", at(9))]


def test_repository_when_given_away_or_archived_then_a_signal_until_that_ended() -> None:
    def open_now() -> list[tuple[str, int]]:
        return [(one.kind, one.at) for one in signals_open([widgets().pk])]

    apply(changed("unarchived", 8, WIDGETS), changed("archived", 5, WIDGETS))
    assert open_now() == []
    for _ in range(2):
        apply(changed("archived", 9, WIDGETS), changed("transferred", 7, WIDGETS))
    assert open_now() == [("archived", at(9)), ("transferred", at(7))]
    apply(changed("unarchived", 12, WIDGETS))
    assert open_now() == [("transferred", at(7))]


def test_push_when_it_lands_and_reverts_then_signals_and_points_stay() -> None:
    opened, landed, reverted, _ = pushed_one()
    apply(opened)
    before = points(CAROL)
    apply(landed, reverted, landed)
    assert PullRequest.objects.get().state == "open"
    assert points(CAROL) == before
    found = signals_open([widgets().pk])
    assert [(one.kind, one.number, one.commit) for one in found] == [
        ("reverted", 3, "b" * 40),
        ("landed", 3, "a" * 40),
    ]


def test_push_when_github_tells_the_merge_then_the_landing_is_no_signal_any_more() -> None:
    opened, landed, reverted, _ = pushed_one()
    done = pull_request(3, CAROL, merged_at=at(4))
    apply(landed, reverted)
    apply(opened, pulled("closed", done, BOB))
    assert [one.kind for one in signals_open([widgets().pk])] == ["reverted"]


def test_push_when_history_was_rewritten_then_is_told() -> None:
    main = WIDGETS | {"default_branch": "main", "pushed_at": at(1)}
    push = {"ref": "refs/heads/main", "before": "0", "after": "c" * 40, "commits": []}
    apply(hook("push", push | {"forced": True}, repo=main))
    [signal] = signals_open([widgets().pk])
    assert (signal.kind, signal.commit) == ("rewritten", "c" * 40)


def test_signal_when_somebody_closed_it_then_is_told_no_more() -> None:
    apply(*pushed_one())
    here = [widgets().pk]
    last, first = signals_open(here)
    with pytest.raises(SignalNotFound):
        signal_close(first.pk, repositories=[999], now=NOW, acting=SYSTEM)
    for later in range(2):
        signal_close(first.pk, repositories=here, now=NOW + later, acting=SYSTEM)
    # Told again, it stays closed.
    apply(*pushed_one())
    assert signals_open(here) == [last]
    [row] = AuditRow.objects.filter(action="signal:close")
    assert (row.subject, row.after) == (f"signal:{first.pk}", '{"kind":"landed"}')


def test_fact_when_told_under_another_guid_then_counts_once() -> None:
    hooks = merged(1, 1)
    first = apply(*hooks)
    before = points(ALICE)
    again = apply(*merged(1, 1))
    assert [one.fingerprint for one in first] == [one.fingerprint for one in again]
    assert points(ALICE) == before > 0
