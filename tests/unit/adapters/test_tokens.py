from __future__ import annotations

import base64
import json
import time
from collections.abc import Iterator
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from joserfc import jwt
from joserfc.jwk import OctKey, OKPKey

from laurels.adapters.keyring import Ring
from laurels.adapters.tokens import LASTS_SECONDS, AccessTokens, TokenRefused

OLD = Ring("1", {"1": bytes(range(32))})
NEW = Ring("2", {"1": bytes(range(32)), "2": bytes(32)})
NOW = 1_790_000_000
PLACE = "https://laurels.example"


def tokens(ring: Ring = OLD, issuer: str = PLACE, audience: str = f"{PLACE}/api/v1") -> Any:
    return AccessTokens(lambda: ring, issuer=issuer, audience=audience)


def make(maker: Any = None, **more: Any) -> str:
    said = {"subject": "ref", "family": "fam", "version": 3, "scope": "", "now": NOW, **more}
    return str((maker or tokens()).make(**said))


def decoded(part: str) -> dict[str, Any]:
    return dict(json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))))


@pytest.fixture(params=["UTC", "Pacific/Kiritimati", "America/St_Johns"])
def zone(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Put the process into a time zone: 14 hours ahead, and 3½ behind, among them."""
    monkeypatch.setenv("TZ", request.param)
    time.tzset()
    yield request.param
    monkeypatch.undo()
    time.tzset()


def test_token_when_made_in_any_zone_then_the_times_are_seconds_utc(zone: str) -> None:
    header, claims, _ = (decoded(p) if n < 2 else {} for n, p in enumerate(make().split(".")))
    assert header == {"typ": "at+jwt", "alg": "Ed25519", "kid": "1"}
    assert (claims["iat"], claims["exp"]) == (NOW, NOW + 1_800)
    assert (claims["iss"], claims["aud"], claims["sub"]) == (PLACE, f"{PLACE}/api/v1", "ref")
    assert (claims["sv"], claims["fam"], len(claims["jti"])) == (3, "fam", 32)


@pytest.mark.parametrize(
    ("at", "code"),
    [(0, ""), (1_799, ""), (1_800, "token_expired"), (-5, ""), (-6, "token_invalid")],
)
def test_token_when_read_in_any_zone_then_it_holds_for_thirty_minutes(
    zone: str, at: int, code: str
) -> None:
    token = make()
    if not code:
        assert tokens().read(token, now=NOW + at).exp == NOW + LASTS_SECONDS
        return
    with pytest.raises(TokenRefused) as caught:
        tokens().read(token, now=NOW + at)
    assert caught.value.code == code


@pytest.mark.parametrize("now", [1_774_745_999, 1_774_746_000, 1_793_494_800, 1_582_934_400])
def test_token_when_clocks_change_or_a_day_leaps_then_it_still_lasts_as_long(
    zone: str, now: int
) -> None:
    token = make(now=now)
    assert tokens().read(token, now=now + 1_799).iat == now
    with pytest.raises(TokenRefused):
        tokens().read(token, now=now + 1_800)


def test_jti_when_made_twice_then_differs() -> None:
    assert make() != make()


def test_keys_when_rotated_while_it_runs_then_the_new_one_signs_at_once() -> None:
    rings = [OLD, NEW]
    maker = AccessTokens(lambda: rings.pop(0), issuer=PLACE, audience=f"{PLACE}/api/v1")
    old, new = make(maker), make(maker)
    assert [decoded(one.split(".")[0])["kid"] for one in (old, new)] == ["1", "2"]
    assert maker.read(old, now=NOW).sub == maker.read(new, now=NOW).sub == "ref"


def test_keys_when_rotated_then_old_tokens_hold_and_new_ones_are_found() -> None:
    old, new = make(), make(tokens(NEW))
    assert decoded(new.split(".")[0])["kid"] == "2"
    assert tokens(NEW).read(old, now=NOW).sub == "ref"
    rings = [OLD, NEW]
    reader = AccessTokens(lambda: rings.pop(0), issuer=PLACE, audience=f"{PLACE}/api/v1")
    assert reader.read(old, now=NOW).sub == "ref"
    assert reader.read(new, now=NOW).sub == "ref"
    with pytest.raises(TokenRefused):
        tokens(Ring("2", {"2": bytes(32)})).read(old, now=NOW)


@pytest.mark.parametrize(
    "reader", [tokens(issuer="https://other.example"), tokens(audience="https://other.example")]
)
def test_token_when_made_for_another_place_then_refused(reader: Any) -> None:
    with pytest.raises(TokenRefused, match="another place"):
        reader.read(make(), now=NOW)


def test_token_when_any_part_is_changed_then_refused() -> None:
    token = make()
    for place in range(len(token)):
        # The last letter of each part may carry bits that decode to nothing.
        other = "A" if token[place] != "A" else "Q"
        changed = token[:place] + other + token[place + 1 :]
        with pytest.raises(TokenRefused):
            tokens().read(changed, now=NOW)


def forged(header: dict[str, Any], key: Any, **more: Any) -> str:
    claims = decoded(make().split(".")[1]) | more
    claims = {name: value for name, value in claims.items() if value is not None}
    return jwt.encode(header, claims, key, algorithms=[header["alg"]])


def ours() -> OKPKey:
    maker = tokens()
    maker._load(maker._ask())
    return maker._keys["1"]


def test_token_when_signed_with_the_public_key_as_a_secret_then_refused() -> None:
    public = tokens().public_keys()[0]["x"]
    key = OctKey.import_key(public)
    with pytest.raises(TokenRefused):
        tokens().read(forged({"alg": "HS256", "kid": "1", "typ": "at+jwt"}, key), now=NOW)


@pytest.mark.parametrize("token", ["", "a", "a.b", "a.b.c", "..", "é.é.é", "x" * 5_000])
def test_token_when_it_is_none_then_refused(token: str) -> None:
    with pytest.raises(TokenRefused) as caught:
        tokens().read(token, now=NOW)
    assert caught.value.code == "token_invalid"


def test_token_when_it_has_no_signature_then_refused() -> None:
    _, claims, _ = make().split(".")
    head = base64.urlsafe_b64encode(b'{"alg":"none","kid":"1","typ":"at+jwt"}').decode().rstrip("=")
    with pytest.raises(TokenRefused):
        tokens().read(f"{head}.{claims}.", now=NOW)


@pytest.mark.parametrize(
    "more",
    [{"exp": None}, {"exp": "soon"}, {"sv": None}, {"sub": 7}, {"aud": ["x"]}, {"iat": None}],
)
def test_token_when_a_claim_is_missing_or_odd_then_refused(more: dict[str, Any]) -> None:
    header = {"alg": "Ed25519", "kid": "1", "typ": "at+jwt"}
    assert tokens().read(forged(header, ours()), now=NOW).sub == "ref"
    with pytest.raises(TokenRefused):
        tokens().read(forged(header, ours(), **more), now=NOW)


@pytest.mark.parametrize("header", [{"kid": "9"}, {"kid": ""}, {}, {"kid": "1", "typ": "JWT"}])
def test_token_when_the_header_is_of_another_kind_then_refused(header: dict[str, Any]) -> None:
    with pytest.raises(TokenRefused):
        tokens().read(forged({"alg": "Ed25519", "typ": "at+jwt", **header}, ours()), now=NOW)


def test_public_keys_when_shown_then_another_library_verifies_with_them() -> None:
    (key,) = tokens().public_keys()
    assert key.keys() == {"kty", "crv", "x", "kid", "use", "alg"}
    head, claims, signature = make().split(".")

    def raw(text: str) -> bytes:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))

    Ed25519PublicKey.from_public_bytes(raw(key["x"])).verify(
        raw(signature), f"{head}.{claims}".encode()
    )
