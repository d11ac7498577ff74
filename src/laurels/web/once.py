"""What every part of a page asks for, read once a request: its parts then agree as well."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

_T = TypeVar("_T")
_held: ContextVar[dict[str, Any] | None] = ContextVar("read once a request", default=None)


@contextmanager
def one_request() -> Iterator[None]:
    """Remember what `once` reads until the block ends; outside of any nothing is remembered."""
    token = _held.set({})
    try:
        yield
    finally:
        _held.reset(token)


def once(name: str, read: Callable[[], _T]) -> _T:
    """Return what `read` returned first in this request. What raises is not remembered."""
    held = _held.get()
    if held is None:
        return read()
    if name not in held:
        held[name] = read()
    found: _T = held[name]
    return found
