"""What may not reach a JSON-LD processor."""

from __future__ import annotations

from typing import Any

import pytest

from laurels.domain.credentials.screening import (
    MOST_CONTEXTS,
    MOST_DEPTH,
    MOST_TYPES,
    MOST_VALUES,
    Refused,
    bound,
    screen,
)

KNOWN = ("https://a.example/context",)


def document(**changed: Any) -> dict[str, Any]:
    return {"@context": list(KNOWN), "id": "urn:x:1", "type": ["A"], "name": "n"} | changed


def nested(depth: int) -> Any:
    value: Any = "x"
    for _ in range(depth):
        value = [value]
    return value


@pytest.mark.parametrize(
    "changed",
    [
        {},
        {"name": {"@value": "n", "@language": "en"}},
        {"name": "tab\tline\nend\r"},
        {"list": [1, -1, 1.5, True, None, {}, []]},
        {"inner": {"id": "urn:x:2", "inner": {"id": "urn:x:2"}}},
        {"deep": nested(MOST_DEPTH - 1)},
        {"type": ["T"] * MOST_TYPES},
        {"@context": KNOWN[0]},
    ],
)
def test_screen_when_sound_then_taken(changed: dict[str, Any]) -> None:
    given = document(**changed)
    screen(given, KNOWN)
    assert given == document(**changed)


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"@context": None}, "unknown_context"),
        ({"@context": []}, "unknown_context"),
        ({"@context": ["https://b.example"]}, "unknown_context"),
        ({"@context": [*KNOWN, {"name": "urn:x"}]}, "unknown_context"),
        ({"@context": [KNOWN[0]] * (MOST_CONTEXTS + 1)}, "unknown_context"),
        ({"@graph": []}, "strange_key"),
        ({"inner": {"@context": KNOWN[0]}}, "strange_key"),
        ({"inner": {"@id": "urn:x:1"}}, "strange_key"),
        ({"https://schema.org/name": "n"}, "strange_key"),
        ({"schema:name": "n"}, "strange_key"),
        ({"name": {"@value": "n", "@type": "urn:t"}}, "strange_key"),
        ({"": 1}, "strange_key"),
        ({"name": {"@value": "n", "@direction": "rtl"}}, "strange_key"),
        ({"inner": {"id": "_:b0"}}, "blank_name"),
        ({"inner": [{"id": "urn:x:1"}]}, "described_twice"),
        ({"name": "a\x00b"}, "control_character"),
        ({"name": "a\x7fb"}, "control_character"),
        ({"name": "\ud800"}, "control_character"),
        ({"number": 2**53}, "bad_number"),
        ({"number": float("nan")}, "bad_number"),
        ({"number": float("inf")}, "bad_number"),
        ({"deep": nested(MOST_DEPTH + 1)}, "too_deep"),
        ({"many": [1] * MOST_VALUES}, "too_large"),
        ({"type": ["T"] * (MOST_TYPES + 1)}, "too_large"),
    ],
)
def test_screen_when_unsound_then_refused_by_name(changed: dict[str, Any], code: str) -> None:
    with pytest.raises(Refused) as refused:
        screen(document(**changed), KNOWN)
    assert refused.value.code == code


@pytest.mark.parametrize("value", [None, [], "text", 3])
def test_screen_when_no_object_then_refused(value: Any) -> None:
    with pytest.raises(Refused, match="not a JSON object"):
        screen(value, KNOWN)


def test_bound_when_contexts_are_strange_but_small_then_taken() -> None:
    given = document(**{"@context": [{"x": "urn:x"}], "x:y": 1})
    bound(given)
    with pytest.raises(Refused):
        screen(given, KNOWN)
