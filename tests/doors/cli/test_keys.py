from __future__ import annotations

import base64
import json
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as ours

from laurels.adapters.keyring import kept_ring
from laurels.apps.audit.actors import SYSTEM, operator
from laurels.apps.audit.models import AuditRow
from laurels.apps.people.models import Contributor, GitHubToken, TokenReference
from laurels.apps.people.services import resealing
from laurels.apps.people.services.github_tokens import github_token_keep
from laurels.apps.people.services.references import token_reference_make, token_reference_open
from laurels.apps.people.services.tokens import token_for
from laurels.apps.projects.models import RepositoryHook
from laurels.apps.projects.selectors_hooks import hook_secrets
from laurels.apps.projects.services import hook_keep
from laurels.config import wiring
from tests.apps import factories
from tests.doors.cli.conftest import NOW, Laurels


@pytest.fixture
def house(laurels: Laurels, settings: Any, data_dir: Path) -> Laurels:
    """Return `laurels(…)` of an installation that keeps its keys in its own folder."""
    made = settings.LAURELS
    settings.LAURELS_RING = partial(wiring.ring, made)
    settings.LAURELS_VAULT = wiring.vault(made)
    settings.LAURELS_REFERENCE_VAULT = wiring.reference_vault(made)
    settings.LAURELS_ACCESS_TOKENS = wiring.access_tokens(made)
    return laurels


def keep(person: Contributor, token: str) -> GitHubToken:
    return github_token_keep(
        person,
        token=token,
        refresh=f"ghr_{person.login}",
        expires_at=None,
        scopes="",
        vault=ours.LAURELS_VAULT,
        now=NOW,
        acting=SYSTEM,
    )


@pytest.fixture
def secrets(house: Laurels) -> str:
    """Seal a token, a hook's secret and a job's token; return the job's reference."""
    keep(factories.contributor("ada"), "gho_ada")
    place = factories.repository("harbour/tide", github_id=77)
    hook_keep(place.pk, hook_id=5, secret=b"hush", now=NOW, acting=operator())
    return token_reference_make(
        "gho_job",
        contributor_id=None,
        lasts_seconds=900,
        vault=ours.LAURELS_REFERENCE_VAULT,
        now=NOW,
        acting=SYSTEM,
    )


def by_key(house: Laurels) -> dict[tuple[str, str], Any]:
    rows = house("keys", "list", "--json").json["rows"]
    return {(row["ring"], row["key"]): (row["is_active"], row["sealed"]) for row in rows}


def test_rotate_when_done_then_all_is_under_new_keys_and_opens(
    house: Laurels, secrets: str
) -> None:
    access = ours.LAURELS_ACCESS_TOKENS.make(subject="r", family="f", version=0, scope="", now=NOW)
    assert by_key(house)["vault", "1"] == (True, 3)
    ran = house("keys", "rotate", "--json")
    assert ran.code == 0
    assert [(row["ring"], row["key"], row["sealed"]) for row in ran.json["rows"]] == [
        ("vault", "2", 2),
        ("references", "2", 1),
        ("api", "2", 0),
        ("checkpoint", "2", 0),
    ]
    assert by_key(house) == {
        ("vault", "1"): (False, 0),
        ("vault", "2"): (True, 3),
        ("references", "1"): (False, 0),
        ("references", "2"): (True, 1),
        ("api", "1"): (False, None),
        ("api", "2"): (True, None),
        ("checkpoint", "1"): (False, None),
        ("checkpoint", "2"): (True, None),
    }
    held = token_for(Contributor.objects.get(login="ada"))
    assert held is not None
    assert held.token == "gho_ada"
    assert hook_secrets(5)[1] == (b"hush",)
    opened = token_reference_open(
        secrets, holder="job:1", vault=ours.LAURELS_REFERENCE_VAULT, now=NOW
    )
    assert opened == "gho_job"
    assert ours.LAURELS_ACCESS_TOKENS.read(access, now=NOW).sub == "r"
    assert [
        row.subject for row in AuditRow.objects.filter(action="keys:rotate").order_by("id")
    ] == [
        "ring:token_vault",
        "ring:token_ref",
        "ring:api",
        "ring:checkpoint",
    ]


