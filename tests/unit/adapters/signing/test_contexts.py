"""The contexts are the published files, byte for byte, and nothing else is ever loaded."""

from __future__ import annotations

import hashlib
import re
from importlib import resources

import pytest

from laurels.adapters.signing import contexts


def test_files_when_hashed_then_as_the_page_beside_them_says() -> None:
    folder = resources.files(contexts)
    page = folder.joinpath("README.md").read_text(encoding="utf-8")
    rows = re.findall(
        r"^\| `([^`]+\.json)` \| `([^`]+)` .*`([0-9a-f]{64})` \|$", page, re.MULTILINE
    )
    assert {url: name for name, url, _ in rows} == contexts.FILES
    for name, _, digest in rows:
        assert hashlib.sha256(folder.joinpath(name).read_bytes()).hexdigest() == digest, name


@pytest.mark.parametrize("url", contexts.FILES)
def test_load_when_known_then_a_context(url: str) -> None:
    loaded = contexts.load(url, {})
    assert loaded["documentUrl"] == url
    assert "@context" in loaded["document"]


@pytest.mark.parametrize(
    "url", ["https://www.w3.org/2018/credentials/v1", "https://www.w3.org/ns/credentials/v2/", ""]
)
def test_load_when_unknown_then_refused_by_name(url: str) -> None:
    with pytest.raises(contexts.UnknownContext, match=re.escape(repr(url))):
        contexts.load(url)
