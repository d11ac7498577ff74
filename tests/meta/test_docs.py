"""What is generated from the code is up to date in the docs."""

from __future__ import annotations

import pytest

from laurels.config.env import Settings, variable
from tests.meta.files import ROOT
from tools import docs


@pytest.mark.parametrize("page", docs.PAGES, ids=lambda page: page.path)
def test_generated_part_when_compared_then_as_written(page: docs.Page) -> None:
    text = (ROOT / page.path).read_text(encoding="utf-8")
    assert docs.filled(text, page.name, page.write()) == text, "run `make docs`"


def test_settings_page_when_read_then_every_setting_is_there() -> None:
    text = (ROOT / "docs" / "operate" / "settings.md").read_text(encoding="utf-8")
    assert [n for n in Settings.model_fields if f"`{variable(n)}`" not in text] == []


def test_filled_when_the_marks_are_there_then_only_between_them() -> None:
    text = "a\n<!-- begin x -->\nold\n<!-- end x -->\nb\n"
    assert docs.filled(text, "x", "new") == "a\n<!-- begin x -->\nnew\n<!-- end x -->\nb\n"


def test_filled_when_the_marks_are_missing_then_refused() -> None:
    with pytest.raises(ValueError, match="<!-- begin x -->"):
        docs.filled("nothing", "x", "new")
