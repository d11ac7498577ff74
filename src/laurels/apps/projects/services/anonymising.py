"""Take an erased person's name off their repositories and the project made for them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Lower

from laurels.apps import sql
from laurels.apps.audit.actors import Actor
from laurels.apps.projects.models import Project, Registration, Repository, SlugHistory
from laurels.apps.projects.services.observing import ERASED_NAME


@dataclass(frozen=True, slots=True)
class Anonymised:
    """Primary keys of the repositories and projects that lost a name."""

    repositories: frozenset[int]
    projects: frozenset[int]


@transaction.atomic
def owner_anonymise(
    *, github_id: int | None, logins: Collection[str], now: int, acting: Actor
) -> Anonymised:
    """Forget the owner: their repositories and own project keep points, flags and topics only.

    `logins` are all that the person ever had. A repository with another owner's id is left alone
    even under such a login: somebody took it over. It is a part of erasing a person, whose own
    audit row covers it; call it in the same transaction.
    """
    keys = {login.casefold() for login in logins} - {""}
    owned = Q(owner_github_id=None, owner_key__in=keys)
    if github_id is not None:
        owned |= Q(owner_github_id=github_id)
    repositories = frozenset(
        Repository.objects.annotate(owner_key=Lower("owner_login"))
        .filter(owned)
        .values_list("pk", flat=True)
    )
    condition, parameters = sql.in_ids("id", repositories)
    sql.execute(
        f"UPDATE projects_repository SET full_name = '{ERASED_NAME}-' || id, owner_login = '',"
        f" owner_github_id = NULL WHERE {condition}",
        parameters,
    )
    asked = Q(repository__in=repositories)
    for key in keys:
        asked |= Q(repository=None, name_key__startswith=f"{key}/")
    Registration.objects.filter(asked).update(full_name=ERASED_NAME, name_key=ERASED_NAME)
    projects = [
        project
        for project in Project.objects.filter(
            Q(owner_key__in=keys) | Q(memberships__repository__in=repositories)
        ).distinct()
        if project.owner_key in keys or project.name.casefold() in keys or project.slug in keys
    ]
    for project in projects:
        project.slug = _free_slug(project.ref)
        project.name, project.owner_key = "Erased", ""
        project.save(update_fields=["slug", "name", "owner_key"])
        SlugHistory.objects.filter(project=project).delete()
    return Anonymised(repositories, frozenset(project.pk for project in projects))


def _free_slug(ref: str) -> str:
    lengths = range(8, len(ref) + 1)
    slugs = [f"erased-{ref[:length]}" for length in lengths]
    taken = set(Project.objects.filter(slug__in=slugs).values_list("slug", flat=True))
    return next(slug for slug in slugs if slug not in taken)
