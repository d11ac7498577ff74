"""Write the generated parts of the docs; `make docs` runs it, a test finds what is out of date."""

from __future__ import annotations

import os
import re
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from tools import openapi  # noqa: E402 - also where this file is the script
from tools.commands import commands_reference  # noqa: E402
from tools.permissions import permissions_matrix  # noqa: E402


@dataclass(frozen=True, slots=True)
class Page:
    """A page with one generated part: between <!-- begin name --> and <!-- end name -->."""

    path: str
    name: str
    write: Callable[[], str]


def settings_table() -> str:
    """Return the table of every setting, from the model that reads them."""
    from laurels.config.env import Settings, variable  # the tool starts without the package

    rows = ["| variable | default | what it is |", "|---|---|---|"]
    for name, field in Settings.model_fields.items():
        default = "" if field.default_factory else field.default
        if isinstance(default, bool):
            default = str(default).lower()
        shown = f"`{default}`" if default not in ("", ()) else "–"
        if name == "data_dir":
            shown = "`~/.local/share/laurels`"
        rows.append(f"| `{variable(name)}` | {shown} | {field.description} |")
    return "\n".join(rows)


PAGES = (
    Page("docs/operate/settings.md", "settings", settings_table),
    Page("docs/operate/commands.md", "commands", commands_reference),
    Page("docs/organise/permissions.md", "matrix", permissions_matrix),
)


def filled(text: str, name: str, part: str) -> str:
    """Return the text of a page with its generated part replaced."""
    begin, end = f"<!-- begin {name} -->", f"<!-- end {name} -->"
    pattern = re.compile(f"{re.escape(begin)}\n.*?{re.escape(end)}", re.DOTALL)
    if not pattern.search(text):
        raise ValueError(f"the page has no part between {begin} and {end}")
    return pattern.sub(lambda _: f"{begin}\n{part}\n{end}", text)


def main() -> None:
    """Write every page that changed and say which."""
    for page in PAGES:
        path = ROOT / page.path
        before = path.read_text(encoding="utf-8")
        after = filled(before, page.name, page.write())
        if after != before:
            path.write_text(after, encoding="utf-8")
            print(f"wrote {page.path}")
    _write_openapi()


def _write_openapi() -> None:
    """Describe the API in a scratch folder: setting Django up makes one."""
    with tempfile.TemporaryDirectory() as scratch:
        os.environ["LAURELS_DATA_DIR"] = scratch
        from laurels.config import boot

        boot.setup()
        openapi.main()


if __name__ == "__main__":
    sys.exit(main())
