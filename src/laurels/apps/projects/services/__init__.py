"""All that changes projects and repositories."""

from __future__ import annotations

from laurels.apps.projects.services.anonymising import Anonymised, owner_anonymise
from laurels.apps.projects.services.hooks import hook_forget, hook_keep, hooks_reseal
from laurels.apps.projects.services.observing import RepositoriesSeen, repositories_observe
from laurels.apps.projects.services.ownership import (
    ownership_answer,
    ownership_offer,
    ownership_withdraw,
)
from laurels.apps.projects.services.program_roles import program_role_end, program_role_grant
from laurels.apps.projects.services.projects import (
    project_archive,
    project_create,
    project_rename,
    project_unarchive,
    project_update,
    tags_set,
)
from laurels.apps.projects.services.registering import (
    Registered,
    registration_begin,
    registration_repair,
    repository_add,
)
from laurels.apps.projects.services.repositories import (
    repository_disable,
    repository_enable,
    repository_move,
)
from laurels.apps.projects.services.teams import (
    invitation_answer,
    invitation_make,
    invitation_withdraw,
    rights_lost,
    role_end,
    roles_forget,
)

__all__ = [
    "Anonymised",
    "Registered",
    "RepositoriesSeen",
    "hook_forget",
    "hook_keep",
    "hooks_reseal",
    "invitation_answer",
    "invitation_make",
    "invitation_withdraw",
    "owner_anonymise",
    "ownership_answer",
    "ownership_offer",
    "ownership_withdraw",
    "program_role_end",
    "program_role_grant",
    "project_archive",
    "project_create",
    "project_rename",
    "project_unarchive",
    "project_update",
    "registration_begin",
    "registration_repair",
    "repositories_observe",
    "repository_add",
    "repository_disable",
    "repository_enable",
    "repository_move",
    "rights_lost",
    "role_end",
    "roles_forget",
    "tags_set",
]
