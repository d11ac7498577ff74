"""A reader of GraphQL queries: operations, fields, arguments, variables and fragments.

It reads what a client sends, not what a server declares: mutations, subscriptions and type
definitions are refused. Source of the grammar: the GraphQL specification, October 2021, §2.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

_TOKEN: Final = re.compile(
    r'[\s,\ufeff]+|#[^\n]*|(?P<text>"""[\s\S]*?"""|"(?:[^"\\\n]|\\.)*")'
    r"|(?P<number>-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|(?P<word>[_A-Za-z]\w*)"
    r"|(?P<mark>\.\.\.|[!$&()\[\]{}:=@|])"
)
_LITERALS: Final = {"true": True, "false": False, "null": None}


class Unreadable(Exception):
    """A query that is not GraphQL, or more than this reader reads."""


class Enum(str):
    """A name that stands for itself."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Variable:
    """A value that comes beside the query."""

    name: str


@dataclass(frozen=True, slots=True)
class Field:
    """One field asked for; `key` is the name it answers under."""

    name: str
    key: str
    arguments: dict[str, Any]
    directives: tuple[tuple[str, dict[str, Any]], ...]
    selections: tuple[Selection, ...]


@dataclass(frozen=True, slots=True)
class Spread:
    """Fields of a named fragment (`name`), or given in place for a type (`on`)."""

    name: str
    on: str
    directives: tuple[tuple[str, dict[str, Any]], ...]
    selections: tuple[Selection, ...]


Selection = Field | Spread


@dataclass(slots=True)
class Document:
    """The operations and fragments of a query."""

    operations: dict[str, Operation] = field(default_factory=dict)
    fragments: dict[str, Spread] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Operation:
    """One query, with the defaults of its variables; `required` must be given."""

    name: str
    defaults: dict[str, Any]
    required: tuple[str, ...]
    selections: tuple[Selection, ...]


def read(text: str) -> Document:
    """Read a query; raises Unreadable saying near what it stopped."""
    reader = _Reader(_tokens(text))
    found = Document()
    while reader.ahead():
        if reader.take_if("fragment"):
            name = reader.word()
            reader.take("on")
            on = reader.word()
            directives = reader.directives()
            found.fragments[name] = Spread(name, on, directives, reader.selections())
            continue
        operation = reader.operation()
        found.operations[operation.name] = operation
    if not found.operations:
        raise Unreadable("A query attribute must be specified and must be a string.")
    return found


def value_of(given: Any, variables: Mapping[str, Any]) -> Any:
    """Put the variables into a value."""
    if isinstance(given, Variable):
        return variables.get(given.name)
    if isinstance(given, list):
        return [value_of(one, variables) for one in given]
    if isinstance(given, dict):
        return {name: value_of(one, variables) for name, one in given.items()}
    return given


def _tokens(text: str) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    at = 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise Unreadable(f"Parse error on {text[at : at + 10]!r}")
        at = match.end()
        if match.lastgroup:
            found.append((match.lastgroup, match.group()))
    return found


class _Reader:
    def __init__(self, tokens: list[tuple[str, str]]) -> None:
        self.tokens = tokens
        self.place = 0

    def ahead(self) -> str:
        """Return the next token's text, or nothing at the end."""
        return self.tokens[self.place][1] if self.place < len(self.tokens) else ""

    def take(self, text: str) -> None:
        if not self.take_if(text):
            raise Unreadable(f"Parse error: expected {text}, found {self.ahead() or 'the end'}")

    def take_if(self, text: str) -> bool:
        if self.ahead() == text:
            self.place += 1
            return True
        return False

    def next(self) -> tuple[str, str]:
        if self.place >= len(self.tokens):
            raise Unreadable("Parse error: the query ends too early")
        self.place += 1
        return self.tokens[self.place - 1]

    def word(self) -> str:
        kind, text = self.next()
        if kind != "word":
            raise Unreadable(f"Parse error: expected a name, found {text}")
        return text

    def operation(self) -> Operation:
        name, defaults, required = "", {}, []
        if self.ahead() != "{":
            if (kind := self.word()) != "query":
                raise Unreadable(f"the stand-in reads queries only, not {kind}")
            name = "" if self.ahead() in ("{", "(", "@") else self.word()
            if self.take_if("("):
                while not self.take_if(")"):
                    self.take("$")
                    variable = self.word()
                    self.take(":")
                    is_required = self.type()
                    if self.take_if("="):
                        defaults[variable] = self.value()
                    elif is_required:
                        required.append(variable)
            self.directives()
        return Operation(name, defaults, tuple(required), self.selections())

    def type(self) -> bool:
        if self.take_if("["):
            self.type()
            self.take("]")
        else:
            self.word()
        return self.take_if("!")

    def selections(self) -> tuple[Selection, ...]:
        self.take("{")
        found: list[Selection] = []
        while not self.take_if("}"):
            found.append(self.spread() if self.take_if("...") else self.field())
        return tuple(found)

    def spread(self) -> Spread:
        if self.ahead() in ("on", "{", "@"):
            on = self.word() if self.take_if("on") else ""
            directives = self.directives()
            return Spread("", on, directives, self.selections())
        name = self.word()
        return Spread(name, "", self.directives(), ())

    def field(self) -> Field:
        key = name = self.word()
        if self.take_if(":"):
            name = self.word()
        arguments = self.arguments()
        directives = self.directives()
        inner = self.selections() if self.ahead() == "{" else ()
        return Field(name, key, arguments, directives, inner)

    def arguments(self) -> dict[str, Any]:
        found: dict[str, Any] = {}
        if self.take_if("("):
            while not self.take_if(")"):
                name = self.word()
                self.take(":")
                found[name] = self.value()
        return found

    def directives(self) -> tuple[tuple[str, dict[str, Any]], ...]:
        found = []
        while self.take_if("@"):
            found.append((self.word(), self.arguments()))
        return tuple(found)

    def value(self) -> Any:
        kind, text = self.next()
        if text == "$":
            return Variable(self.word())
        if text == "[":
            items = []
            while not self.take_if("]"):
                items.append(self.value())
            return items
        if text == "{":
            made: dict[str, Any] = {}
            while not self.take_if("}"):
                name = self.word()
                self.take(":")
                made[name] = self.value()
            return made
        if kind == "text":
            return text[3:-3] if text.startswith('"""') else json.loads(text)
        if kind == "number":
            return json.loads(text)
        if kind == "word":
            return _LITERALS[text] if text in _LITERALS else Enum(text)
        raise Unreadable(f"Parse error on {text!r}")
