"""The matrix of roles and actions, from the policies themselves."""

from __future__ import annotations


def permissions_matrix() -> str:
    """Return a table: a row an action, a column a role."""
    from laurels.domain.policies import ACTIONS, Only, Role  # the tool starts without the package

    notes = {Only.ANY: "", Only.OWN: " (one's own only)", Only.OTHERS: " (never one's own)"}
    rows = [
        "| action | what it is | " + " | ".join(Role) + " |",
        "|---|---|" + ":-:|" * len(Role),
    ]
    for name, rule in ACTIONS.items():
        cells = ["yes" if role in rule.roles else "–" for role in Role]
        rows.append(f"| `{name}` | {rule.words}{notes[rule.only]} | {' | '.join(cells)} |")
    return "\n".join(rows)
