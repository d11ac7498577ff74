"""Write the description of the API; `make docs` runs it, a test finds what is out of date."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

PATH = Path(__file__).parents[1] / "docs" / "api" / "openapi.json"


def description() -> dict[str, Any]:
    """Return the OpenAPI document of the API as it is; Django must be set up."""
    from laurels.api.door import api  # the tool starts without the package

    document: dict[str, Any] = api.get_openapi_schema(path_prefix="/api/v1/")
    problem = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    for operations in document["paths"].values():
        for operation in operations.values():
            for status, answer in operation["responses"].items():
                if int(status) >= 400:
                    answer["content"] = problem
    return document


def text() -> str:
    """Return the document as it is committed."""
    return json.dumps(description(), indent=2, ensure_ascii=False) + "\n"


def main() -> None:
    """Write the document where it changed."""
    PATH.parent.mkdir(parents=True, exist_ok=True)
    before = PATH.read_text(encoding="utf-8") if PATH.exists() else ""
    if (after := text()) != before:
        PATH.write_text(after, encoding="utf-8")
        print("wrote docs/api/openapi.json")
