"""1EdTech's own schema takes every kind of credential that we issue, signed and unsigned."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from laurels.adapters.signing.proofs import add_proof
from tests.fakes import credentials as made

Faults = Callable[[dict[str, Any]], list[str]]


@pytest.fixture(scope="module")
def faults(shared_data: Path) -> Faults:
    path = shared_data / "credentials" / "ob_v3p0_achievementcredential_schema.json"
    schema = json.loads(path.read_text(encoding="utf-8"))
    checker = jsonschema.Draft201909Validator(
        schema, format_checker=jsonschema.Draft201909Validator.FORMAT_CHECKER
    )
    return lambda document: [fault.message for fault in checker.iter_errors(document)]


@pytest.mark.parametrize("base", [made.BASE, None], ids=["web", "key"])
@pytest.mark.parametrize("kind", made.KINDS)
def test_credential_when_held_against_the_schema_then_valid(
    faults: Faults, kind: str, base: str | None
) -> None:
    keys = made.keys(base)
    document = made.document(kind, keys, valid_until=made.AT + 10)
    assert faults(document) == []
    assert faults(add_proof(document, keys.signer(), made.AT)) == []


def test_schema_when_a_document_is_wrong_then_it_says_so(faults: Faults) -> None:
    document = made.document("tier", made.keys())
    assert faults(document | {"type": "AchievementCredential"})
    assert faults({name: document[name] for name in document if name != "validFrom"})
