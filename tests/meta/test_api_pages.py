"""The page about metrics over the API says what the routes do: addresses, roles, codes, figures."""

from __future__ import annotations

import json
import re

from laurels.api import schemas_metrics
from laurels.api.routes.metrics import ROWS, ROWS_MOST
from laurels.apps.metrics.cache import KEPT_SECONDS
from laurels.domain.metrics import BESIDE, Role
from tests.meta.files import ROOT
from tests.meta.test_metrics_pages import codes_of, rows_of

PAGE = (ROOT / "docs" / "api" / "metrics.md").read_text(encoding="utf-8")
TESTS = (ROOT / "tests" / "doors" / "api" / "test_metrics.py").read_text(encoding="utf-8")
PREFIX = "/api/v1"


def test_routes_when_told_then_all_that_are_described() -> None:
    told = {code.partition("?")[0] for code in codes_of(rows_of(PAGE, "route"))}
    document = json.loads((ROOT / "docs" / "api" / "openapi.json").read_text(encoding="utf-8"))
    described = {
        f"{method.upper()} {path.removeprefix(PREFIX)}"
        for path, operations in document["paths"].items()
        for method, operation in operations.items()
        if {"metrics", "populations", "about"} & set(operation["tags"])
    }
    assert told == described


def test_roles_and_figures_when_told_then_those_of_the_code() -> None:
    assert codes_of(rows_of(PAGE, "role")) == [role.value for role in Role]
    assert codes_of(rows_of(PAGE, "name")) == list(BESIDE)
    assert (KEPT_SECONDS, ROWS, ROWS_MOST, schemas_metrics.BATCH_MOST) == (180, 50, 200, 100)
    for words in ("three minutes", "1 to 200, else 50", "up to 100 people"):
        assert words in PAGE


def test_codes_when_told_then_each_is_tried_in_the_tests_of_the_routes() -> None:
    rows = rows_of(PAGE, "status")
    codes = [code for row in rows for code in re.findall(r"`([a-z_-]+)`", row[1])]
    elsewhere = {"baseline-unknown", "too_many_requests", "unavailable"}
    assert [code for code in codes if code not in elsewhere and f'"{code}"' not in TESTS] == []
