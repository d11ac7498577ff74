"""Every row that names a person, table by table: what the export has no section of its own for.

Found by walking the models, so that a table of tomorrow is in the export from its first day. Left
out are hashes, what is sealed, and the numbers of other people.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db.models import BinaryField, Field, ForeignKey, Model

from laurels.apps.fields import InstantField
from laurels.apps.people.models import Contributor
from laurels.kit.times import format_instant

TOLD = frozenset(
    {
        "people.Alias",
        "people.Ban",
        "people.GitHubToken",
        "people.PersonalToken",
        "people.SignIn",
        "scoring.Item",
        "scoring.LedgerEntry",
    }
)
"""Tables that the export tells in sections of its own."""
LEFT_OUT = {"scoring.DirtyMark": "says only that somebody's points wait to be computed again"}
_NAMES = {
    "projects.Project": "slug",
    "projects.Repository": "full_name",
    "scoring.Season": "key",
    "scoring.RulesetVersion": "number",
}
_SECRET = ("sealed", "secret", "hash", "idempotency_key")


def links() -> Iterator[tuple[type[Model], ForeignKey[Any, Any]]]:
    """Go through every column that points at a person, with its table."""
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if isinstance(field, ForeignKey) and field.related_model is Contributor:
                yield model, field


def records_of(person: Contributor) -> dict[str, list[dict[str, Any]]]:
    """Return rows by `table.column`, such as `pullrequest.author`; times are UTC instants."""
    return {
        f"{model._meta.model_name}.{field.name}": _rows(model, field, person)
        for model, field in links()
        if model._meta.label not in TOLD and model._meta.label not in LEFT_OUT
    }


def _rows(
    model: type[Model], link: ForeignKey[Any, Any], person: Contributor
) -> list[dict[str, Any]]:
    columns = {_column(field): field for field in model._meta.concrete_fields if _is_shown(field)}
    rows = model._default_manager.filter(**{link.name: person}).order_by("pk")
    return [
        {columns[name].name: _shown(columns[name], value) for name, value in row.items()}
        for row in rows.values(*columns)
    ]


def _is_shown(field: Field[Any, Any]) -> bool:
    if field.related_model is Contributor or isinstance(field, BinaryField):
        return False
    return not any(word in field.name for word in _SECRET)


def _column(field: Field[Any, Any]) -> str:
    """Return what to read: a project's name, a season's key; of any other row its number."""
    if isinstance(field, ForeignKey):
        label = field.related_model._meta.label
        return f"{field.name}__{_NAMES.get(label, 'pk')}"
    return field.name


def _shown(field: Field[Any, Any], value: Any) -> Any:
    return format_instant(value) if isinstance(field, InstantField) and value else value
