"""What is raised when settings are wrong; apart, so that naming it costs no import of pydantic."""

from __future__ import annotations


class SettingsFaults(Exception):
    """One or more settings are wrong; `faults` holds (variable, reason) pairs."""

    def __init__(self, faults: tuple[tuple[str, str], ...]) -> None:
        self.faults = faults
        noun = "setting is" if len(faults) == 1 else "settings are"
        lines = [f"  {name}: {reason}" for name, reason in faults]
        super().__init__("\n".join([f"{len(faults)} {noun} wrong:", *lines]))
