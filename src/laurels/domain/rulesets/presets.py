"""The presets that ship with Laurels, read from their TOML files in the package."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from laurels.domain.rulesets.model import Ruleset
from laurels.domain.rulesets.parsing import load_toml

DEFAULT_PRESET = "fair"
PRESETS = ("contriverse", "fair", "gssoc", "hacktoberfest", "nest", "nest-legacy", "prd")


class UnknownPreset(LookupError):
    """There is no preset of this name."""

    def __init__(self, name: str) -> None:
        """Say which name was asked for and which there are."""
        super().__init__(f"There is no preset {name!r}. Presets: {', '.join(PRESETS)}.")
        self.name = name


def preset_text(name: str) -> str:
    """Return the TOML of a preset, comments included, for a person to start from."""
    if name not in PRESETS:
        raise UnknownPreset(name)
    path = files("laurels.domain").joinpath("presets", f"{name}.toml")
    return path.read_text(encoding="utf-8")


@cache
def preset(name: str) -> Ruleset:
    """Return a preset's ruleset; UnknownPreset names the ones there are."""
    return load_toml(preset_text(name))
