"""GraphQL: documents kept as files, answers typed, partial data kept with its gaps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import pairwise
from typing import Any, Generic, TypeVar

import msgspec

from laurels.adapters.github.client.judgement import graphql_errors
from laurels.adapters.github.client.outcomes import BadAnswer

T = TypeVar("T")
FOLDER = "documents"


@dataclass(frozen=True, slots=True)
class Gap:
    """A place of an answer that GitHub left empty, and why; `path` is dotted."""

    path: str
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Read(Generic[T]):
    """The data of an answer, what is missing of it, and when it was read."""

    data: T
    gaps: tuple[Gap, ...]
    at: int


class _Envelope(msgspec.Struct, Generic[T], gc=False):
    data: T | None = None
    errors: object = None


@cache
def document(name: str) -> str:
    """Return a GraphQL document by name; fragments it spreads are added from their own files."""
    folder = files("laurels.adapters.github.client") / FOLDER
    text = (folder / f"{name}.graphql").read_text(encoding="utf-8")
    return with_fragments(text)


def with_fragments(text: str) -> str:
    """Return a document with every fragment it needs, each once."""
    whole, added = text, set[str]()
    while missing := sorted(_spread(whole) - added - _defined(text)):
        for name in missing:
            added.add(name)
            whole += "\n" + _fragment(name)
    return whole


def document_names() -> tuple[str, ...]:
    """Return the names of all documents that are operations."""
    folder = files("laurels.adapters.github.client") / FOLDER
    names = (item.name for item in folder.iterdir())
    return tuple(sorted(n.removesuffix(".graphql") for n in names if not n.startswith("_")))


_DECODERS: dict[Any, msgspec.json.Decoder[Any]] = {}


def _decoder_of(kind: Any) -> msgspec.json.Decoder[Any]:
    if kind not in _DECODERS:
        _DECODERS[kind] = msgspec.json.Decoder(_Envelope[kind])
    return _DECODERS[kind]


def request_body(text: str, variables: Mapping[str, object]) -> bytes:
    """Write the body of a query."""
    return msgspec.json.encode({"query": text, "variables": dict(variables)})


def read(body: bytes, kind: type[T], at: int) -> Read[T]:
    """Read an answer as `kind`; raises BadAnswer naming the place that is not as it should be."""
    try:
        envelope = _decoder_of(kind).decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BadAnswer(f"GitHub's answer cannot be read: {error}") from error
    if envelope.data is None:
        raise BadAnswer("GitHub's answer has no data")
    gaps = tuple(
        Gap(
            ".".join(str(part) for part in error.path or ()),
            min(error.codes, default="UNKNOWN"),
            error.message[:300],
        )
        for error in graphql_errors(envelope.errors)
    )
    return Read(envelope.data, gaps, at)


@cache
def _fragment(name: str) -> str:
    folder = files("laurels.adapters.github.client") / FOLDER
    return (folder / f"_{name}.graphql").read_text(encoding="utf-8")


def _words(text: str) -> list[str]:
    return text.replace("{", " ").replace("}", " ").split()


def _spread(text: str) -> set[str]:
    """Return the names of the fragments that a document spreads (`...name`, not `... on Type`)."""
    words = (word for word in _words(text) if word.startswith("...") and len(word) > 3)
    return {word[3:] for word in words}


def _defined(text: str) -> set[str]:
    words = _words(text)
    return {after for word, after in pairwise(words) if word == "fragment"}
