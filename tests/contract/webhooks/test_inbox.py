"""GitHub's recorded webhooks through the whole inbox: signed, taken at the door, worked."""

from __future__ import annotations

import json
import subprocess
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from laurels.adapters.github.webhook_shapes import SHAPES
from laurels.apps.intake.arrivals import Arrival, Verdict
from laurels.apps.intake.models import DeliveryAlarm, DeliveryProgress
from laurels.hooks.answers import Application
from laurels.hooks.door import wrap
from laurels.hooks.secrets import Own, SecretBook
from laurels.hooks.signatures import is_signed
from laurels.kit.clock import ManualClock
from tests.apps.intake.inbox import accept, arrival, work
from tests.contract.webhooks.conftest import Recorded
from tests.contract.webhooks.test_payloads import NOW, register
from tests.doors.hooks.conftest import knock_at, request, sign

SECRET = b"It's a Secret to Everybody \xe2\x9c\x93"
SIGN = """
import {{ sign, verify }} from {module};
const given = JSON.parse(await new Promise((done) => {{
  let text = ""; process.stdin.on("data", (d) => (text += d)).on("end", () => done(text));
}}));
const told = [];
for (const [body, ours] of given.bodies) {{
  told.push([
    await sign(given.secret, body),
    await verify(given.secret, body, ours),
    await verify(given.secret, body + " ", ours),
  ]);
}}
console.log(JSON.stringify(told));
"""


@dataclass(frozen=True)
class Sent:
    """A recorded webhook as bytes, with the signature that GitHub's own library gives it."""

    event: str
    body: bytes
    signature: str


@pytest.fixture(scope="module")
def judged(recorded: Recorded, octokit: Path) -> list[tuple[bytes, list[Any]]]:
    """Each body with the library's signature, and its word on ours for it and for another."""
    bodies = [json.dumps(body, ensure_ascii=False).encode() for _, body in recorded]
    module = json.dumps(str(octokit / "webhooks-methods" / "dist-node" / "index.js"))
    given = {
        "secret": SECRET.decode(),
        "bodies": [(body.decode(), sign(body, SECRET)) for body in bodies],
    }
    done = subprocess.run(
        ["node", "--input-type=module", "-e", SIGN.format(module=module)],
        input=json.dumps(given),
        capture_output=True,
        text=True,
        check=True,
    )
    return list(zip(bodies, json.loads(done.stdout), strict=True))


@pytest.fixture(scope="module")
def sent(recorded: Recorded, judged: list[tuple[bytes, list[Any]]]) -> list[Sent]:
    return [
        Sent(event, body, theirs)
        for (event, _), (body, (theirs, *_)) in zip(recorded, judged, strict=True)
    ]


def test_signatures_when_made_by_either_side_then_the_other_agrees(
    judged: list[tuple[bytes, list[Any]]],
) -> None:
    assert len(judged) == 329
    for body, (theirs, is_ours_good, is_ours_good_for_another) in judged:
        assert is_ours_good is True
        assert is_ours_good_for_another is False
        assert theirs == sign(body, SECRET)
        assert is_signed(body, theirs, [b"old", SECRET])
        assert not is_signed(body + b" ", theirs, [SECRET])
        assert not is_signed(body, theirs, [SECRET + b"x"])


def door(taken: list[Arrival], faults: list[Exception]) -> Application:
    """The door before an inbox that is a list."""

    async def store(one: Arrival) -> Verdict:
        taken.append(one)
        return Verdict.STORED

    async def look(hook_id: int) -> Own:
        return None, ()

    async def inside(scope: Any, receive: Any, send: Any) -> None:
        raise AssertionError("the door did not answer")

    return wrap(
        inside,
        secrets=SecretBook((SECRET,), look),
        store=store,
        clock=ManualClock(NOW),
        failed=faults.append,
    )


def post(at: Application, one: Sent, guid: int, signature: str) -> int:
    asked = request(
        one.body,
        x_github_event=one.event,
        x_github_hook_id=str(json.loads(one.body).get("hook_id", 9)),
        x_github_delivery=f"guid-{guid}",
        x_hub_signature_256=signature,
    )
    return knock_at(at, asked).status


@pytest.mark.django_db
def test_payloads_when_posted_and_worked_then_each_ends_and_none_is_a_500(
    recorded: Recorded, sent: list[Sent]
) -> None:
    register(recorded)
    taken: list[Arrival] = []
    faults: list[Exception] = []
    at = door(taken, faults)
    forged = [post(at, one, number, sign(one.body, b"?")) for number, one in enumerate(sent)]
    assert set(forged) == {401}
    assert taken == []
    assert {post(at, one, number, one.signature) for number, one in enumerate(sent)} == {202}
    assert faults == []
    assert {verdict for one in taken for verdict in accept(one)} == {Verdict.STORED}
    work()
    rows = list(
        DeliveryProgress.objects.order_by("delivery_id").values_list(
            "delivery__event", "state", "reason", "last_error", "attempts", "fingerprint"
        )
    )
    assert len(rows) == 329
    ends = Counter((event in SHAPES, state) for event, state, *_ in rows)
    assert ends[False, "ignored"] == sum(one.event not in SHAPES for one in sent)
    assert ends[True, "processed"] > 80
    assert set(ends) == {(False, "ignored"), (True, "ignored"), (True, "processed")}
    for event, state, reason, error, attempts, fingerprint in rows:
        assert (error, attempts) == ("", 1)
        assert bool(reason) == (state != "processed"), (event, state)
        assert len(fingerprint) == 64 or state != "processed"
    assert {event for event, state, *_ in rows if state == "dead"} == set()
    assert not DeliveryAlarm.objects.exists()


@pytest.mark.django_db
def test_payloads_when_a_needed_field_is_gone_then_dead_and_the_reason_names_it(
    recorded: Recorded,
) -> None:
    register(recorded)
    first: dict[tuple[str, str], dict[str, Any]] = {}
    for event, body in recorded:
        if event in SHAPES:
            first.setdefault((event, body.get("action", "")), body)
    cut = [
        (event, name, {key: value for key, value in body.items() if key != name})
        for (event, _), body in first.items()
        for name in sorted(SHAPES[event].needs & body.keys())
    ]
    # In the order of their keys, as PostgreSQL stores what comes at once.
    guids = (f"{number:05}" for number in range(len(cut)))
    accept(*(arrival(cut[int(guid)][2], event=cut[int(guid)][0], guid=guid) for guid in guids))
    work()
    rows = DeliveryProgress.objects.order_by("delivery_id").values_list("state", "reason")
    for (event, name, _), (state, reason) in zip(cut, rows, strict=True):
        assert state == "dead", (event, name)
        assert f"missing {name}" in reason or "the body is" in reason, (event, name, reason)
    assert len(cut) > 100
