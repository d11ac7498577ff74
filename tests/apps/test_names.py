"""How the admin names sets of rows."""

from __future__ import annotations

import re

import pytest
from django.apps import apps
from django.db import connection, models

from laurels.apps import sql

OURS = [model for model in apps.get_models() if model.__module__.startswith("laurels.")]
# What adding an s makes wrong: after a consonant and y, and after a hissing sound.
WRONG = re.compile(r"([^aeiou]y|s|x|z|ch|sh)s$")


@pytest.mark.parametrize("model", OURS, ids=lambda model: model._meta.label)
def test_plural_when_shown_then_a_word_of_english(model: type[models.Model]) -> None:
    assert not WRONG.search(str(model._meta.verbose_name_plural))


def test_wrong_when_a_plural_is_only_an_s_too_many_then_found() -> None:
    assert WRONG.search("repositorys")
    assert WRONG.search("aliass")
    assert not WRONG.search("boards")


@pytest.mark.django_db
def test_adjustments_when_looked_for_by_person_then_an_index_of_their_own() -> None:
    table = "pg_indexes" if connection.vendor == "postgresql" else "sqlite_master"
    column = "indexdef" if connection.vendor == "postgresql" else "sql"
    rows = sql.fetch(f"SELECT {column} FROM {table} WHERE {column} LIKE '%%scoring_entry_adj%%'")
    assert len(rows) == 1
    assert "ADJUSTMENT" in rows[0][0]
