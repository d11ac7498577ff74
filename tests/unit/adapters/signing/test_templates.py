"""Templates: byte for byte what PyLD makes, whatever the names, or refused."""

from __future__ import annotations

import copy
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from laurels.adapters.signing import bulk, templates
from laurels.adapters.signing.bulk import BulkSigner, TemplateWrong
from laurels.adapters.signing.canonical import canonicalise
from laurels.adapters.signing.proofs import add_proof
from laurels.adapters.signing.templates import Templates
from laurels.domain.credentials.model import Evidence, Recipient
from laurels.domain.credentials.screening import Refused
from tests.fakes import credentials as made

WEB, BARE = made.keys(), made.keys(None)
SHARED = Templates()
logins = st.from_regex(r"[a-zA-Z0-9](-?[a-zA-Z0-9]){0,20}(\[bot\])?", fullmatch=True)
recipients = st.builds(
    Recipient,
    login=logins.filter(lambda text: "[" not in text),
    github_id=st.integers(1, 2**53),
    name=st.text(max_size=60),
    salt=st.none() | st.text(alphabet="abc-9", min_size=1, max_size=8),
)
pieces = st.builds(
    Evidence,
    url=st.integers(1, 5).map(lambda n: f"https://github.com/o/r/pull/{n}"),
    name=st.text(max_size=20),
    genre=st.sampled_from(["pull request", "issue"]),
    description=st.text(max_size=20),
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(
    kind=st.sampled_from(made.KINDS),
    recipient=recipients,
    evidence=st.lists(pieces, max_size=4),
    message=st.text(max_size=80),
    season=st.text(max_size=20),
    has_status=st.booleans(),
    is_web=st.booleans(),
)
def test_canonical_of_when_anything_is_said_then_as_pyld_says_it(
    kind: str, evidence: list[Evidence], has_status: bool, is_web: bool, **said: Any
) -> None:
    said |= {"evidence": tuple(evidence)} | ({} if has_status else {"status": None})
    document = made.document(kind, WEB if is_web else BARE, **said)
    assert SHARED.canonical_of(document) == canonicalise(document).encode()


@settings(max_examples=80)
@given(st.text(alphabet=st.characters(exclude_categories=["Cc", "Cs"]), max_size=60))
def test_canonical_of_when_texts_are_not_cleaned_then_still_as_pyld_says_it(text: str) -> None:
    document = made.document("badge", WEB) | {"name": text, "description": f'"{text}\\\n\t\r%s'}
    assert SHARED.canonical_of(document) == canonicalise(document).encode()


@pytest.mark.parametrize(
    "url",
    [
        "https://a.example/x/../y/./z",
        "https://a.example/%41?q=1&r=%20#f",
        "https://名.example/名",
        "urn:uuid:aea5f0f0-7a4e-4b53-8a5b-0f2a5f1e3b11",
        "did:web:a.example%3A80:x#key-1",
        "https://a.example/%s%(x)d",
    ],
)
def test_canonical_of_when_an_identifier_is_unusual_then_as_pyld_says_it(url: str) -> None:
    document = made.document("tier", WEB)
    document["evidence"][0]["id"] = url
    assert Templates().canonical_of(document) == canonicalise(document).encode()


def test_canonical_of_when_lists_of_texts_and_numbers_then_as_pyld_says_it() -> None:
    document = made.document("badge", WEB)
    subject = document["credentialSubject"]
    subject["achievement"] |= {"tag": ["b", "a", "a"], "version": None, "creditsAvailable": 7}
    quads = Templates().canonical_of(document)
    assert quads == canonicalise(document).encode()
    assert b'/keywords> "b"' in quads


def test_canonical_of_when_two_identifiers_are_equal_then_the_nodes_are_one() -> None:
    document = made.document("tier", WEB)
    document["evidence"][1]["id"] = document["evidence"][0]["id"]
    document["evidence"][1]["name"] = document["evidence"][0]["name"]
    assert Templates().canonical_of(document) == canonicalise(document).encode()


def test_canonical_of_when_the_shape_was_met_then_pyld_is_not_asked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    met = Templates()
    asked = []
    monkeypatch.setattr(
        templates, "canonicalise", lambda document: (asked.append(1), canonicalise(document))[1]
    )
    for number in ("7ZJ9C2QX40VN", "8ZJ9C2QX40VN"):
        for kind in made.KINDS:
            met.canonical_of(made.document(kind, WEB, number=number))
    assert len(asked) == len(made.KINDS)


def test_templates_when_there_are_too_many_then_the_least_used_are_forgotten(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(templates, "MOST_SHAPES", 2)
    met = Templates()
    tier, leader, badge = (made.document(kind, WEB) for kind in ("tier", "leader", "badge"))
    for document in (tier, leader, tier, badge):
        met.canonical_of(document)
    kept = list(met._made)
    met.canonical_of(tier)
    assert len(kept) == 2 and list(met._made)[-1] == kept[0]


def set_at(document: dict[str, Any], path: list[Any], value: Any) -> dict[str, Any]:
    changed = copy.deepcopy(document)
    inner: Any = changed
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = value
    return changed


@pytest.mark.parametrize(
    ("path", "value", "code"),
    [
        (["id"], "relative", "no_identifier"),
        (["id"], "schema:x", "no_identifier"),
        (["id"], "https://a.example/\nhttps://b.example", "no_identifier"),
        (["id"], "https://a.example/>", "no_identifier"),
        (["evidence", 0, "id"], "", "no_identifier"),
        (["name"], "a\x00b", "control_character"),
        (["name"], "\ud800", "control_character"),
        (["name"], 1.5, "no_template"),
        (["name"], {"sparkle": "x"}, "unknown_term"),
        (["sparkle"], "x", "unknown_term"),
        (["type"], [{}], "no_template"),
        (["evidence", 0, "type"], ["Sparkle"], "unknown_term"),
    ],
)
def test_canonical_of_when_it_cannot_be_exact_then_refused(
    path: list[Any], value: Any, code: str
) -> None:
    met = Templates()
    good = made.document("tier", WEB)
    met.canonical_of(good)
    with pytest.raises(Refused) as refused:
        met.canonical_of(set_at(good, path, value))
    assert refused.value.code == code


def test_canonical_of_when_two_nodes_have_no_identifier_then_no_template() -> None:
    document = made.document("tier", WEB)
    del document["evidence"][0]["id"]
    with pytest.raises(Refused, match="more than one node"):
        Templates().canonical_of(document)


def test_canonical_of_when_nothing_has_an_identifier_then_no_template() -> None:
    document = {
        "@context": made.document("tier", WEB)["@context"],
        "type": ["Profile"],
        "name": "x",
    }
    with pytest.raises(Refused, match="nothing in the document has an identifier"):
        Templates().canonical_of(document)


def test_canonical_of_when_a_text_has_a_language_then_no_template() -> None:
    document = made.document("tier", WEB) | {"name": {"@value": "n", "@language": "en"}}
    with pytest.raises(Refused, match="not as it stands there"):
        Templates().canonical_of(document)


def test_canonical_of_when_nested_without_end_then_refused() -> None:
    inner: Any = []
    for _ in range(40):
        inner = [inner]
    with pytest.raises(Refused) as refused:
        Templates().canonical_of(made.document("tier", WEB) | {"evidence": inner})
    assert refused.value.code == "too_deep"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"a": ["x"]}, {"a": "x"}),
        ({"a": [["x"]]}, {"a": ["x", []]}),
        ({"a": "x", "b": "y"}, {"a": {"b": "y"}, "x": "x"}),
        ({"a": True}, {"a": 1}),
        ({"a": None}, {"a": False}),
        ({"type": ["x", "y"]}, {"type": ["x"], "y": "z"}),
        ({"type": "x"}, {"type": ["x"]}),
        ({"a": {}}, {"a": []}),
    ],
)
def test_shape_when_documents_are_built_differently_then_differs(one: Any, other: Any) -> None:
    shapes: list[list[Any]] = [[], []]
    for document, shape in zip((one, other), shapes, strict=True):
        templates._read(document, [], shape, 0)
    assert tuple(shapes[0]) != tuple(shapes[1])


