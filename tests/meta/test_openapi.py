"""The description of the API is committed, up to date, and says how each route refuses."""

from __future__ import annotations

import json

from tools import openapi


def test_openapi_when_compared_then_as_committed() -> None:
    assert openapi.PATH.read_text(encoding="utf-8") == openapi.text(), "run `make docs`"


def test_openapi_when_read_then_3_1_with_every_refusal() -> None:
    document = json.loads(openapi.PATH.read_text(encoding="utf-8"))
    assert document["openapi"].startswith("3.1")
    for path, operations in document["paths"].items():
        for operation in operations.values():
            assert operation["summary"], path
            if operation.get("security") or "refresh" in path:
                assert {"401", "403", "422", "429"} <= operation["responses"].keys(), path
    schemes = document["components"]["securitySchemes"]
    assert {one["type"] for one in schemes.values()} == {"http", "apiKey"}
