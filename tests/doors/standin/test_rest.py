from __future__ import annotations

from typing import Any

import pytest

from tests.fakes.app_keys import app_key
from tests.fakes.github import Town

PLACE = "/repos/harbour/tide"


def test_repository_when_asked_then_rights_of_the_asker_are_told(town: Town, ask: Any) -> None:
    assert ask("GET", PLACE, town.owner).body["permissions"]["admin"] is True
    mine = ask("GET", PLACE, town.maintainer).body["permissions"]
    assert (mine["maintain"], mine["admin"]) == (True, False)
    assert ask("GET", PLACE, town.outsider).body["permissions"]["push"] is False
    assert "permissions" not in ask("GET", PLACE).body
    assert ask("GET", f"{PLACE}/languages").body == {"Python": 900, "C": 100}


@pytest.mark.parametrize(
    ("login", "permission", "role"),
    [("olga", "admin", "admin"), ("mira", "write", "maintain"), ("otto", "read", "read")],
)
def test_permission_when_asked_by_a_maintainer_then_told(
    town: Town, ask: Any, login: str, permission: str, role: str
) -> None:
    shown = ask("GET", f"{PLACE}/collaborators/{login}/permission", town.maintainer).body
    assert (shown["permission"], shown["role_name"]) == (permission, role)


def test_permission_when_asked_by_a_reader_then_refused(town: Town, ask: Any) -> None:
    path = f"{PLACE}/collaborators/mira/permission"
    assert ask("GET", path, town.outsider).status == 403
    assert ask("GET", f"{PLACE}/collaborators/nobody/permission", town.owner).status == 404


def test_private_repository_when_asked_by_an_outsider_then_not_found(town: Town, ask: Any) -> None:
    town.hub.places.hide(town.repository, town.owner)
    assert ask("GET", PLACE).status == 404
    assert ask("GET", PLACE, town.outsider).status == 404
    assert ask("GET", PLACE, town.maintainer).body["visibility"] == "private"


def test_renamed_repository_when_asked_by_its_old_name_then_redirected_by_id(
    town: Town, ask: Any
) -> None:
    pull = town.hub.acts.open(town.repository, town.contributor, "A")
    town.hub.places.rename(town.repository, town.owner, "ebb")
    town.hub.places.transfer(town.repository, town.owner, town.owner)
    reply = ask("GET", PLACE)
    assert reply.status == 301
    assert ask("GET", reply.headers["Location"]).body["full_name"] == "olga/ebb"
    moved = ask("GET", f"{PLACE}/pulls/{pull.number}").headers["Location"]
    assert moved.endswith(f"/repositories/{town.repository.id}/pulls/1")
    assert ask("GET", moved).body["id"] == pull.id


def test_name_when_taken_by_another_then_leads_there(town: Town, ask: Any) -> None:
    old = town.repository
    town.hub.places.rename(old, town.owner, "ebb")
    new = town.hub.places.repository(town.group, "tide")
    assert ask("GET", PLACE).body["id"] == new.id != old.id
    assert ask("GET", f"/repositories/{old.id}").body["name"] == "ebb"
    with pytest.raises(ValueError, match="there already"):
        town.hub.places.repository(town.group, "tide")


def test_repository_when_deleted_and_made_again_then_another_id(town: Town, ask: Any) -> None:
    before = town.repository.id
    town.hub.places.delete(town.repository, town.owner)
    assert ask("GET", PLACE).status == ask("GET", f"/repositories/{before}").status == 404
    again = town.hub.places.repository(town.group, "tide")
    assert ask("GET", PLACE).body["id"] == again.id != before


def test_login_when_freed_then_anybody_may_take_it(town: Town, ask: Any) -> None:
    before = town.contributor
    with pytest.raises(ValueError, match="is taken"):
        town.hub.places.account("Carl")
    town.hub.places.rename_account(before, "carla")
    after = town.hub.places.account("carl")
    assert ask("GET", "/users/carl").body["id"] == after.id
    assert ask("GET", f"/user/{before.id}").body["login"] == "carla"


def test_account_when_deleted_then_its_work_is_the_ghosts(town: Town, ask: Any) -> None:
    pull = town.hub.acts.open(town.repository, town.contributor, "A")
    token = town.hub.world.token_for(town.contributor)
    town.hub.places.delete_account(town.contributor)
    assert ask("GET", f"{PLACE}/pulls/{pull.number}").body["user"]["login"] == "ghost"
    assert ask("GET", "/user", token=token).status == 401
    assert ask("GET", "/users/carl").status == 404


