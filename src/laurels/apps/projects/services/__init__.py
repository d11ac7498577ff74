"""All that changes projects and repositories."""

from __future__ import annotations

from laurels.apps.projects.services.anonymising import Anonymised, owner_anonymise
from laurels.apps.projects.services.hooks import hook_forget, hook_keep, hooks_reseal
from laurels.apps.projects.services.observing import RepositoriesSeen, repositories_observe
from laurels.apps.projects.services.projects import (
    project_archive,
    project_create,
    project_rename,
    project_unarchive,
    project_update,
    tags_set,
)
from laurels.apps.projects.services.registering import Registered, repository_add
from laurels.apps.projects.services.repositories import (
    repository_disable,
    repository_enable,
    repository_move,
)

__all__ = [
    "Anonymised",
    "Registered",
    "RepositoriesSeen",
    "hook_forget",
    "hook_keep",
    "hooks_reseal",
    "owner_anonymise",
    "project_archive",
    "project_create",
    "project_rename",
    "project_unarchive",
    "project_update",
    "repositories_observe",
    "repository_add",
    "repository_disable",
    "repository_enable",
    "repository_move",
    "tags_set",
]
