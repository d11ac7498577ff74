"""Reading bodies: few large ones at a time, and places given back whatever happens."""

from __future__ import annotations

import io
from contextlib import ExitStack
from typing import Any

import pytest

from laurels.hooks.bodies import LARGE_BYTES, MOST_LARGE, Bodies, Busy, CutShort


def environ(size: int, *, is_chunked: bool = False, promised: int | None = None) -> dict[str, Any]:
    made: dict[str, Any] = {"wsgi.input": io.BytesIO(b"x" * size)}
    if is_chunked:
        return made | {"wsgi.input_terminated": True}
    return made | {"CONTENT_LENGTH": str(size if promised is None else promised)}


LARGE = LARGE_BYTES + 1


@pytest.mark.parametrize("is_chunked", [False, True])
def test_read_when_four_large_bodies_are_held_then_a_fifth_is_refused(is_chunked: bool) -> None:
    bodies = Bodies()
    with ExitStack() as held:
        for _ in range(MOST_LARGE):
            body = held.enter_context(bodies.read(environ(LARGE, is_chunked=is_chunked)))
            assert len(body) == LARGE
        with pytest.raises(Busy), bodies.read(environ(LARGE, is_chunked=is_chunked)):
            raise AssertionError("a fifth was let in")
        with bodies.read(environ(LARGE_BYTES, is_chunked=is_chunked)) as small:
            assert len(small) == LARGE_BYTES
    with bodies.read(environ(LARGE, is_chunked=is_chunked)) as body:
        assert len(body) == LARGE


def test_read_when_reading_or_answering_fails_then_the_place_is_given_back() -> None:
    bodies = Bodies()
    for _ in range(MOST_LARGE + 1):
        with pytest.raises(CutShort), bodies.read(environ(LARGE, promised=LARGE + 5)):
            raise AssertionError("it was cut short")
        with pytest.raises(ZeroDivisionError), bodies.read(environ(LARGE)):
            raise ZeroDivisionError
    with bodies.read(environ(LARGE)) as body:
        assert len(body) == LARGE


def test_read_when_more_comes_than_was_promised_then_only_that_much_is_taken() -> None:
    with Bodies().read(environ(10, promised=4)) as body:
        assert body == b"xxxx"