def test_pulls_when_many_then_pages_are_linked(town: Town, ask: Any) -> None:
    for number in range(5):
        town.hub.acts.open(town.repository, town.contributor, f"N{number}")
    town.hub.acts.open(town.repository, town.contributor, "issue", is_pull=False)
    seen, page = [], f"{PLACE}/pulls?state=all&per_page=2&sort=updated&direction=asc"
    while page:
        reply = ask("GET", page)
        seen += [one["number"] for one in reply.body]
        page = reply.link("next")
    assert seen == [1, 2, 3, 4, 5]
    assert len(ask("GET", f"{PLACE}/issues").body) == 6
    assert ask("GET", f"{PLACE}/pulls/6").status == 404


def test_thread_when_reviewed_and_commented_then_lists_show_it(town: Town, ask: Any) -> None:
    acts = town.hub.acts
    pull = acts.open(town.repository, town.contributor, "A")
    acts.review(pull, town.maintainer)
    acts.comment(pull, town.maintainer, "Here", path="a.py")
    acts.comment(pull, town.maintainer, "Good")
    assert [one["state"] for one in ask("GET", f"{PLACE}/pulls/1/reviews").body] == ["APPROVED"]
    assert [one["path"] for one in ask("GET", f"{PLACE}/pulls/1/comments").body] == ["a.py"]
    assert [one["body"] for one in ask("GET", f"{PLACE}/issues/1/comments").body] == ["Good"]
    assert ask("GET", f"{PLACE}/issues/1").body["comments"] == 1


def test_etag_when_nothing_changed_then_304_and_no_cost(town: Town, ask: Any) -> None:
    token = town.hub.world.token_for(town.owner)
    first = ask("GET", PLACE, token=token)
    again = ask("GET", PLACE, token=token, If_None_Match=first.headers["ETag"])
    assert (again.status, again.raw) == (304, b"")
    left = again.headers["X-RateLimit-Remaining"]
    assert left == first.headers["X-RateLimit-Remaining"]
    town.hub.acts.open(town.repository, town.contributor, "A")
    changed = ask("GET", PLACE, token=token, If_None_Match=first.headers["ETag"])
    assert changed.status == 200


def test_app_when_its_token_is_good_then_installation_tokens_reach_what_they_cover(
    town: Town, ask: Any
) -> None:
    now = town.clock.now
    installed = town.hub.world.install(town.group, {town.repository.id})
    town.hub.places.hide(town.repository, town.owner)
    town.hub.world.register_app("7", app_key().public)
    app = app_key().sign({"iss": "7", "iat": now - 60, "exp": now + 500})
    assert ask("GET", "/app/installations", token=app).body[0]["id"] == installed.id
    found = ask("GET", f"{PLACE}/installation", token=app).body
    assert found["id"] == installed.id
    made = ask("POST", f"/app/installations/{installed.id}/access_tokens", token=app)
    assert made.status == 201
    token = made.body["token"]
    listed = ask("GET", "/installation/repositories", token=token).body
    assert listed["total_count"] == 1
    assert ask("GET", PLACE, token=token).status == 200
    town.clock.forward(3_600)
    assert ask("GET", PLACE, token=token).status == 401


def test_app_when_its_token_is_over_then_401(town: Town, ask: Any) -> None:
    now = town.clock.now
    town.hub.world.register_app("7", app_key().public)
    for claims in ({"iat": now - 700, "exp": now - 1}, {"iat": now, "exp": now + 900}, {}):
        token = app_key().sign({"iss": "7", **claims})
        assert ask("GET", "/app/installations", token=token).status == 401


def test_app_when_its_token_is_signed_by_another_or_not_at_all_then_401(
    town: Town, ask: Any
) -> None:
    town.hub.world.register_app("7", app_key().public)
    claims = {"iss": "7", "iat": town.clock.now, "exp": town.clock.now + 500}
    good = app_key().sign(claims)
    assert ask("GET", "/app/installations", token=good).status == 200
    head, body, signature = good.split(".")
    for token in (
        app_key("theirs").sign(claims),
        app_key().sign(claims, "RS512"),
        app_key().sign({**claims, "iss": "8"}),
        f"{head}.{body}.",
        f"{head}.{body}.{signature[:-4]}AAAA",
        f"{head}.e30.{signature}",
        "a.b.c",
    ):
        assert ask("GET", "/app/installations", token=token).status == 401


def test_path_when_unknown_or_method_wrong_then_refused(ask: Any) -> None:
    assert ask("GET", "/nothing/here").status == 404
    assert ask("DELETE", "/user").status == 405


def test_own_repositories_when_asked_then_those_with_a_role(town: Town, ask: Any) -> None:
    town.hub.places.repository(town.outsider, "elsewhere")
    names = [one["full_name"] for one in ask("GET", "/user/repos", town.maintainer).body]
    assert names == ["harbour/tide"]


def test_membership_when_asked_then_role_told(town: Town, ask: Any) -> None:
    path = "/orgs/harbour/memberships"
    assert ask("GET", f"{path}/olga", town.owner).body["role"] == "admin"
    assert ask("GET", f"{path}/otto", town.owner).status == 404
