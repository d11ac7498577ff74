"""Reading strangers' credentials: shape, dates, places of status; and what differs from ours."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from laurels.domain.credentials import reading
from laurels.domain.credentials.screening import Refused
from laurels.domain.credentials.status_list import NotAStatusList, Place, bits_of
from laurels.domain.credentials.steps import Step, Verdict, differences
from tests.fakes import credentials as made

KEYS = made.keys()
TIER = made.document("tier", KEYS)
PLACE = Place("https://laurels.example/status-lists/1", made.INDEX)


def changed(**values: Any) -> dict[str, Any]:
    return {**copy.deepcopy(TIER), **values}


def test_shape_when_ours_then_an_achievement_credential() -> None:
    assert reading.shape_step(TIER).ok


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ({"@context": TIER["@context"][::-1]}, "first context"),
        ({"@context": TIER["@context"][:1]}, "context of Open Badges"),
        ({"@context": None}, "first context"),
        ({"type": ["VerifiableCredential"]}, "type"),
        ({"type": None}, "type"),
        ({"id": None}, "no id"),
        ({"issuer": None}, "no issuer"),
        ({"issuer": {"name": "x"}}, "no issuer"),
        ({"credentialSubject": "did:example:a"}, "no achievement"),
        ({"credentialSubject": {"achievement": {"id": "urn:x"}}}, "no name"),
    ],
)
def test_shape_when_something_is_missing_then_named(values: dict[str, Any], why: str) -> None:
    step = reading.shape_step(changed(**values))
    assert step.ok is False
    assert why in step.detail


@pytest.mark.parametrize(
    ("values", "proof", "ok", "why"),
    [
        ({}, {}, True, "holds from 2025-10-09T08:53:20Z, without end"),
        ({"validUntil": "2025-10-10T08:53:21Z"}, {}, True, "until 2025-10-10T08:53:21Z"),
        ({"validUntil": "2025-10-10T08:53:20Z"}, {}, False, "it held until"),
        ({"validFrom": "2025-10-10T08:58:20Z"}, {}, True, "holds from"),
        ({"validFrom": "2025-10-10T08:58:21Z"}, {}, False, "holds only from"),
        ({"validFrom": None}, {}, False, "does not say from when"),
        ({"validFrom": "yesterday"}, {}, False, "validFrom is not a date"),
        ({"validUntil": ["2099-01-01T00:00:00Z"]}, {}, False, "validUntil is not a date"),
        ({"validUntil": "9999-99-99T00:00:00Z"}, {}, False, "validUntil is not a date"),
        ({}, {"created": "2026-01-01T00:00:00Z"}, False, "signed in the future"),
        ({}, {"expires": "2025-10-09T08:54:00Z"}, False, "its proof held until"),
    ],
)
def test_dates_when_looked_at_then_told(
    values: dict[str, Any], proof: dict[str, Any], ok: bool, why: str
) -> None:
    step = reading.dates_step(changed(**values), proof, made.NOW)
    assert (step.ok, why in step.detail) == (ok, True), step


def test_status_places_when_ours_then_the_place() -> None:
    assert reading.status_places(TIER) == [("revocation", PLACE)]
    assert reading.status_places(changed(credentialStatus=None)) == []


@pytest.mark.parametrize(
    "entry",
    [
        "https://laurels.example/status-lists/1#5",
        {"type": "StatusList2021Entry"},
        {"type": ["BitstringStatusListEntry", "Other"]},
        {"statusListIndex": 5},
        {"statusListIndex": ["5"]},
        {"statusListIndex": "-5"},
        {"statusListIndex": "٥"},
        {"statusListIndex": "9" * 10},
        {"statusPurpose": ["revocation"]},
        {"statusListCredential": None},
        {"statusSize": 2},
    ],
)
def test_status_places_when_not_understood_then_refused(entry: Any) -> None:
    if isinstance(entry, dict):
        entry = TIER["credentialStatus"] | entry
    with pytest.raises(Refused, match="its status"):
        reading.status_places(changed(credentialStatus=[entry]))


def test_bits_of_list_when_the_right_one_then_its_bits() -> None:
    listed = made.status_list(KEYS, 3)
    assert reading.bits_of_list(listed, PLACE, "revocation", KEYS.did) == bits_of([3])


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ({"id": "https://laurels.example/status-lists/2"}, "another status list"),
        ({"issuer": "did:web:other.example"}, "another issuer"),
        ({"type": ["VerifiableCredential"]}, "no BitstringStatusListCredential"),
        ({"credentialSubject": None}, "no subject"),
        ({"credentialSubject": {"statusPurpose": "suspension"}}, "does not tell revocation"),
        ({"credentialSubject": {"statusPurpose": "revocation"}}, "no encodedList"),
    ],
)
def test_bits_of_list_when_another_one_then_refused(values: dict[str, Any], why: str) -> None:
    listed = made.status_list(KEYS) | values
    with pytest.raises(NotAStatusList, match=why):
        reading.bits_of_list(listed, PLACE, "revocation", KEYS.did)


def test_told_status_when_a_bit_is_set_then_its_purpose_is_named() -> None:
    bits = {PLACE.list_id: bits_of([made.INDEX])}
    assert reading.told_status([("revocation", PLACE)], bits).detail.endswith("revoked")
    assert reading.told_status([("suspension", PLACE)], bits).detail.endswith("suspended")
    other = reading.told_status([("refresh", PLACE)], bits)
    assert (other.ok, other.detail) == (False, "the credential was marked with 'refresh'")
    assert reading.told_status([("revocation", Place(PLACE.list_id, 1))], bits).ok


def test_differences_when_something_was_changed_then_named_with_its_place() -> None:
    shown = copy.deepcopy(TIER)
    shown["credentialSubject"]["result"][1]["value"] = "9999"
    shown["evidence"].pop()
    shown["extra"] = True
    del shown["name"]
    assert list(differences(TIER, shown)) == [
        "name is missing",
        "credentialSubject.result[1].value was changed",
        "evidence has 1 entries, not 2",
        "extra was added",
    ]
    assert list(differences(TIER, copy.deepcopy(TIER))) == []
    assert list(differences({"a": 1}, {"a": True})) == ["a was changed"]


def test_verdict_when_a_step_is_unknown_then_ok_but_not_complete() -> None:
    proof, unknown = Step("proof", True, ""), Step("status", None, "")
    assert Verdict((proof, unknown)).ok
    assert not Verdict((proof, unknown)).is_complete
    assert not Verdict((proof, Step("dates", False, ""))).ok
    assert not Verdict((unknown,)).ok
    assert Verdict((proof,)).is_complete
