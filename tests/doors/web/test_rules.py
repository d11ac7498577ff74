from __future__ import annotations

import pytest

from laurels.domain.phrases import rules_in_words
from laurels.domain.rulesets import PRESETS, preset
from tests.apps import factories as make
from tests.doors.web.conftest import NOW, Get


@pytest.mark.parametrize("name", PRESETS)
def test_rules_when_a_preset_is_in_force_then_every_section_is_on_the_page(
    db: None, get: Get, name: str
) -> None:
    make.season()
    version = make.version(name)
    answer = get("/rules/")

    assert answer.status == 200
    assert "[[undefined" not in answer.body
    assert f"the rules named {name}, version {version.number}" in answer.text
    text = " ".join(answer.text.split())
    for section in rules_in_words(preset(name)):
        assert section.title in text
        for line in (*section.text, *section.items):
            assert " ".join(line.split()) in text
    assert get(f"/rules/{version.number}.csv").body.count("What earns points") > 5


def test_rules_when_a_newer_version_is_published_then_both_can_be_read(db: None, get: Get) -> None:
    make.season()
    first = make.version("nest")
    second = make.version("fair", effective_from=NOW - 60)
    make.version("fair", effective_from=NOW + 9)
    now, before = get("/rules/"), get(f"/rules/{first.number}/")

    assert f"the rules named fair, version {second.number}" in now.text
    assert "14 May 2026, 09:19 UTC to 14 May 2026, 09:20 UTC" in now.text
    assert "until 14 May 2026, 09:19 UTC" in now.text
    assert "from 14 May 2026, 09:20 UTC on" in now.text
    assert "Work opened now falls under" in before.text
    assert "Work opened now falls under" not in now.text
    assert get("/rules/999/").status == 404
    assert get("/rules/999.csv").status == 404
