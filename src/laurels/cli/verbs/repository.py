"""`laurels repository`: which repositories count, and how they are connected."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from laurels.cli import house
from laurels.cli.app import group
from laurels.cli.faults import Refusal
from laurels.cli.options import Json
from laurels.cli.output import emit, listing, say, table
from laurels.cli.words import machine

app = group("Register, list, repair, disable and enable repositories.")

Name = Annotated[str, typer.Argument(metavar="OWNER/NAME", help="Or its address on GitHub.")]
Reason = Annotated[
    str, typer.Option(metavar="TEXT", help="Why, for the audit log; must name nobody.")
]


@app.command()
def add(
    name: Name,
    github_id: Annotated[
        int | None,
        typer.Option("--github-id", metavar="N", help="Its numeric id, needed without GitHub."),
    ] = None,
    project: Annotated[
        str, typer.Option(metavar="SLUG", help="The project it belongs to; by default its owner's.")
    ] = "",
    no_hook: Annotated[
        bool, typer.Option("--no-hook", help="Ask GitHub nothing and make no webhook.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Register a repository.

    With --no-hook deliveries are taken when they are signed with LAURELS_GITHUB_WEBHOOK_SECRET.
    Registering a repository again changes nothing.
    """
    if not no_hook:
        raise Refusal(
            "A webhook is made with the rights of a person: register on the project's settings"
            " page, or give --no-hook and --github-id."
        )
    if github_id is None:
        raise Refusal("Give --github-id: without GitHub only the numeric id says which it is.")
    here = house.enter()
    from laurels.apps.projects.selectors import access_project
    from laurels.apps.projects.services import repository_add

    project_id = access_project(project).pk if project else None
    done = repository_add(
        name, github_id=github_id, project_id=project_id, now=here.now, acting=here.acting
    )
    if as_json:
        found = _read(done.repository.full_name, project="")
        row = next(one for one in found if one.pk == done.repository.pk)
        emit(_row(row) | {"is_new": done.is_new})
        return
    state = "is registered" if done.is_new else "was registered already"
    say(f"{done.repository.full_name} {state}; it belongs to {done.project.slug}.")


@app.command("list")
def list_(
    project: Annotated[str, typer.Option(metavar="SLUG", help="Only of a project.")] = "",
    as_json: Json = False,
) -> None:
    """List registered repositories by name."""
    house.enter()
    found = _read("", project=project)
    if as_json:
        emit(listing([_row(one) for one in found]))
        return
    if not found:
        say("No repository is registered.")
        return
    heads = ("repository", "GitHub id>", "project", "state", "webhook")
    rows = [
        (one.full_name, str(one.github_id), one.project, _state(one), "yes" if one.hook_id else "–")
        for one in found
    ]
    table(heads, rows)


@app.command()
def disable(name: Name, reason: Reason, as_json: Json = False) -> None:
    """Let nothing in a repository earn from now on."""
    here = house.enter()
    from laurels.apps.projects.selectors import access_repository
    from laurels.apps.projects.services import repository_disable

    row = access_repository(_full_name(name))
    repository_disable(row.pk, reason=reason, now=here.now, acting=here.acting)
    _tell(row, "is disabled: nothing in it earns from now on.", as_json)


@app.command()
def enable(name: Name, reason: Reason, as_json: Json = False) -> None:
    """Let work in a repository earn again from now on."""
    here = house.enter()
    from laurels.apps.projects.selectors import access_repository
    from laurels.apps.projects.services import repository_enable

    row = access_repository(_full_name(name))
    repository_enable(row.pk, reason=reason, now=here.now, acting=here.acting)
    _tell(row, "is enabled: work earns again from now on.", as_json)


@app.command()
def repair(name: Name, as_json: Json = False) -> None:
    """Try the steps of a repository's registration again, with its registrar's rights at GitHub."""
    here = house.enter()
    from laurels.apps.projects.selectors import access_repository
    from laurels.apps.projects.selectors_registering import registration_of
    from laurels.apps.projects.services import registration_repair

    row = access_repository(_full_name(name))
    found = registration_of(row.pk)
    if found is None or found.registrar_id is None:
        raise Refusal(
            "Nobody registered this repository with their rights at GitHub; register it on its"
            " project's settings page."
        )
    registration_repair(
        found.project_id, found.pk, registrar_id=None, now=here.now, acting=here.acting
    )
    if as_json:
        _tell(row, "", as_json)
    else:
        say(f"{row.full_name} is tried again by the job `repository.connect`.")


def _full_name(text: str) -> str:
    from laurels.apps.projects.naming import full_name_of

    try:
        return full_name_of(text)
    except ValueError as error:
        raise Refusal(str(error)) from None


def _tell(repository: Any, words: str, as_json: bool) -> None:
    if as_json:
        found = _read(repository.full_name, project="")
        emit(_row(next(one for one in found if one.pk == repository.pk)))
    else:
        say(f"{repository.full_name} {words} Points follow with the job `work.judge`.")


def _read(full_name: str, *, project: str) -> list[Any]:
    from laurels.apps.projects.selectors import access_project
    from laurels.apps.projects.selectors_registering import repositories_list

    project_id = access_project(project).pk if project else None
    return repositories_list(project=project_id, full_name=full_name)


def _state(row: Any) -> str:
    return f"disabled ({row.disabled_cause})" if row.disabled_at is not None else "enabled"


def _row(row: Any) -> dict[str, Any]:
    return {
        "repository": row.full_name,
        "github_id": row.github_id,
        "project": row.project,
        "hook_id": row.hook_id,
        "steps": dict(row.steps),
        "disabled_at": machine(row.disabled_at),
        "disabled_cause": row.disabled_cause or None,
        "disabled_reason": row.disabled_reason or None,
    }
