"""The webhook door: what it takes, and the table of hostile deliveries that it does not."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator

import pytest

from laurels.hooks.bodies import LARGE_BYTES, MOST_BYTES
from laurels.hooks.door import wrap
from laurels.hooks.secrets import Own, SecretBook
from laurels.kit.clock import ManualClock
from tests.doors.hooks.conftest import (
    NOW,
    OLD_PROGRAM,
    PROGRAM,
    Inbox,
    Knock,
    knock_at,
    request,
    sign,
)


def test_door_when_the_signature_is_good_then_the_raw_body_is_kept_as_it_came(
    knock: Knock, inbox: Inbox
) -> None:
    body = b'{"zen": "caf\xc3\xa9", "odd": "\x00\xff"'  # not even JSON: the door does not look
    answered = knock(body)
    assert (answered.status, json.loads(answered.body)) == (202, {"status": "stored"})
    (kept,) = inbox.kept.values()
    assert (kept.body, kept.sha256) == (body, hashlib.sha256(body).hexdigest())
    assert (kept.hook_id, kept.event, kept.received_at, kept.via) == (9, "ping", NOW, None)
    assert kept.guid == "72d3162e-cc78-11e3-81ab-4c9367dc0958"
    assert json.loads(kept.headers) == {
        "Content-Type": "application/json",
        "User-Agent": "GitHub-Hookshot/1",
    }


@pytest.mark.parametrize("path", ["/webhooks/github", "/api/v1/webhooks/github"])
def test_door_when_either_path_is_used_then_both_answer(knock: Knock, path: str) -> None:
    assert knock(path=path).status == 202


@pytest.mark.parametrize("path", ["/", "/webhooks/github/", "/webhooks/githubs", "/webhooks", ""])
def test_door_when_the_path_is_another_then_django_answers(
    knock: Knock, inbox: Inbox, path: str
) -> None:
    assert knock(path=path).body == b"page"
    assert inbox.inside == [path]
    assert inbox.kept == {}


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "PATCH", "OPTIONS"])
def test_door_when_not_posted_then_405(knock: Knock, inbox: Inbox, method: str) -> None:
    answered = knock(method=method)
    assert (answered.status, answered.code) == (405, "method_not_allowed")
    assert answered.headers["Allow"] == "POST"
    assert inbox.kept == {}


BODY = b'{"action": "opened"}'
GOOD = sign(BODY, PROGRAM)
HOSTILE = {
    "missing": None,
    "empty": "",
    "of another secret": sign(BODY, b"a-guess"),
    "of no secret": sign(BODY, b""),
    "of another body": sign(BODY + b" ", PROGRAM),
    "one digit changed": GOOD[:-1] + ("0" if GOOD[-1] != "0" else "1"),
    "cut short": GOOD[:-1],
    "too long": GOOD + "0",
    "without its prefix": GOOD.removeprefix("sha256="),
    "of SHA-1": "sha1=" + hashlib.sha1(BODY, usedforsecurity=False).hexdigest(),
    "SHA-1 under the name of SHA-256": "sha256="
    + hashlib.sha1(BODY, usedforsecurity=False).hexdigest(),
    "in capitals": GOOD.replace("sha256=", "SHA256="),
    "with a second one": f"{GOOD},{GOOD}",
    "not ASCII": "sha256=" + "\u0660" * 64,
    "with a line break": GOOD + "\n",
    "the plain digest": "sha256=" + hashlib.sha256(BODY).hexdigest(),
}


@pytest.mark.parametrize("signature", HOSTILE.values(), ids=HOSTILE.keys())
def test_door_when_the_signature_is_not_good_then_401_and_nothing_is_stored(
    knock: Knock, inbox: Inbox, signature: str | None
) -> None:
    answered = knock(BODY, x_hub_signature_256=signature)
    assert (answered.status, answered.code) == (401, "bad_signature")
    assert inbox.kept == {}
    assert inbox.faults == []


def test_door_when_only_the_sha1_header_is_there_then_401(knock: Knock, inbox: Inbox) -> None:
    digest = "sha1=" + hashlib.sha1(BODY, usedforsecurity=False).hexdigest()
    answered = knock(BODY, x_hub_signature_256=None, x_hub_signature=digest)
    assert answered.status == 401
    assert inbox.kept == {}


@pytest.mark.parametrize("place", range(len(BODY)))
def test_door_when_one_byte_of_the_body_is_changed_then_401(
    knock: Knock, inbox: Inbox, place: int
) -> None:
    changed = BODY[:place] + bytes([BODY[place] ^ 1]) + BODY[place + 1 :]
    assert knock(changed, x_hub_signature_256=GOOD).status == 401
    assert inbox.kept == {}


@pytest.mark.parametrize("secret", [PROGRAM, OLD_PROGRAM])
def test_door_while_the_programs_secret_is_changed_then_both_are_good(
    knock: Knock, secret: bytes
) -> None:
    assert knock(secret=secret).status == 202


@pytest.mark.parametrize(("secret", "via"), [(b"eleven", 501), (b"eleven-old", 501)])
def test_door_when_a_hooks_own_secret_signed_then_its_repository_is_noted(
    knock: Knock, inbox: Inbox, secret: bytes, via: int
) -> None:
    assert knock(secret=secret, x_github_hook_id="11").status == 202
    assert [one.via for one in inbox.kept.values()] == [via]


def test_door_when_a_hooks_own_secret_signs_for_another_hook_then_401(
    knock: Knock, inbox: Inbox
) -> None:
    assert knock(secret=b"eleven", x_github_hook_id="12").status == 401
    assert knock(secret=b"eleven", x_github_hook_id="9").status == 401
    assert knock(secret=b"eleven", x_github_hook_id=None).status == 401
    assert inbox.kept == {}


def test_door_when_two_hooks_send_one_guid_then_each_is_kept(knock: Knock, inbox: Inbox) -> None:
    first = knock(secret=b"eleven", x_github_hook_id="11")
    second = knock(secret=b"twelve", x_github_hook_id="12")
    assert (first.status, second.status) == (202, 202)
    assert sorted(one.via or 0 for one in inbox.kept.values()) == [501, 502]


def test_door_when_redelivered_then_202_again_and_kept_once(knock: Knock, inbox: Inbox) -> None:
    assert [knock().status for _ in range(3)] == [202, 202, 202]
    assert json.loads(knock().body) == {"status": "known"}
    assert len(inbox.kept) == 1


def test_door_when_a_known_key_comes_with_another_body_then_409(knock: Knock, inbox: Inbox) -> None:
    knock(b"first")
    answered = knock(b"second")
    assert (answered.status, answered.code) == (409, "delivery_conflict")
    assert [one.body for one in inbox.kept.values()] == [b"first"]


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("X-GitHub-Delivery", None),
        ("X-GitHub-Delivery", ""),
        ("X-GitHub-Delivery", "a b"),
        ("X-GitHub-Delivery", "x" * 101),
        ("X-GitHub-Event", None),
        ("X-GitHub-Event", "p\x00ing"),
        ("X-GitHub-Hook-ID", "12x"),
        ("X-GitHub-Hook-ID", "-1"),
        ("X-GitHub-Hook-ID", "9" * 19),
    ],
)
def test_door_when_a_header_is_not_githubs_then_400_names_it(
    knock: Knock, inbox: Inbox, header: str, value: str | None
) -> None:
    answered = knock(**{header.lower().replace("-", "_"): value})
    assert (answered.status, answered.code) == (400, "bad_header")
    assert header in json.loads(answered.body)["detail"]
    assert inbox.kept == {}


def test_door_when_no_hook_is_named_then_the_programs_secret_signs(
    knock: Knock, inbox: Inbox
) -> None:
    assert knock(x_github_hook_id=None).status == 202
    assert [one.hook_id for one in inbox.kept.values()] == [0]


def test_door_when_unsigned_then_it_does_not_tell_what_else_is_wrong(knock: Knock) -> None:
    assert knock(secret=b"guess", x_github_delivery=None).status == 401


@pytest.mark.parametrize("fault", [RuntimeError("disk full"), TimeoutError()])
def test_door_when_the_inbox_cannot_store_then_503_and_the_cause_is_told(
    knock: Knock, inbox: Inbox, fault: Exception
) -> None:
    inbox.fault = fault
    answered = knock()
    assert (answered.status, answered.code) == (503, "not_stored")
    assert int(answered.headers["Retry-After"]) > 0
    assert inbox.faults == [fault]
    inbox.fault = None
    assert knock().status == 202


def test_door_when_the_body_is_at_the_cap_then_taken(knock: Knock, inbox: Inbox) -> None:
    assert knock(b"x" * MOST_BYTES).status == 202
    assert [len(one.body) for one in inbox.kept.values()] == [MOST_BYTES]


def unread() -> Iterator[bytes]:
    """Yield a body that nobody may read."""
    raise AssertionError("it was read")
    yield b""


@pytest.mark.parametrize("length", [MOST_BYTES + 1, 10**15])
def test_door_when_the_length_is_beyond_the_cap_then_413_unread(
    knock: Knock, inbox: Inbox, length: int
) -> None:
    answered = knock(content_length=str(length), pieces=unread())
    assert (answered.status, answered.code) == (413, "body_too_large")
    assert inbox.kept == {}


def test_door_when_a_chunked_body_outgrows_the_cap_then_413_and_no_more_is_read(
    knock: Knock, inbox: Inbox
) -> None:
    given: list[int] = []
    answered = knock(content_length=None, pieces=endless(given))
    assert (answered.status, answered.code) == (413, "body_too_large")
    assert sum(given) <= MOST_BYTES + 2 * 65_536
    assert inbox.kept == {}


def endless(given: list[int]) -> Iterator[bytes]:
    """Yield a body without end, noting what was given."""
    while True:
        given.append(65_536)
        yield b"x" * 65_536


def test_door_when_a_chunked_body_is_signed_then_taken(knock: Knock, inbox: Inbox) -> None:
    body = b"y" * (LARGE_BYTES + 10)
    assert knock(body, content_length=None, pieces=[body[:9], b"", body[9:]]).status == 202
    assert [one.body for one in inbox.kept.values()] == [body]


@pytest.mark.parametrize("length", ["5", "abc", "-2", "+2", "0x10", "9" * 19, "²"])
def test_door_when_the_length_is_not_that_of_the_body_then_400(
    knock: Knock, inbox: Inbox, length: str
) -> None:
    answered = knock(b"{}", content_length=length)
    assert (answered.status, answered.code) == (400, "body_incomplete")
    assert inbox.kept == {}


def test_door_when_there_is_no_length_then_the_body_is_empty(knock: Knock, inbox: Inbox) -> None:
    assert knock(b"", content_length=None).status == 202
    assert [one.body for one in inbox.kept.values()] == [b""]


def test_door_when_a_header_is_long_or_odd_then_it_is_cut_and_kept_as_ascii(
    knock: Knock, inbox: Inbox
) -> None:
    assert knock(user_agent="é\x00" * 300).status == 202
    (kept,) = inbox.kept.values()
    assert kept.headers.isascii()
    assert len(json.loads(kept.headers)["User-Agent"]) == 200


def test_door_when_a_hook_was_made_or_changed_a_moment_ago_then_nothing_is_lost(
    inbox: Inbox,
) -> None:
    hooks: dict[int, Own] = {}

    async def look(hook_id: int) -> Own:
        return hooks.get(hook_id, (None, ()))

    door = wrap(
        inbox.page,
        secrets=SecretBook((), look),
        store=inbox.store,
        clock=ManualClock(NOW),
        failed=inbox.faults.append,
    )

    def knock(secret: bytes, guid: str) -> int:
        more = {"x_github_hook_id": "11", "x_github_delivery": guid}
        return knock_at(door, request(secret=secret, **more)).status

    assert knock(b"first", "a") == 401
    hooks[11] = (501, (b"first",))
    assert knock(b"first", "b") == 202
    hooks[11] = (501, (b"second",))
    assert (knock(b"second", "c"), knock(b"first", "d")) == (202, 401)
    assert [kept.via for kept in inbox.kept.values()] == [501, 501]
