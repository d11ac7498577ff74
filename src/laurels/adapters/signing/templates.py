"""Canonical N-Quads without a JSON-LD processor: a template for each shape of document.

A document's shape is everything but its texts: keys, order, types, contexts, numbers. For a new
shape a document with a different marker in place of each text is canonicalised by PyLD, and where
the markers come out becomes the template. Filling it is exact for documents made with care:

- every node has an identifier, but for at most one: then no labels depend on values;
- what identifies something is an absolute IRI in a scheme that no context takes for a prefix;
  texts have no character that libraries write differently;
- filled lines are sorted and told once, as RDF does with what is equal.

Whatever is different is refused; PyLD, asked now and then, is the check.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

from laurels.adapters.signing.canonical import canonicalise
from laurels.domain.credentials.identifiers import IRI, NotAnIdentifier, checked_iri
from laurels.domain.credentials.screening import MOST_DEPTH, Refused

MOST_SHAPES = 256

_MARKER = "urn:laurels:marker:%d:"
_MARKED = re.compile(r"urn:laurels:marker:(\d+):")
_IRIS = re.compile(rf"{IRI.pattern}(?:\n{IRI.pattern})*")
_REFUSED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_ESCAPES = (("\\", "\\\\"), ('"', '\\"'), ("\n", "\\n"), ("\r", "\\r"), ("\t", "\\t"))
_STRUCTURE = frozenset(("@context", "type"))
_OBJECT, _ARRAY, _END, _TEXT, _FIXED, _FIXED_TEXT = range(6)


@dataclass(frozen=True, slots=True)
class Template:
    """Lines with a place for each text; `iris` are the places that identify something."""

    lines: str
    pick: Callable[[list[str]], tuple[str, ...]]
    iris: tuple[int, ...]


class Templates:
    """The templates of the shapes met so far, at most 256; for one thread at a time."""

    def __init__(self) -> None:
        self._made: OrderedDict[tuple[Any, ...], Template] = OrderedDict()

    def canonical_of(self, document: Mapping[str, Any]) -> bytes:
        """Return the canonical N-Quads, in UTF-8, of a document without proof; raises Refused."""
        texts: list[str] = []
        shape: list[Any] = []
        _read(document, texts, shape, 0)
        key = tuple(shape)
        try:
            template = self._made.get(key)
        except TypeError:
            raise Refused("no_template", "a context or type is no text") from None
        if template is None:
            template = self._made[key] = _template(document, len(texts))
            if len(self._made) > MOST_SHAPES:
                self._made.popitem(last=False)
        else:
            self._made.move_to_end(key)
        return _filled(template, texts)


def _read(value: Any, texts: list[str], shape: list[Any], depth: int) -> None:
    """Note the texts in order, and the shape around them: keys as texts, marks as numbers.

    A key that no mark follows has a text.
    """
    if depth > MOST_DEPTH:
        raise Refused("too_deep", f"the document is nested deeper than {MOST_DEPTH}")
    if type(value) is dict:
        shape.append(_OBJECT)
        for key, item in value.items():
            shape.append(key)
            if key in _STRUCTURE:
                shape += (_FIXED, len(item), *item) if type(item) is list else (_FIXED_TEXT, item)
            elif type(item) is str:
                texts.append(item)
            else:
                _read(item, texts, shape, depth + 1)
        shape.append(_END)
    elif type(value) is list:
        shape.append(_ARRAY)
        for item in value:
            _read(item, texts, shape, depth + 1)
        shape.append(_END)
    elif type(value) is str:
        texts.append(value)
        shape.append(_TEXT)
    elif value is None or type(value) in (bool, int):
        shape.append((type(value), value))
    else:
        raise Refused("no_template", f"a value of type {type(value).__name__} is not taken")


def _template(document: Mapping[str, Any], count: int) -> Template:
    """Make the template of a document's shape; every text must come out somewhere."""
    places = iter(range(count))
    quads = canonicalise(_marked(document, places))
    if "_:c14n1" in quads:
        raise Refused("no_template", "more than one node of the document has no identifier")
    quads = quads.replace("%", "%%")
    order = [int(found) for found in _MARKED.findall(quads)]
    iris = [int(found) for found in re.findall(rf"<{_MARKED.pattern}>", quads)]
    literals = [int(found) for found in re.findall(rf'"{_MARKED.pattern}"', quads)]
    if len(iris) + len(literals) != len(order) or set(order) != set(range(count)):
        raise Refused("no_template", "a text would not be signed, or not as it stands there")
    if not iris:
        raise Refused("no_template", "nothing in the document has an identifier")
    return Template(
        _MARKED.sub("%s", quads).removesuffix("\n"), itemgetter(*order), tuple(set(iris))
    )


def _marked(value: Any, places: Iterator[int]) -> Any:
    if type(value) is str:
        return _MARKER % next(places)
    if type(value) is dict:
        return {
            key: item if key in _STRUCTURE else _marked(item, places) for key, item in value.items()
        }
    if type(value) is list:
        return [_marked(item, places) for item in value]
    return value


def _filled(template: Template, texts: list[str]) -> bytes:
    named = "\n".join([texts[place] for place in template.iris])
    if named.count("\n") >= len(template.iris) or not _IRIS.fullmatch(named):
        _check_each(texts[place] for place in template.iris)
    joined = "".join(texts)
    # What is printable has no control character: the common case, told without a search.
    if not joined.isprintable() or '"' in joined or "\\" in joined:
        texts = [text if text.isalnum() else _escaped(text) for text in texts]
    if not joined.isascii():
        # A character for each byte of UTF-8: it sorts alike, and no line gets wide for one emoji.
        texts = [text if text.isascii() else text.encode().decode("latin-1") for text in texts]
    lines = sorted(set((template.lines % template.pick(texts)).split("\n")))
    lines.append("")
    return "\n".join(lines).encode("latin-1")


def _check_each(identifiers: Iterable[str]) -> None:
    for text in identifiers:
        try:
            checked_iri(text)
        except NotAnIdentifier as fault:
            raise Refused("no_identifier", str(fault)) from None


def _escaped(text: str) -> str:
    if not text.isprintable() and _REFUSED.search(text):
        raise Refused("control_character", f"{text[:80]!r} has a control character")
    for character, escape in _ESCAPES:
        if character in text:
            text = text.replace(character, escape)
    return text
