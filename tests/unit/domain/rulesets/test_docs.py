"""The page on rulesets names every field, step, reason and preset, and its example is valid."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from laurels.domain.appraisal.step_words import REASONS
from laurels.domain.contributions import Kind
from laurels.domain.rulesets import PRESETS, load_toml
from tests.unit.domain.test_explanation import SHAPES
from tests.unit.domain.test_ruleset_flips import dotted_fields

PAGE = Path(__file__).parents[4].joinpath("docs/organise/rulesets.md").read_text(encoding="utf-8")
WRITTEN = {"is_merged": "merged", "is_approved": "approved", "is_certified": "certificate"}


def as_written(field: str) -> str:
    """The field's name in TOML."""
    parts = [part.removesuffix("_milli") for part in field.split(".")]
    return ".".join(WRITTEN.get(part, part) for part in parts)


def test_page_when_read_then_has_a_row_for_every_field() -> None:
    rows = set(re.findall(r"^\| `([a-z_.]+)` \|", PAGE, re.MULTILINE))
    assert {as_written(field) for field in dotted_fields()} <= rows


@pytest.mark.parametrize("names", [PRESETS, tuple(Kind), tuple(REASONS), tuple(SHAPES)])
def test_page_when_read_then_names_every_word(names: tuple[str, ...]) -> None:
    assert [name for name in names if f"`{name}`" not in PAGE] == []


def test_page_when_reasons_are_listed_then_in_the_order_they_are_asked() -> None:
    rows = re.findall(r"^\| `([a-z_]+)` \|", PAGE.split("## Why something")[1], re.MULTILINE)
    assert rows == [*REASONS_IN_ORDER]
    assert set(rows) == set(REASONS)


REASONS_IN_ORDER = (
    "withdrawn", "banned", "repository_disabled", "project_archived", "outside_season", "bot",
    "own_repository", "fork", "private", "unreviewed_self_merge", "not_opted_in",
    "opt_in_unknown", "void_mark", "void_label", "not_scored", "label_missing",
    "labels_unknown", "closed_unmerged", "not_accepted", "type_not_allowed", "type_unknown",
    "title_not_allowed", "too_small",
)  # fmt: skip


def test_page_when_it_shows_toml_then_the_toml_is_a_ruleset() -> None:
    blocks = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)
    assert [load_toml(block).hold_days for block in blocks] == [7]
