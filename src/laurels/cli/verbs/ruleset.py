"""`laurels ruleset`: look at rules, check them, publish them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from laurels.cli import house
from laurels.cli.app import group
from laurels.cli.faults import DONE, REFUSED, Refusal, report
from laurels.cli.options import Json, moment_option
from laurels.cli.output import emit, listing, say, table
from laurels.cli.words import day, machine, moment
from laurels.domain.rulesets import (
    PRESETS,
    Ruleset,
    RulesetFaults,
    canonical,
    content_hash,
    load_toml,
    parse,
    preset,
    preset_text,
)

app = group("List, show, check and publish rules. Rules are never retroactive.")

File = Annotated[Path, typer.Argument(metavar="FILE", help="A ruleset in TOML, or JSON (.json).")]
From = Annotated[
    str | None,
    typer.Option("--from", metavar="DAY", help="Work opened from then on; by default now."),
]


@app.command("list")
def list_(as_json: Json = False) -> None:
    """List the versions published here, the newest first, and the presets there are."""
    house.enter()
    from laurels.apps.scoring.selectors import versions

    found = versions()
    if as_json:
        emit(listing([_row(one) for one in found]) | {"presets": list(PRESETS)})
        return
    heads = ("ruleset", "for", "holds for work opened from", "published", "content")
    table(
        heads,
        [
            (
                f"{one.name} v{one.number}",
                one.project.slug if one.project else "the program",
                day(one.effective_from) if one.effective_from else "the beginning",
                moment(one.published_at),
                one.content_hash[:12],
            )
            for one in found
        ],
    )
    say(f"\nPresets to begin from: {', '.join(PRESETS)}.")


@app.command()
def show(
    name: Annotated[
        str | None,
        typer.Argument(metavar="[PRESET|NUMBER]", help="By default the version in force."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Show rules: a preset as the TOML file to start from, a published version in words."""
    if name is not None and not name.isdigit():
        _show_preset(name, as_json)
        return
    here = house.enter()
    from laurels.apps.scoring.rulebook import rulebook

    book = rulebook()
    numbered = {one.number: one for one in book.program}
    wanted = book.program_version(here.now) if name is None else numbered.get(int(name))
    if wanted is None:
        known = ", ".join(map(str, sorted(numbered)))
        raise Refusal(f"There is no version {name} of the program's rules; there are: {known}.")
    if as_json:
        emit(_shown(wanted.name, wanted.ruleset) | {"number": wanted.number})
        return
    say(f"{wanted.name} v{wanted.number}, content {wanted.content_hash}\n")
    _say_in_words(wanted.ruleset)


@app.command()
def check(file: File, as_json: Json = False) -> int:
    """Check a ruleset and name every fault with its field. Exit code 2 where there is any."""
    try:
        ruleset = _read(file)
    except RulesetFaults as faults:
        if as_json:
            rows = [{"field": one.field, "message": one.message} for one in faults.faults]
            emit({"ok": False, "faults": rows, "content_hash": None})
        report(faults)
        return REFUSED
    if as_json:
        emit({"ok": True, "faults": [], "content_hash": content_hash(ruleset)})
    else:
        say(f"{file} is a valid ruleset, content {content_hash(ruleset)}.")
    return DONE


@app.command()
def publish(
    file: File,
    name: Annotated[
        str, typer.Option(metavar="TEXT", help="What people call it; by default the file's name.")
    ] = "",
    effective: From = None,
    project: Annotated[
        str,
        typer.Option(metavar="SLUG", help="For this project's own board; else for the program."),
    ] = "",
    as_json: Json = False,
) -> None:
    """Publish the rules of a file for work that is opened from now on, or later."""
    effective_from = moment_option(effective, "--from")
    _publish(_read(file), name or file.stem, effective_from, as_json, project)


@app.command()
def use(
    name: Annotated[str, typer.Argument(metavar="PRESET", help=f"{', '.join(PRESETS)}.")],
    effective: From = None,
    as_json: Json = False,
) -> None:
    """Publish a preset for work that is opened from now on, or later."""
    effective_from = moment_option(effective, "--from")
    _publish(preset(name), name, effective_from, as_json)


def _publish(
    ruleset: Ruleset, name: str, effective_from: int | None, as_json: bool, project: str = ""
) -> None:
    here = house.enter()
    from laurels.apps.projects.selectors import access_project
    from laurels.apps.scoring.rulebook import rulebook
    from laurels.apps.scoring.services import ruleset_publish

    rulebook()  # raises NoRuleset: the first ruleset is `init`'s
    version = ruleset_publish(
        ruleset,
        name=name,
        now=here.now,
        acting=here.acting,
        effective_from=effective_from,
        project=access_project(project) if project else None,
    )
    if as_json:
        emit(_row(version))
        return
    say(
        f"Published {version.name} v{version.number}{_whose(version)}. It holds for work opened"
        f" from {moment(version.effective_from)} on; what was opened before keeps its rules."
    )


def _whose(version: Any) -> str:
    return f" of {version.project.slug}" if version.project else ""


def _read(file: Path) -> Ruleset:
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not text in UTF-8"
        raise Refusal(f"{file} cannot be read: {reason}.") from None
    if file.suffix != ".json":
        return load_toml(text)
    try:
        data = json.loads(text)
    except ValueError as error:
        raise Refusal(f"{file} is not valid JSON: {error}.") from None
    return parse(data)


def _show_preset(name: str, as_json: bool) -> None:
    text = preset_text(name)
    if as_json:
        emit(_shown(name, preset(name)) | {"number": None})
    else:
        say(text.rstrip("\n"))


def _say_in_words(ruleset: Ruleset) -> None:
    from laurels.domain.phrases import rules_in_words, sentence

    for section in rules_in_words(ruleset):
        say(section.title)
        for line in (*section.text, *(f"- {item}" for item in section.items)):
            say(f"  {line}")
        for example in section.examples:
            say(f"  {example.title}: {example.story}")
            say(f"    {sentence(example.kind, example.steps)}")
        if section.rows:
            table(section.columns, section.rows)
        say()


def _shown(name: str, ruleset: Ruleset) -> dict[str, Any]:
    return {"name": name, "content_hash": content_hash(ruleset), "content": canonical(ruleset)}


def _row(version: Any) -> dict[str, Any]:
    return {
        "number": version.number,
        "name": version.name,
        "project": version.project.slug if version.project else None,
        "effective_from": machine(version.effective_from),
        "published_at": machine(version.published_at),
        "published_by": version.published_by,
        "content_hash": version.content_hash,
    }
