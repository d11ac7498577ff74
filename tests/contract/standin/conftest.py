"""A stand-in in which everything has happened once, and a way to hold answers against schemas."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match

from laurels.lab.github.things import Hook, Thread
from tests.fakes import github as fakes

Schema = dict[str, Any]


def faults_of(schema: Schema, body: Any) -> str:
    """Say where a body departs from a schema; nothing where it does not."""
    wrong = best_match(Draft202012Validator(schema).iter_errors(body))
    return "" if wrong is None else f"{wrong.json_path}: {wrong.message[:300]}"


def with_nulls(found: Any) -> Any:
    """Turn OpenAPI 3.0's `nullable` into JSON Schema's null."""
    if isinstance(found, list):
        return [with_nulls(one) for one in found]
    if not isinstance(found, dict):
        return found
    plain = {name: with_nulls(value) for name, value in found.items() if name != "nullable"}
    titles = [one.get("title") for one in plain.get("allOf", ()) if isinstance(one, dict)]
    if titles == ["Simple User", "Enterprise"]:
        # The description's own slip: an account is the one or the other, never both.
        plain["anyOf"] = plain.pop("allOf")
    return {"anyOf": [plain, {"type": "null"}]} if found.get("nullable") is True else plain


@pytest.fixture(scope="session")
def openapi(octokit: Path) -> Schema:
    path = octokit / "openapi" / "generated" / "api.github.com.json"
    whole: Schema = json.loads(path.read_bytes())
    whole["components"] = {"schemas": with_nulls(whole["components"]["schemas"])} | {
        name: value for name, value in whole["components"].items() if name != "schemas"
    }
    return whole


@pytest.fixture(scope="session")
def webhook_schemas(octokit: Path) -> Schema:
    found: Schema = json.loads((octokit / "webhooks-schemas" / "schema.json").read_bytes())
    return found


class Lived:
    """A town where each act was done at least once, and the hooks that heard of it."""

    def __init__(self, town: fakes.Town, url: str) -> None:
        self.town = town
        hub, acts, places = town.hub, town.hub.acts, town.hub.places
        carl, mira, olga = town.contributor, town.maintainer, town.owner
        self.hook: Hook = places.hook(town.repository, url, "salt", ["*"])
        self.app_hook = places.app_hook(url, "app")
        self.installed = hub.world.install(town.group)
        self.pull: Thread = acts.open(town.repository, carl, "A", body="Why", draft=True)
        pull = self.pull
        acts.ready(pull, carl)
        acts.ready(pull, carl)
        acts.ready(pull, carl)
        acts.edit(pull, carl, "B")
        acts.label(pull, mira, "a gem")
        acts.label(pull, mira, "a gem")
        acts.label(pull, mira, "kept")
        review = acts.review(pull, mira, "CHANGES_REQUESTED")
        acts.push(pull)
        acts.dismiss(review, mira)
        acts.review(pull, mira, "COMMENTED", body="Hm")
        acts.comment(pull, mira, "Here", path="a.py")
        acts.comment(pull, olga, "Thanks")
        acts.close(pull, carl)
        acts.reopen(pull, carl)
        acts.review(pull, mira)
        acts.merge(pull, mira)
        self.issue = acts.open(town.repository, carl, "I", is_pull=False, assignees=[mira])
        acts.edit(self.issue, carl, "J")
        acts.label(self.issue, mira, "kept")
        acts.label(self.issue, mira, "kept")
        acts.comment(self.issue, mira, "Seen")
        acts.close(self.issue, mira)
        acts.reopen(self.issue, mira)
        acts.delete_issue(acts.open(town.repository, carl, "K", is_pull=False), mira)
        target = places.repository(olga, "elsewhere")
        moving = acts.open(town.repository, carl, "L", is_pull=False)
        acts.transfer_issue(moving, mira, target)
        gone = places.account("gus")
        acts.open(town.repository, gone, "M")
        places.delete_account(gone)
        places.allow(town.repository, olga, town.outsider, "push")
        places.allow(town.repository, olga, town.outsider, "admin")
        places.allow(town.repository, olga, town.outsider, None)
        places.join(town.group, town.outsider)
        places.join(town.group, town.outsider, None)
        places.rename(town.repository, olga, "ebb")
        places.rename(town.repository, olga, "tide")
        places.hide(town.repository, olga)
        places.hide(town.repository, olga, is_private=False)
        places.archive(town.repository, olga)
        places.archive(town.repository, olga, is_archived=False)
        places.transfer(town.repository, olga, olga)
        places.transfer(town.repository, olga, town.group)
        places.rename_account(town.group, "haven")
        places.rename_account(town.group, "harbour")
        places.delete(places.repository(town.group, "brief"), olga)
        places.revoke(town.outsider)
        assert hub.post.drain()


@pytest.fixture(scope="module")
def taken() -> Iterator[fakes.Door]:
    with fakes.door() as door:
        yield door


@pytest.fixture(scope="module")
def lived(taken: fakes.Door) -> Iterator[Lived]:
    with fakes.town() as town:
        yield Lived(town, taken.url)