def test_rotate_when_printed_or_stored_then_no_key_and_no_secret(
    house: Laurels, secrets: str, data_dir: Path
) -> None:
    ran = house("keys", "rotate")
    assert "vault: key 2 is new and active; 2 secrets sealed anew." in ran.out
    told = ran.out + ran.err + house("keys", "list").out
    told += str(list(AuditRow.objects.values_list()))
    for path in (data_dir / "keys").iterdir():
        assert path.read_text().strip() not in told
    assert "gho_" not in told


def test_rotate_when_it_was_killed_midway_then_taken_up_without_another_key(
    house: Laurels, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(5):
        keep(factories.contributor(f"p{number}"), f"gho_{number}")
    monkeypatch.setattr(resealing, "_BATCH", 2)
    real, seen = resealing._reseal_row, []

    def killed(*arguments: Any) -> bool | None:
        seen.append(1)
        if len(seen) == 4:
            raise SystemExit("killed")
        return real(*arguments)

    monkeypatch.setattr(resealing, "_reseal_row", killed)
    with pytest.raises(SystemExit):
        house("keys", "rotate", "--ring", "vault")
    assert by_key(house)["vault", "2"] == (True, 4), "the first batch of two stayed"
    ran = house("keys", "rotate", "--ring", "vault", "--no-new", "--json")
    assert [(row["key"], row["is_new"], row["sealed"]) for row in ran.json["rows"]] == [
        ("2", False, 3)
    ]
    assert by_key(house)["vault", "1"] == (False, 0)
    assert house("keys", "rotate", "--no-new", "--json").json["rows"][0]["sealed"] == 0


def test_rotate_when_somebody_signs_in_meanwhile_then_theirs_is_kept(
    house: Laurels, secrets: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, first = resealing._reseal_row, GitHubToken.objects.get().pk

    def overtaken(row: Any, *rest: Any) -> bool | None:
        if isinstance(row, GitHubToken) and row.pk == first:
            keep(row.contributor, "gho_newer")
        return real(row, *rest)

    monkeypatch.setattr(resealing, "_reseal_row", overtaken)
    house("keys", "rotate", "--ring", "vault")
    held = token_for(Contributor.objects.get(login="ada"))
    assert held is not None
    assert held.token == "gho_newer"
    assert by_key(house)["vault", "1"] == (False, 0), "a server seals with the new key at once"


def test_rotate_when_a_key_is_gone_then_counted_and_the_others_go_on(
    house: Laurels, secrets: str, data_dir: Path
) -> None:
    row = GitHubToken.objects.get()
    GitHubToken.objects.filter(pk=row.pk).update(sealed=row.sealed.replace("v1.1.", "v1.lost."))
    ran = house("keys", "rotate", "--ring", "vault", "--json")
    assert ran.code == 1
    (told,) = ran.json["rows"]
    assert (told["sealed"], told["lost"]) == (1, 1)
    assert by_key(house)["vault", "lost"] == (False, 1)
    assert "1 secret did not open" in house("keys", "rotate", "--ring", "vault").err


def test_rotate_when_the_keys_are_set_then_sealed_under_the_active_and_none_is_made(
    house: Laurels, secrets: str, settings: Any, data_dir: Path
) -> None:
    old = kept_ring(data_dir / "keys", "token-vault").keys["1"]
    both = {"1": base64.b64encode(old).decode(), "b": base64.b64encode(b"b" * 32).decode()}
    changed = {"token_vault_keys_json": json.dumps(both), "token_vault_active_key_id": "b"}
    settings.LAURELS = settings.LAURELS.model_copy(update=changed)
    settings.LAURELS_RING = partial(wiring.ring, settings.LAURELS)
    settings.LAURELS_VAULT = wiring.vault(settings.LAURELS)
    ran = house("keys", "rotate", "--ring", "vault")
    assert "vault: key b is active; 2 secrets sealed anew." in ran.out
    assert by_key(house)["vault", "b"] == (True, 3)
    assert RepositoryHook.objects.get().secret.startswith("v1.b.")
    assert sorted(path.name for path in (data_dir / "keys").glob("token-vault*")) == [
        "token-vault-1.key"
    ]


def test_references_when_run_out_then_left_alone(house: Laurels, secrets: str) -> None:
    TokenReference.objects.update(expires_at=NOW)
    ran = house("keys", "rotate", "--ring", "references", "--json")
    assert ran.json["rows"][0]["sealed"] == 0
