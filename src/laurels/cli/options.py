"""Options that several commands share, and how what was typed is read."""

from __future__ import annotations

from typing import Annotated

import typer

from laurels.cli.words import read_moment

Json = Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")]
Registers = Annotated[
    list[str],
    typer.Option(
        "--register",
        metavar="all|none|org:NAME",
        help="Whose repositories become projects here; org: several times.",
    ),
]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask.")]


def moment_option(text: str | None, name: str) -> int | None:
    """Read a day or an instant given to the option `name`; None where it was not given."""
    if text is None:
        return None
    try:
        return read_moment(text)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint=name) from None


def required_moment(text: str, name: str) -> int:
    """Read a day or an instant that must be given."""
    instant = moment_option(text, name)
    assert instant is not None
    return instant
