"""What an uploaded document must be like before a JSON-LD processor may see it.

A proof signs the graph that a document expands to, and people read its JSON. So nothing is taken
that would let the two differ: contexts other than known addresses, keywords and addresses as keys,
blank nodes with names, a second description of the credential itself. And nothing that makes the
processor slow: depth, numbers of nodes and types are bounded. Limits: spec/recognition.md §5.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from laurels.kit.canonical import MAX_INTEGER

MOST_BYTES = 1024 * 1024
MOST_DEPTH = 24
MOST_VALUES = 2_000
MOST_TYPES = 12
MOST_CONTEXTS = 8

_TERM = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")
# Not `@direction`: it does not reach the graph, so anybody could add it.
_LANGUAGE_TEXT = {"@value", "@language"}
# Libraries write these differently in canonical N-Quads; tab and line ends they write alike.
_UNSAFE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


class Refused(ValueError):
    """A document is not taken; `code` names the reason, the message says where."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def screen(document: Any, contexts: Collection[str]) -> None:
    """Look at a whole document; raises Refused at the first thing that is not taken."""
    bound(document)
    check_contexts(document.get("@context"), contexts)
    own = document.get("id")
    for path, _, value in _values(document):
        if isinstance(value, dict):
            _check_object(path, value)
            if path and own is not None and value.get("id") == own:
                raise Refused("described_twice", f"{path} describes the credential once more")
        elif isinstance(value, str):
            _check_text(path, value)
        elif isinstance(value, int | float) and not abs(value) <= MAX_INTEGER:
            raise Refused("bad_number", f"{path} is a number that JSON readers cut")


def bound(document: Any) -> None:
    """Look only at the size of a document: all that a token needs, whose bytes were signed."""
    if not isinstance(document, dict):
        raise Refused("not_a_credential", "the document is not a JSON object")
    for count, (_, depth, _) in enumerate(_values(document), 1):
        if depth > MOST_DEPTH:
            raise Refused("too_deep", f"the document is nested deeper than {MOST_DEPTH}")
        if count > MOST_VALUES:
            raise Refused("too_large", f"the document has more than {MOST_VALUES} values")


def check_contexts(given: Any, known: Collection[str]) -> None:
    """Refuse contexts that are not all among the known addresses, each named once."""
    listed = given if isinstance(given, list) else [given]
    if not listed or len(listed) > MOST_CONTEXTS:
        raise Refused("unknown_context", f"a document has 1 to {MOST_CONTEXTS} contexts")
    for context in listed:
        if not isinstance(context, str):
            raise Refused("unknown_context", "the document brings a context of its own")
        if context not in known:
            raise Refused("unknown_context", f"the context {context[:200]!r} is not kept here")


def _check_object(path: str, value: Mapping[str, Any]) -> None:
    if "@value" in value and value.keys() <= _LANGUAGE_TEXT:
        return
    for key in value:
        if key == "@context" and not path:
            continue
        if not _TERM.fullmatch(key):
            raise Refused("strange_key", f"{path or 'the document'} has the key {key[:80]!r}")
    types = value.get("type")
    if isinstance(types, list) and len(types) > MOST_TYPES:
        raise Refused("too_large", f"{path or 'the document'} has more than {MOST_TYPES} types")


def _check_text(path: str, value: str) -> None:
    if value.startswith("_:"):
        raise Refused("blank_name", f"{path} names a blank node")
    if _UNSAFE.search(value):
        raise Refused("control_character", f"{path} has a control character")


def _values(document: dict[str, Any]) -> Iterator[tuple[str, int, Any]]:
    """Walk without recursion, for the depth is the sender's choice."""
    todo: list[tuple[str, int, Any]] = [("", 0, document)]
    while todo:
        path, depth, value = todo.pop()
        yield path, depth, value
        if isinstance(value, dict):
            todo += [
                (f"{path}.{key}" if path else key, depth + 1, item)
                for key, item in value.items()
                if key != "@context" or path
            ]
        elif isinstance(value, list):
            todo += [(f"{path}[{place}]", depth + 1, item) for place, item in enumerate(value)]
