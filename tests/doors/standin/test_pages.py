from __future__ import annotations

from typing import Any

from laurels.lab.github.activity import Activity, settle
from tests.fakes.github import Door, Town


def test_pages_when_something_happened_then_they_lead_to_it(
    town: Town, ask: Any, door: Door
) -> None:
    town.hub.places.hook(town.repository, door.url, "s", ["*"])
    pull = town.hub.acts.open(town.repository, town.contributor, "<i>Mend</i>")
    town.hub.acts.review(pull, town.maintainer)
    town.hub.acts.merge(pull, town.maintainer)
    assert town.hub.post.drain()
    front = ask("GET", "/").raw.decode()
    assert "harbour/tide" in front and "pull_request closed" in front and "202 OK" in front
    listed = ask("GET", "/harbour/tide").raw.decode()
    assert "/harbour/tide/pull/1" in listed and "<i>" not in listed
    shown = ask("GET", "/harbour/tide/pull/1").raw.decode()
    assert "merged pull request, by carl" in shown and "mira: APPROVED" in shown


def test_pages_when_merged_by_hand_then_done_as_who_was_chosen(town: Town, ask: Any) -> None:
    pull = town.hub.acts.open(town.repository, town.owner, "Mend")
    shown = ask("GET", "/harbour/tide/pull/1").raw.decode()
    # Whose work it is comes last: nobody earns by merging what they wrote.
    assert "<option>mira</option><option>olga</option></select>" in shown
    place = "/harbour/tide/pull/1/merge"
    assert ask("POST", place, form={"as": "carl"}).status == 403
    assert ask("POST", place, form={}).status == 403
    merged = ask("POST", place, form={"as": "mira"})
    assert (merged.status, merged.headers["Location"]) == (303, "/harbour/tide/pull/1")
    assert pull.merged_by is town.maintainer
    assert ask("POST", place, form={"as": "mira"}).status == 405
    assert "Merge it as" not in ask("GET", "/harbour/tide/pull/1").raw.decode()
    assert ask("GET", "/favicon.ico").status == 204


def test_pages_when_private_or_missing_then_not_found(town: Town, ask: Any) -> None:
    town.hub.acts.open(town.repository, town.contributor, "A")
    assert ask("GET", "/harbour/nothing").status == 404
    assert ask("GET", "/harbour/tide/pull/2").status == 404
    town.hub.places.hide(town.repository, town.owner)
    assert ask("GET", "/harbour/tide").status == ask("GET", "/harbour/tide/pull/1").status == 404


def test_activity_when_it_runs_for_a_while_then_every_kind_of_thing_happens(town: Town) -> None:
    town.hub.places.rename_account(town.group, "elsewhere")
    for person, login in ((town.owner, "o2"), (town.maintainer, "m2"), (town.contributor, "c2")):
        town.hub.places.rename_account(person, login)
    made = settle(town.hub.places)
    activity = Activity(town.hub.acts, made)
    happened = {activity.step() for _ in range(200)}
    assert happened == {"open", "review", "merge", "push", "comment", "label", "close"}
    threads = [*made.connected.threads.values(), *made.other.threads.values()]
    assert all(one.merged_by is not one.author for one in threads if one.merged_at)
    town.hub.places.archive(made.connected, made.organiser)
    town.hub.places.archive(made.other, made.organiser)
    assert activity.step() == "nothing"
