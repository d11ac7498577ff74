"""All that changes projects and repositories.

Signatures: repositories_observe(facts, *, register, now, acting) -> RepositoriesSeen(ids,
created, renamed, changed) · project_create(*, slug, name, kind="project", description="",
difficulty="", owner_login="", now, acting) -> Project · project_rename(project_id, *, slug=None,
name=None, now, acting) · project_archive/project_unarchive(project_id, *, reason, now, acting) ·
tags_set(project_id, keys, *, now, acting) · repository_move(repository_id, project_id, *, now,
acting, at=None) · repository_disable/repository_enable(repository_id, *, reason, now, acting) ·
owner_anonymise(*, github_id, logins, now, acting) -> Anonymised(repositories, projects)
"""
