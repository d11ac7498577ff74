"""Whatever the reading routes are asked, they answer in a way their description tells of."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote
from uuid import UUID

import hypothesis
import pytest
from django.test import Client
from hypothesis import strategies as st

from laurels.apps.audit.actors import operator
from laurels.apps.metrics.services import baseline_load
from laurels.domain.metric_names import NINE
from laurels.kit import cursors
from tests import redis
from tests.apps import factories
from tests.apps.metrics.facts import NOW, pulls, run_of
from tests.apps.metrics.populations import baseline
from tests.doors.api.conftest import DESCRIBED, V1
from tests.plugins.signed_in import sign_in_as

READ = [
    (path, operation["get"])
    for path, operation in sorted(DESCRIBED.items())
    if "get" in operation and not path.startswith(f"{V1}/jobs")
]
REF = f"{9:032x}"
GOOD: dict[str, list[str]] = {
    "user_id": [str(UUID(REF)), REF, f"{{{UUID(REF)}}}"],
    "login": ["bob", "BOB", "nobody"],
    "logins": ["bob", "bob,nobody", ",,bob,"],
    "ids": [REF, f"{REF},{UUID(int=1)}"],
    "metric": list(NINE),
    "baseline_id": ["first"],
    "mode": ["raw", "inverted", "fair"],
    "limit": ["1", "200"],
    "after": ["", cursors.encode((1,)), cursors.encode((1, 2)), cursors.encode((2**62, -1))],
}
wild = st.text(max_size=60) | st.integers().map(str) | st.sampled_from(["", "\x00", "%00", "../"])
few = hypothesis.settings(
    max_examples=25,
    suppress_health_check=[hypothesis.HealthCheck.function_scoped_fixture],
)


def values(name: str) -> st.SearchStrategy[str]:
    return st.sampled_from(GOOD.get(name, ["x"])) | wild


@pytest.fixture
def staff(db: None) -> Client:
    """Return the browser of somebody who may read everything that is there to be read."""
    bob = factories.contributor("bob", ref=REF)
    baseline_load(baseline(), now=NOW, acting=operator())
    pulls(bob, 3)
    run_of(bob)
    return sign_in_as(Client(raise_request_exception=False), factories.contributor(is_staff=True))


def check(answer: Any, operation: Any, asked: object) -> None:
    """Check that an answer is none of a fault of ours, and is one that the description lists."""
    told = f"{asked} was answered {answer.status_code}: {answer.content[:300]!r}"
    assert answer.status_code < 500, told
    if answer.status_code != 404 or answer.headers["Content-Type"].startswith("application/json"):
        assert str(answer.status_code) in operation["responses"], told
    if answer.status_code >= 400:
        body = json.loads(answer.content)
        assert answer["Content-Type"] == "application/problem+json", told
        assert {"type", "title", "status", "code", "detail"} <= body.keys(), told


@pytest.mark.parametrize(("path", "operation"), READ, ids=[path for path, _ in READ])
@few
@hypothesis.given(st.data())
def test_reading_when_asked_anything_then_never_a_fault(
    staff: Client, settings: Any, path: str, operation: Any, data: st.DataObject
) -> None:
    settings.LAURELS_THROTTLE = redis.throttle()
    address, query = path, {}
    for parameter in operation["parameters"]:
        name = parameter["name"]
        if parameter["in"] == "path":
            given = data.draw(values(name), label=name)
            address = address.replace(f"{{{name}}}", quote(given, safe=""))
        elif parameter["required"] or data.draw(st.booleans()):
            query[name] = data.draw(values(name), label=name)
    tag = data.draw(st.sampled_from([None, "*", '"x"', "x", "W/", "\t"]), label="If-None-Match")
    headers = {} if tag is None else {"If-None-Match": tag}
    check(staff.get(address, query, headers=headers), operation, (address, query))


bodies = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
) | st.fixed_dictionaries(
    {},
    optional={
        "user_ids": st.lists(values("user_id"), max_size=4),
        "logins": st.lists(values("login"), max_size=4),
        "mode": values("mode"),
    },
)


@few
@hypothesis.given(bodies.map(json.dumps) | st.text(max_size=30))
def test_batch_when_posted_anything_then_never_a_fault(
    staff: Client, settings: Any, body: str
) -> None:
    settings.LAURELS_THROTTLE = redis.throttle()
    operation = DESCRIBED[f"{V1}/metrics/batch"]["post"]
    answer = staff.post(f"{V1}/metrics/batch", body, content_type="application/json")
    check(answer, operation, body)
