"""The reference of the command line, from the commands themselves."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

WIDTH = 88


def commands_reference() -> str:
    """Return what `--help` says of every verb, a heading and a block each, in the help's order."""
    from laurels.cli.app import command  # the tool starts without the package

    root = command()
    context = root.context_class(root, info_name="laurels", terminal_width=WIDTH)
    parts = []
    for name, verb, inner in _verbs(root, context, "laurels"):
        mark = "##" if name.count(" ") == 1 else "###"
        parts.append(f"{mark} {name}\n\n```text\n{verb.get_help(inner).rstrip()}\n```")
    return "\n\n".join(parts)


def _verbs(group: Any, context: Any, before: str) -> Iterator[tuple[str, Any, Any]]:
    for word in group.list_commands(context):
        verb = group.get_command(context, word)
        inner = verb.context_class(verb, info_name=word, parent=context, terminal_width=WIDTH)
        name = f"{before} {word}"
        yield name, verb, inner
        if hasattr(verb, "list_commands"):
            yield from _verbs(verb, inner, name)
