"""The stored form and the content hash."""

from __future__ import annotations

import json
from dataclasses import replace

import msgspec
import pytest

from laurels.domain.rulesets import (
    PRESETS,
    Ruleset,
    canonical,
    content_hash,
    from_canonical,
    load_toml,
    parse,
    preset,
)


@pytest.mark.parametrize("name", PRESETS)
def test_canonical_when_stored_as_json_then_comes_back_equal(name: str) -> None:
    ruleset = preset(name)
    stored = json.loads(json.dumps(canonical(ruleset)))
    assert from_canonical(stored) == ruleset
    assert content_hash(from_canonical(stored)) == content_hash(ruleset)


def test_hash_when_written_differently_then_is_the_same() -> None:
    one = load_toml('void_labels = ["spam", "AI : slop"]\n[weights]\npr_merged = 2\npr_opened = 5')
    other = load_toml(
        'void_labels = ["ai:slop", "Spam"]\nhold_days = 0\n'
        "[weights]\npr_opened = 5.000\nissue_opened = 0\npr_merged = 2.0"
    )
    assert content_hash(one) == content_hash(other)


def test_hash_when_one_number_differs_then_differs() -> None:
    ruleset = preset("fair")
    assert content_hash(replace(ruleset, hold_days=8)) != content_hash(ruleset)


def test_canonical_when_nothing_is_set_then_is_empty() -> None:
    assert canonical(Ruleset()) == {}
    assert parse({}) == Ruleset()


def test_canonical_when_made_then_holds_no_float() -> None:
    assert "." not in json.dumps(canonical(preset("gssoc")))


def test_from_canonical_when_it_is_something_else_then_refuses() -> None:
    with pytest.raises(msgspec.ValidationError):
        from_canonical({"hold_days": "seven"})


def test_hash_when_matchers_were_compiled_then_stays_the_same() -> None:
    ruleset = load_toml(preset_with_labels := 'void_labels = ["spam"]')
    before = content_hash(ruleset)
    assert ruleset.matchers.void
    assert content_hash(ruleset) == before
    assert ruleset == load_toml(preset_with_labels)
