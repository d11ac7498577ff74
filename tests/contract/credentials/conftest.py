"""Other people's software for credentials."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from laurels.domain.credentials.multikey import did_key, multikey
from tests.fakes import credentials as made
from tests.fakes.node_verifier import NodeVerifier

TOOL = Path(__file__).parents[3] / "tools" / "verifiers"


@pytest.fixture(scope="session")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[NodeVerifier]:
    """Return a Node with Digital Bazaar's libraries and jose; skips where npm cannot give them."""
    done = subprocess.run([str(TOOL)], capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip("no-node: other people's verifiers come from npm")
    with NodeVerifier(Path(done.stdout.strip()), tmp_path_factory.mktemp("node")) as running:
        yield running


@pytest.fixture(scope="session")
def documents() -> dict[str, Any]:
    """Return what software without a network is given: contexts, and keys as documents."""
    return made.held_contexts()


def key_documents(public: bytes) -> dict[str, Any]:
    """Return the documents that a did:key identifier stands for, as the method derives them."""
    did = did_key(public)
    method = f"{did}#{multikey(public)}"
    key = {
        "@context": "https://w3id.org/security/multikey/v1",
        "id": method,
        "type": "Multikey",
        "controller": did,
        "publicKeyMultibase": multikey(public),
    }
    holder = {
        "@context": ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"],
        "id": did,
        "verificationMethod": [key],
        "assertionMethod": [method],
    }
    return {did: holder, method: key}


def web_documents(document: dict[str, Any]) -> dict[str, Any]:
    """Return a did:web document and each of its keys by their identifiers."""
    context = "https://w3id.org/security/multikey/v1"
    keys = {m["id"]: {"@context": context, **m} for m in document["verificationMethod"]}
    return {document["id"]: document, **keys}
