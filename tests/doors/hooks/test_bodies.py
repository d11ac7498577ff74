"""Reading bodies: few large ones at a time, never for long, places given back whatever happens."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from laurels.hooks import bodies as module
from laurels.hooks.answers import Message, Receive
from laurels.hooks.bodies import (
    LARGE_BYTES,
    MOST_LARGE,
    MOST_SMALL_BYTES,
    Bodies,
    Busy,
    Crowded,
    CutShort,
    Headers,
    TooSlow,
)
from tests.fakes import loops

LARGE = LARGE_BYTES + 1
Read = Callable[..., Awaitable[bytes]]


def coming(size: int, *, piece: int = 65_536) -> Receive:
    """Return a server's `receive` of a body that comes in pieces; then the sender is gone."""
    left = [size]

    async def receive() -> Message:
        if left[0] < 0:
            return {"type": "http.disconnect"}
        given = min(piece, left[0])
        left[0] -= given
        is_more = left[0] > 0
        left[0] = left[0] if is_more else -1
        return {"type": "http.request", "body": b"x" * given, "more_body": is_more}

    return receive


def promise(size: int | None) -> Headers:
    return {} if size is None else {b"content-length": str(size).encode()}


@pytest.mark.parametrize("is_chunked", [False, True])
def test_read_when_four_large_bodies_are_held_then_a_fifth_is_refused_once_it_is_here(
    is_chunked: bool,
) -> None:
    async def scene() -> None:
        bodies = Bodies()

        async def read(size: int) -> bytes:
            return await bodies.read(promise(None if is_chunked else size), coming(size))

        held = [await read(LARGE) for _ in range(MOST_LARGE)]
        assert {len(body) for body in held} == {LARGE}
        for _ in range(3):
            with pytest.raises(Busy):
                await read(LARGE)
        small = await read(LARGE_BYTES)
        assert len(small) == LARGE_BYTES
        bodies.done(held.pop())
        held.append(await read(LARGE))
        for body in (*held, small):
            bodies.done(body)
        assert (bodies._large, bodies._small_bytes) == (0, 0)

    loops.run(scene())


def test_read_when_small_bodies_fill_the_memory_then_the_next_is_refused_until_one_is_done() -> (
    None
):
    async def scene() -> None:
        bodies = Bodies()
        held = [
            await bodies.read({}, coming(LARGE_BYTES, piece=LARGE_BYTES))
            for _ in range(MOST_SMALL_BYTES // LARGE_BYTES)
        ]
        with pytest.raises(Crowded):
            await bodies.read(promise(100), coming(100, piece=10))
        bodies.done(held.pop())
        bodies.done(await bodies.read(promise(100), coming(100, piece=10)))
        for body in held:
            bodies.done(body)
        assert bodies._small_bytes == 0

    loops.run(scene())


@pytest.mark.parametrize("size", [100, LARGE])
def test_read_when_the_sender_goes_in_the_middle_then_cut_short_and_nothing_is_held(
    size: int,
) -> None:
    async def scene() -> None:
        bodies = Bodies()
        for _ in range(MOST_LARGE + 1):
            with pytest.raises(CutShort):
                await bodies.read(promise(size + 5), coming(size))

            async def gone() -> Message:
                return {"type": "http.disconnect"}

            with pytest.raises(CutShort):
                await bodies.read(promise(size), gone)
        assert (bodies._large, bodies._small_bytes) == (0, 0)

    loops.run(scene())


@pytest.mark.parametrize("size", [100, LARGE])
def test_read_when_a_body_dribbles_then_given_up_and_its_place_given_back(size: int) -> None:
    async def scene() -> None:
        bodies = Bodies(read_seconds=0.05)

        async def dribble() -> Message:
            await asyncio.sleep(0.001)
            return {"type": "http.request", "body": b"x", "more_body": True}

        with pytest.raises(TooSlow):
            await bodies.read(promise(size), dribble)
        assert (bodies._large, bodies._small_bytes) == (0, 0)

    loops.run(scene())


def test_read_when_a_server_gives_nothing_for_ever_then_cut_short() -> None:
    async def nothing() -> Message:
        return {"type": "http.request", "body": b"", "more_body": True}

    with pytest.raises(CutShort):
        loops.run(Bodies().read(promise(5), nothing))


def test_read_when_time_is_added_up_then_no_longer_than_github_waits() -> None:
    assert module.READ_SECONDS <= 10


def test_incoming_when_it_gave_its_body_or_was_left_then_it_keeps_nothing_of_it() -> None:
    bodies = Bodies()
    given = bodies.begin({b"content-length": b"3"})
    given.add(b"abc")
    body = given.whole()
    assert (body, given._pieces, bodies._small_bytes) == (b"abc", [], 3)
    bodies.done(body)
    left = bodies.begin({b"content-length": b"3"})
    left.add(b"ab")
    left.leave()
    left.leave()
    assert (left._pieces, bodies._small_bytes) == ([], 0)
