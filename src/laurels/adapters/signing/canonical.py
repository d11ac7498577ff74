"""RDF canonicalisation (RDFC-1.0) of JSON-LD through PyLD, bounded and with nothing dropped.

PyLD leaves out terms that no context defines without a word, and completes types and identifiers
that are no absolute IRI with an address of its own, where others leave them out: what they say
would not be signed, or not alike. Here each is refused. RDFC-1.0 takes factorial time on blank
nodes that look alike: their number is bounded, and so is that of the quads. PyLD's caches are not
made for threads, so one lock goes around it; it is imported at first use, for that takes a quarter
of a second.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Mapping
from functools import cache
from math import factorial
from typing import Any

from laurels.adapters.signing import contexts
from laurels.domain.credentials.screening import Refused, screen

MOST_QUADS = 500
MOST_ORDERS = 2_000
MOST_CONTEXTS = 400

_LOCK = threading.Lock()
# The base of relative IRIs: whatever comes out in this scheme was one.
_BASE = "relative-to-nothing://"
_ABSOLUTE = re.compile(r"(?!relative-to-nothing:)[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>\"{}|^`\\]*")


def canonicalise(document: Mapping[str, Any]) -> str:
    """Return the canonical N-Quads of a document without its proof; raises Refused.

    The document is screened first; every term of it is in the result.
    """
    screen(document, contexts.FILES)
    with _LOCK:
        return _quads(document)


def _quads(document: Mapping[str, Any]) -> str:
    pyld = _pyld()
    processor = pyld.Processor()
    try:
        dataset = processor.to_rdf(document, {**pyld.options, "base": _BASE})
    except pyld.JsonLdError as fault:
        raise Refused(
            "not_linked_data", f"the document is not sound JSON-LD: {_why(fault)}"
        ) from None
    if processor.dropped:
        raise Refused("unknown_term", f"no context defines {processor.dropped[0][:80]!r}")
    _check_absolute(processor.expanded)
    if sum(len(triples) for triples in dataset.values()) > MOST_QUADS:
        raise Refused("too_large", f"the document says more than {MOST_QUADS} things")
    quads: str = pyld.Canonicaliser().main(dataset, {"format": "application/n-quads"})
    return quads


def _why(fault: BaseException) -> str:
    """Return the innermost reason in few words; PyLD's own text repeats the document."""
    while fault.__cause__ is not None:
        fault = fault.__cause__
    return str(getattr(fault, "code", None) or fault.args[0] if fault.args else fault)[:200]


def _check_absolute(expanded: Any) -> None:
    todo = [expanded]
    while todo:
        value = todo.pop()
        if isinstance(value, list):
            todo += value
        elif isinstance(value, dict):
            types = value.get("@type", [])
            named = types if isinstance(types, list) else [types]
            named = named + ([value["@id"]] if "@id" in value else [])
            for name in named:
                if not (isinstance(name, str) and _ABSOLUTE.fullmatch(name)):
                    raise Refused("unknown_term", f"{str(name)[:80]!r} is no type or identifier")
            todo += [item for key, item in value.items() if key not in ("@type", "@id")]


class _Pyld:
    """PyLD's classes, bounded and watched; made once, at first use."""

    def __init__(self) -> None:
        from cachetools import LRUCache
        from frozendict import frozendict
        from pyld import canon, jsonld
        from pyld.context_resolver import ContextResolver

        class Processor(jsonld.JsonLdProcessor):  # type: ignore[misc]
            """Notes what it drops and what a document expands to."""

            def __init__(self) -> None:
                self.dropped: list[str] = []
                self.expanded: Any = None
                super().__init__(on_property_dropped=lambda name: self.dropped.append(str(name)))

            def expand(self, input_: Any, options: Any) -> Any:
                self.expanded = super().expand(input_, options)
                return self.expanded

        class Resolver(ContextResolver):  # type: ignore[misc]
            """Knows a context inside a context again by the object; PyLD would write it out.

            All of them are parts of the published ones, for documents may not bring their own.
            """

            def __init__(self) -> None:
                super().__init__(LRUCache(MOST_CONTEXTS), contexts.load)
                self.kept: dict[int, tuple[Any, Any]] = {}

            def resolve(self, active: Any, context: Any, base: Any, cycles: Any = None) -> Any:
                kept = self.kept.get(id(context))
                if kept is not None and kept[0] is context:
                    return kept[1]
                resolved = super().resolve(active, context, base, cycles)
                if isinstance(context, dict | frozendict):
                    if len(self.kept) >= MOST_CONTEXTS:
                        self.kept.clear()
                    self.kept[id(context)] = (context, resolved)
                return resolved

        class Canonicaliser(canon.URDNA2015):  # type: ignore[misc]
            """Stops where blank nodes cannot be told apart cheaply."""

            orders = 0

            def create_hash_to_related(self, id_: Any, issuer: Any) -> Any:
                found = super().create_hash_to_related(id_, issuer)
                # Every order of nodes that look alike is tried, and again for each node beyond.
                self.orders += sum(factorial(min(len(alike), 9)) for alike in found.values())
                if self.orders > MOST_ORDERS:
                    raise Refused("too_alike", "the document has too many nodes that look alike")
                return found

        self.Processor = Processor
        self.options = {"documentLoader": contexts.load, "contextResolver": Resolver()}
        self.Canonicaliser = Canonicaliser
        self.JsonLdError = jsonld.JsonLdError


@cache
def _pyld() -> _Pyld:
    return _Pyld()
