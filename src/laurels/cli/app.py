"""All verbs in one table; the module of a verb is imported only when the verb is used.

`laurels --help` answers from the table alone: it imports neither Django nor rich.
"""

from __future__ import annotations

from collections.abc import Iterator, MutableMapping
from importlib import import_module
from typing import Annotated, Any, NamedTuple

import typer
from typer.core import TyperGroup


class Verb(NamedTuple):
    """A verb or a group of verbs: its module in `laurels.cli.verbs`, and what it does."""

    module: str
    help: str


VERBS = {
    "init": Verb("init", "Begin a program: make the database, publish a first ruleset."),
    "demo": Verb("demo", "Play a simulated season and serve its pages."),
    "serve": Verb("serve", "Serve the pages and do the work that comes due."),
    "web": Verb("web", "Serve with several processes, in the distributed mode."),
    "worker": Verb("worker", "Do the work that comes due, in the distributed mode."),
    "beat": Verb("beat", "Have workers look for what is due, in the distributed mode."),
    "import": Verb("imports", "Read GitHub's activity from files."),
    "leaderboard": Verb("leaderboard", "Show who stands where."),
    "explain": Verb("explain", "Say what each point of a contributor is for."),
    "season": Verb("season", "List and add seasons."),
    "ruleset": Verb("ruleset", "List, show, check and publish rules."),
    "score": Verb("score", "Compute points again."),
    "ledger": Verb("ledger", "Verify, digest and export the ledger of points."),
    "certificate": Verb("certificate", "List, show, revoke and issue certificates."),
    "snapshot": Verb("snapshot", "Keep what the boards look like today."),
    "repository": Verb("repository", "Register, list, repair, disable and enable repositories."),
    "person": Verb("person", "Erase a person."),
    "sync": Verb("sync", "Read GitHub itself: repositories, people, organisations."),
    "reconcile": Verb("reconcile", "Compare our repositories with GitHub and mend them."),
    "deliveries": Verb("deliveries", "List, show, replay and purge what GitHub delivered."),
    "metrics": Verb("metrics", "Compute, show, compare and export people's metrics."),
    "baseline": Verb("baseline", "Load, verify and show the populations people are compared with."),
    "jobs": Verb("jobs", "List, run and retry the work in the background."),
    "keys": Verb("keys", "List and change the keys that seal and sign tokens."),
    "staff": Verb("staff", "Let this host sign in, and say who is organiser or staff."),
    "migrate": Verb("migrate", "Bring the database up to this version."),
    "doctor": Verb("doctor", "Look for what is wrong with this installation."),
}


def group(help_text: str) -> typer.Typer:
    """Return an empty group of verbs, in the plain manner of the house."""
    app = typer.Typer(cls=_Group, help=help_text, rich_markup_mode=None, add_completion=False)
    app.callback()(_nothing)
    return app


def single() -> typer.Typer:
    """Return the holder of one verb that stands alone."""
    return typer.Typer(rich_markup_mode=None, add_completion=False)


def _nothing() -> None:
    """Keep a group of one verb a group."""


class _Group(TyperGroup):
    """A group whose help says each verb's first sentence whole."""

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """Write the list of verbs; the lines wrap instead of being cut."""
        rows = [(name, verb.get_short_help_str(_WHOLE)) for name, verb in self.commands.items()]
        with formatter.section("Commands"):
            formatter.write_dl(rows)


_WHOLE = 1_000


class _Lazy(MutableMapping[str, Any]):
    """The verbs by name; looking one up imports it."""

    def __init__(self) -> None:
        self._loaded: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:
        if name not in self._loaded:
            module = import_module(f"laurels.cli.verbs.{VERBS[name].module}")
            self._loaded[name] = typer.main.get_command(module.app)
            self._loaded[name].name = name
        return self._loaded[name]

    def __setitem__(self, name: str, command: Any) -> None:
        self._loaded[name] = command

    def __delitem__(self, name: str) -> None:
        del self._loaded[name]

    def __iter__(self) -> Iterator[str]:
        return iter(VERBS)

    def __len__(self) -> int:
        return len(VERBS)


class Doors(TyperGroup):
    """The root: verbs from the table, their help lines too."""

    def __init__(self, **attributes: Any) -> None:
        super().__init__(**attributes)
        self.commands = _Lazy()

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """Write the list of verbs without loading any."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, verb.help) for name, verb in VERBS.items()])


root = typer.Typer(
    cls=Doors,
    help="Standings people trust, and recognition anyone can verify, from GitHub activity.",
    epilog="Settings are environment variables named LAURELS_…; see docs/operate/settings.md.",
    rich_markup_mode=None,
    add_completion=False,
)


def _show_version(is_wanted: bool) -> None:
    if is_wanted:
        from importlib.metadata import version  # costs a moment that only this option pays

        typer.echo(f"laurels {version('laurels')}")
        raise typer.Exit


@root.callback(invoke_without_command=True)
def _root(
    context: typer.Context,
    version: Annotated[
        bool,
        typer.Option("--version", help="Print the version.", callback=_show_version, is_eager=True),
    ] = False,
) -> None:
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())


def command() -> TyperGroup:
    """Return the root command."""
    return typer.main.get_group(root)
