"""GraphQL over HTTP."""

from __future__ import annotations

from laurels.lab.github.doors.asking import Answer, House, Request, Table
from laurels.lab.github.faults import Faults


class GraphDoor:
    """`POST /graphql`."""

    def __init__(self, house: House, table: Table, faults: Faults) -> None:
        """Add the route."""
        self.house = house
        self.faults = faults
        table.add("POST /graphql", self.ask)

    def ask(self, request: Request) -> Answer:
        """Answer a query."""
        return Answer(200, {"errors": [{"message": "not here yet"}]})