def test_bulk_when_many_are_signed_then_each_as_one_alone() -> None:
    signer = BulkSigner(WEB.signer(), made.AT, check_every=3)
    documents = [
        made.document(kind, WEB, recipient=replace(made.ALICE, name=name))
        for kind in made.KINDS
        for name in ("Ann", '"Q"\n', "山田")
    ]
    alone = [add_proof(document, WEB.signer(), made.AT) for document in documents]
    assert list(signer.sign_all(documents)) == alone


def test_bulk_when_one_of_a_batch_is_refused_then_none_of_it_is_given_away(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(bulk, "BATCH", 2)
    good = made.document("badge", WEB)
    signed = BulkSigner(WEB.signer(), made.AT).sign_all([good, good, good, good | {"id": "x"}])
    assert [next(signed), next(signed)] == [add_proof(good, WEB.signer(), made.AT)] * 2
    with pytest.raises(Refused):
        next(signed)


def test_bulk_when_a_template_is_wrong_then_the_check_stops_everything() -> None:
    class Wrong(Templates):
        def canonical_of(self, document: Any) -> bytes:
            return super().canonical_of(document).replace(b"Gold", b"Lead")

    document = made.document("tier", WEB)
    signer = BulkSigner(WEB.signer(), made.AT, templates=Wrong(), check_every=3, start=1)
    signer.sign(document)
    signer.sign(document)
    with pytest.raises(TemplateWrong, match="nothing is signed"):
        signer.sign(document)
    with pytest.raises(TemplateWrong):
        signer.sign(document)
    with pytest.raises(TemplateWrong):
        BulkSigner(WEB.signer(), made.AT, templates=Wrong()).sign(document)
