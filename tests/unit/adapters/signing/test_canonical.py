"""Canonical N-Quads: nothing dropped, nothing that takes long."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from laurels.adapters.signing import canonical
from laurels.adapters.signing.canonical import MOST_CONTEXTS, MOST_QUADS, canonicalise
from laurels.domain.credentials.screening import Refused
from tests.fakes import credentials as made

BADGE = made.document("badge", made.keys())


def changed(**values: Any) -> dict[str, Any]:
    return BADGE | values


def tree(width: int, depth: int) -> dict[str, Any]:
    inner = [tree(width, depth - 1) for _ in range(width)] if depth else []
    return {"type": ["Profile"], "address": inner or {"type": "Address"}}


def test_canonicalise_when_ours_then_sorted_lines_with_one_blank_node() -> None:
    lines = canonicalise(BADGE).splitlines()
    assert lines == sorted(set(lines))
    assert "_:c14n0" in "".join(lines) and "_:c14n1" not in "".join(lines)
    subject = '<https://github.com/alice> <https://schema.org/name> "Alice Ångström" .'
    assert subject in lines


def test_canonicalise_when_keys_stand_in_another_order_then_the_same() -> None:
    assert canonicalise(dict(reversed(BADGE.items()))) == canonicalise(BADGE)


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"sparkle": "much"}, "unknown_term"),
        ({"evidence": [{"id": "urn:x:1", "type": ["Evidence"], "sparkle": 1}]}, "unknown_term"),
        ({"evidence": [{"id": "urn:x:1", "type": ["Sparkle"]}]}, "unknown_term"),
        ({"evidence": [{"id": "relative", "type": ["Evidence"]}]}, "unknown_term"),
        ({"evidence": "relative"}, "unknown_term"),
        ({"evidence": "//a.example/x"}, "unknown_term"),
        ({"evidence": ["../x", "", "?q", "#f"]}, "unknown_term"),
        ({"evidence": [{"id": "urn:x:a b", "type": ["Evidence"]}]}, "unknown_term"),
        ({"id": 5}, "not_linked_data"),
        ({"type": 5}, "not_linked_data"),
        ({"@context": ["https://a.example/c"]}, "unknown_context"),
        ({"evidence": [tree(5, 2)]}, "too_alike"),
        ({"evidence": [tree(2, 5)]}, "too_alike"),
        ({"name": "a\x00b"}, "control_character"),
    ],
)
def test_canonicalise_when_something_would_be_left_unsigned_or_takes_long_then_refused(
    values: dict[str, Any], code: str
) -> None:
    with pytest.raises(Refused) as refused:
        canonicalise(changed(**values))
    assert refused.value.code == code
    assert len(str(refused.value)) < 400


def test_canonicalise_when_a_few_nodes_look_alike_then_told() -> None:
    quads = canonicalise(changed(evidence=[{"type": ["Evidence"], "name": "x"}] * 3))
    assert quads.count("_:c14n3") == 3


def test_canonicalise_when_it_says_too_much_then_refused() -> None:
    evidence = [{"id": f"urn:x:{n}", "type": ["Evidence"]} for n in range(MOST_QUADS // 2)]
    with pytest.raises(Refused, match="more than 500 things"):
        canonicalise(changed(evidence=evidence))


def test_canonicalise_when_asked_by_many_threads_then_always_the_same() -> None:
    documents = [made.document(kind, made.keys()) for kind in made.KINDS] * 3
    with ThreadPoolExecutor(6) as pool:
        assert list(pool.map(canonicalise, documents)) == [canonicalise(one) for one in documents]


def test_contexts_when_many_documents_were_read_then_no_more_are_kept_than_there_are() -> None:
    resolver = canonical._pyld().options["contextResolver"]
    for kind in made.KINDS:
        canonicalise(made.document(kind, made.keys()))
    before = len(resolver.kept)
    for kind in made.KINDS * 5:
        canonicalise(made.document(kind, made.keys()))
    assert len(resolver.kept) == before < MOST_CONTEXTS
