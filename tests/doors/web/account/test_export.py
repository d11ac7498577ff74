from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client

from laurels.apps.audit.actors import operator
from laurels.apps.people.models import Contributor, SignIn
from laurels.apps.people.services import ban_lift, ban_start
from laurels.apps.people.services.api_tokens import pair_issue, personal_token_create
from laurels.apps.people.services.github_tokens import github_token_keep
from laurels.apps.people.services.references import token_reference_make
from laurels.apps.projects.models import Project
from laurels.apps.projects.services import program_role_grant
from laurels.apps.recognition.selectors_export import export_of
from laurels.apps.recognition.selectors_records import LEFT_OUT, TOLD, links, records_of
from tests.apps import factories
from tests.doors.web.conftest import World, rolled_back
from tests.plugins.signed_in import sign_in_as


def test_export_when_asked_then_all_of_ones_own_and_no_secret(world: World) -> None:
    person = Contributor.objects.get(pk=world.top_pk)
    browser = sign_in_as(Client(), person)
    answer = browser.get("/account/export.json")
    assert answer["Content-Disposition"] == 'attachment; filename="laurels-export.json"'
    said = json.loads(answer.content)
    assert said["account"]["login"] == world.top
    assert said["ledger"][-1]["balance"] == sum(line["points"] for line in said["ledger"])
    assert said["ledger"][0]["explanation"]
    assert len(said["contributions"]) > 5
    assert [one["number"] for one in said["certificates"]]
    assert said["sign_ins"][0]["ended_at"] is None
    hidden = SignIn.objects.get(contributor=person).ref_hash
    assert hidden not in answer.content.decode()


@pytest.mark.django_db
def test_export_when_no_program_is_here_yet_then_what_is_known() -> None:
    person = factories.contributor("early", github_id=41)
    said = export_of(person, now=1_778_000_000)
    assert said["account"]["login"] == "early"
    assert said["contributions"] == said["ledger"] == []


TOLD_IN = {
    "people.Alias": ("account", "earlier_logins"),
    "people.Ban": ("bans",),
    "people.GitHubToken": ("github_tokens",),
    "people.PersonalToken": ("personal_tokens",),
    "people.SignIn": ("sign_ins",),
    "scoring.Item": ("contributions",),
    "scoring.LedgerEntry": ("ledger",),
}
"""Where the export tells of each table that it has a section of its own for."""
NEVER_WRITTEN = {"account.EmailAddress", "admin.LogEntry", "socialaccount.SocialAccount"}
"""Tables of others that point at Django's users: allauth stores nothing, the admin only reads."""


@pytest.fixture
def known(world: World) -> Iterator[Contributor]:
    """Return somebody of whom something is in as many tables as can be."""
    with rolled_back():
        person = Contributor.objects.get(pk=world.top_pk)
        _fill(person)
        yield person


def _fill(person: Contributor) -> None:
    sign_in_as(Client(), person)
    who: dict[str, Any] = {"now": 1_778_000_000, "acting": operator()}
    pair_issue(
        person,
        sign_in=SignIn.objects.filter(contributor=person).last(),
        tokens=settings.LAURELS_ACCESS_TOKENS,
        **who,
    )
    personal_token_create(person, name="script", scopes=["read"], lasts_days=1, **who)
    vault = settings.LAURELS_VAULT
    for token in ("gho_first", "gho_second"):
        about = {"refresh": "ghr_x", "expires_at": None, "scopes": "read:user", "vault": vault}
        github_token_keep(person, token=token, **about, **who)
    reference = {"contributor_id": person.pk, "lasts_seconds": 900, "vault": vault}
    token_reference_make("gho_job", **reference, **who)
    program_role_grant(person.pk, "organiser", **who)
    ban_start(person.pk, reason="said in error", **who)
    ban_lift(person.pk, reason="sorry", annul=True, **who)


def test_export_when_the_models_are_walked_then_every_table_that_names_a_person_is_in(
    known: Contributor,
) -> None:
    said = export_of(known, now=1_778_000_000)
    filled = set()
    for model, field in links():
        label, column = model._meta.label, f"{model._meta.model_name}.{field.name}"
        rows = model._default_manager.filter(**{field.name: known}).count()
        if label in LEFT_OUT:
            continue
        if label in TOLD:
            place: Any = said
            for name in TOLD_IN[label]:
                place = place[name]
            assert len(place) >= rows, label
        else:
            assert len(said["records"][column]) == rows, column
        filled |= {column} if rows else set()
    assert set(TOLD_IN) == set(TOLD)
    assert filled >= {
        "certificate.recipient",
        "contribution.contributor",
        "programrole.contributor",
        "pullrequest.author",
        "review.reviewer",
        "snapshot.contributor",
        "standing.contributor",
        "tierchange.contributor",
        "tokenfamily.contributor",
        "tokenreference.contributor",
    }
    pull = said["records"]["pullrequest.author"][0]
    assert "/" in pull["repository"]
    assert pull["created_at"].endswith("Z")
    assert "merged_by" not in pull, "the number of somebody else"


def test_links_when_djangos_users_are_walked_then_none_has_more_than_the_person() -> None:
    pointing = {
        model._meta.label
        for model in apps.get_models(include_auto_created=True)
        for field in model._meta.concrete_fields
        if field.related_model is User and model is not Contributor
    }
    assert pointing - {"auth.User_groups", "auth.User_user_permissions"} == NEVER_WRITTEN


@pytest.mark.django_db
def test_links_when_tables_hold_no_person_then_they_are_named_here() -> None:
    assert {model._meta.label for model, _ in links()} >= set(TOLD) | set(LEFT_OUT)
    assert Project not in {model for model, _ in links()}


def test_export_when_secrets_are_kept_then_none_of_them_nor_their_hashes_is_in(
    known: Contributor,
) -> None:
    text = json.dumps(export_of(known, now=1_778_000_000))
    hidden = [
        str(value)
        for rows in (
            known.sign_ins.values_list("ref_hash"),
            known.personal_tokens.values_list("token_hash"),
            known.github_tokens.values_list("sealed", "sealed_refresh"),
            known.token_references.values_list("sealed"),
        )
        for row in rows
        for value in row
        if value
    ]
    assert len(hidden) >= 5
    assert [value for value in hidden if value in text] == []
    assert "gho_" not in text


def test_records_when_of_a_stranger_then_empty_everywhere(world: World) -> None:
    stranger = Contributor.objects.create(
        ref="x" * 32, login="nobody", login_key="nobody", first_seen_at=1
    )
    found = records_of(stranger)
    assert len(found) > 20
    assert not any(found.values())
