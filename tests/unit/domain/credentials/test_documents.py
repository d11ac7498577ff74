"""Documents of every kind: what they say, how they name things, what they leave out."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest

from laurels.domain.credentials.awards import leader_certificate
from laurels.domain.credentials.documents import (
    MOST_EVIDENCE,
    credential_document,
    identity_hash,
)
from laurels.domain.credentials.identifiers import (
    NotAnIdentifier,
    checked_iri,
    credential_id,
    identifier,
)
from laurels.domain.credentials.model import Evidence, Issuer, Organisation, Recipient
from tests.fakes import credentials as made

WEB = Issuer("did:web:laurels.example", "The Laurels Club", made.BASE)
BARE = Issuer("did:key:z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2", "Bare")


def of(kind: str, issuer: Issuer = WEB, **changed: Any) -> dict[str, Any]:
    return credential_document(issuer, made.statement(kind, issuer, **changed))


def nodes(value: Any) -> list[dict[str, Any]]:
    if isinstance(value, list):
        return [node for item in value for node in nodes(item)]
    if isinstance(value, dict):
        return [value] + [node for item in value.values() for node in nodes(item)]
    return []


def test_tier_when_made_then_says_who_what_and_when() -> None:
    document = of("tier")
    assert document["id"] == "https://laurels.example/credentials/7ZJ9C2QX40VN"
    assert document["type"] == ["VerifiableCredential", "AchievementCredential"]
    assert document["validFrom"] == "2025-10-09T08:53:20Z"
    assert document["issuer"] == {
        "id": "did:web:laurels.example",
        "type": ["Profile"],
        "name": "The Laurels Club",
        "url": "https://laurels.example",
    }
    subject = document["credentialSubject"]
    assert (subject["id"], subject["name"]) == ("https://github.com/alice", "Alice Ångström")
    assert subject["term"] == "Season 2026"
    assert [result["value"] for result in subject["result"]] == ["Gold", "1250"]
    achievement = subject["achievement"]
    assert achievement["achievementType"] == "Award"
    assert achievement["criteria"]["id"] == "https://laurels.example/rules/3"
    told = {one["id"] for one in achievement["resultDescription"]}
    assert {result["resultDescription"] for result in subject["result"]} == told


def test_leader_when_made_then_the_project_stands_behind_it() -> None:
    subject = of("leader")["credentialSubject"]
    assert subject["achievement"]["creator"]["id"] == "https://github.com/org/app"
    assert subject["narrative"] == "You made 2.0 happen.\n\nThank you!"
    assert subject["achievement"]["achievementType"] == "Certificate"
    assert "result" not in subject


def test_badge_when_made_then_it_has_its_picture() -> None:
    document = of("badge", status=None)
    achievement = document["credentialSubject"]["achievement"]
    assert achievement["image"] == {
        "id": "https://laurels.example/badges/first-contribution.svg",
        "type": "Image",
    }
    assert "credentialStatus" not in document and "evidence" not in document


@pytest.mark.parametrize("issuer", [WEB, BARE], ids=["web", "key"])
@pytest.mark.parametrize("kind", made.KINDS)
def test_nodes_when_listed_then_all_but_the_identity_have_an_identifier(
    kind: str, issuer: Issuer
) -> None:
    bare = [node["type"] for node in nodes(of(kind, issuer)) if "id" not in node]
    assert bare == ["IdentityObject"]


def test_hidden_when_made_then_neither_login_nor_name_nor_number_is_in_it() -> None:
    document = of("hidden")
    subject = document["credentialSubject"]
    assert subject["id"] == f"{document['id']}#recipient"
    assert "name" not in subject
    identity = subject["identifier"][0]
    assert identity["identityHash"] == identity_hash("alice", identity["salt"])
    assert not re.search("alice|ngstr|4242", str(document), re.IGNORECASE)


def test_identity_hash_when_the_standards_example_then_as_published() -> None:
    published = "b5809d8a92f8858436d7e6b87c12ebc0ae1eac4baecc2c0b913aee2c922ef399"
    assert identity_hash("a@example.com", "Kosher") == f"sha256${published}"


def test_name_when_nothing_of_it_can_be_shown_then_the_login_stands_for_it() -> None:
    recipient = Recipient("alice", 1, "\x00\u202e ")
    assert of("tier", recipient=recipient)["credentialSubject"]["name"] == "alice"


def test_texts_when_they_have_controls_then_cleaned_before_signing() -> None:
    statement = made.statement("leader", WEB)
    achievement = replace(statement.achievement, name="Cap\x00tain\n\n" + "x" * 400)
    named = of("leader", achievement=achievement)["name"]
    assert named.startswith("Captain x") and len(named) == 300


def test_title_when_longer_than_fifty_then_cut() -> None:
    said = leader_certificate(
        number="7ZJ9C2QX40VN",
        recipient=made.ALICE,
        project=Organisation("https://github.com/org/app", "org/app"),
        project_key="org/app",
        title="t" * 60,
        message="",
        leader="Bob",
        issued_at=0,
        status=None,
    )
    assert said.achievement.name == "t" * 50
    assert "narrative" not in credential_document(WEB, said)["credentialSubject"]


def test_evidence_when_doubled_or_too_much_then_told_once_and_bounded() -> None:
    pieces = [Evidence(f"https://github.com/o/r/pull/{n % 40}", "p", "g") for n in range(80)]
    evidence = of("tier", evidence=tuple(pieces))["evidence"]
    assert len(evidence) == MOST_EVIDENCE == len({piece["id"] for piece in evidence})


def test_until_when_given_then_said() -> None:
    assert of("tier", valid_until=made.AT + 60)["validUntil"] == "2025-10-09T08:54:20Z"


def test_identifier_when_there_is_no_address_then_a_uuid_of_its_own() -> None:
    one, other = credential_id(BARE, "A"), credential_id(BARE, "B")
    assert one != other and one == credential_id(BARE, "A")
    form = r"urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"
    assert re.fullmatch(form, one)
    assert credential_id(replace(BARE, did="did:key:z6MkOther"), "A") != one


@pytest.mark.parametrize("path", ["", "a b", "a//b", "/a", "a/", "ä", "a?b", "a#b"])
def test_identifier_when_the_path_is_none_then_refused(path: str) -> None:
    with pytest.raises(NotAnIdentifier):
        identifier(WEB, path)


@pytest.mark.parametrize(
    "text", ["", "alice", "/x", "schema:name", "ftp://x", "https://a b", "https://a\n", "_:b"]
)
def test_checked_iri_when_not_absolute_then_refused(text: str) -> None:
    with pytest.raises(NotAnIdentifier):
        checked_iri(text)


def test_document_when_a_login_cannot_be_in_an_address_then_refused() -> None:
    with pytest.raises(NotAnIdentifier):
        of("tier", recipient=Recipient("a b", 1))
    with pytest.raises(NotAnIdentifier):
        of("tier", evidence=(Evidence("javascript:alert(1)", "x", "y"),))
