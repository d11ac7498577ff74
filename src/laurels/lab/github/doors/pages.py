"""The pages of the stand-in: enough for links to lead somewhere, and to see what was delivered."""

from __future__ import annotations

import html

from laurels.kit.times import format_instant
from laurels.lab.github.doors.asking import Answer, House, Problem, Request, Table
from laurels.lab.github.doors.oauth import page
from laurels.lab.github.things import Account, Thread

_MERGING = ("admin", "maintain", "push")
_SHOWN = 25


class PageDoor:
    """A front page, and one for each account, repository and thread that may be seen by all."""

    def __init__(self, house: House, table: Table) -> None:
        """Add the routes; they come last, since a login may be any word."""
        self.house = house
        self.world = house.world
        table.add("GET /", self.front)
        table.add("GET /{owner}/{name}", self.repository)
        table.add("GET /{owner}/{name}/pull/{number}", self.thread)
        table.add("GET /{owner}/{name}/issues/{number}", self.thread)
        table.add("POST /{owner}/{name}/pull/{number}/merge", self.merge)
        table.add("GET /favicon.ico", self.favicon)

    def front(self, request: Request) -> Answer:
        """Show the repositories and the latest deliveries."""
        places = [place for place in self.world.living() if not place.is_private]
        links = "".join(
            f'<li><a href="/{html.escape(place.full_name)}">{html.escape(place.full_name)}</a>'
            f" {html.escape(place.description or '')}</li>"
            for place in places
        )
        latest = sorted(self.world.sent.values(), key=lambda sent: -sent.id)[:_SHOWN]
        rows = "".join(
            f"<tr><td>{format_instant(sent.delivered_at)}<td>{html.escape(sent.event)}"
            f" {html.escape(sent.action or '')}<td>{sent.status_code or ''}"
            f" {html.escape(sent.status[:60])}</tr>"
            for sent in latest
        )
        sent = f"<h2>Webhooks sent</h2><table>{rows}</table>" if rows else ""
        return Answer(body=page("Repositories", f"<ul>{links}</ul>{sent}"))

    def repository(self, request: Request, owner: str, name: str) -> Answer:
        """Show a repository's pull requests and issues, newest first."""
        place = self.world.repository(f"{owner}/{name}")
        if place is None or not self.world.may_see(request.grant, place):
            raise Problem(404, "Not Found")
        newest = list(place.threads.values())[::-1][:_SHOWN]
        rows = "".join(
            f'<tr><td><a href="{_path(one)}">#{one.number}</a><td>{html.escape(one.title)}'
            f"<td>{_state(one)}</tr>"
            for one in newest
        )
        return Answer(body=page(place.full_name, f"<table>{rows}</table>"))

    def thread(self, request: Request, owner: str, name: str, number: str) -> Answer:
        """Show a pull request or an issue."""
        found = self._thread(request, owner, name, number)
        author = found.author.login if found.author and not found.author.is_deleted else "ghost"
        told = "".join(
            f"<li>{html.escape(one.author.login if one.author else 'ghost')}: {one.state}</li>"
            for one in found.reviews
        )
        body = f"<p>{_state(found)}, by {html.escape(author)}.</p><ul>{told}</ul>"
        if found.is_pull and found.state == "open":
            mergers = "".join(
                f"<option>{html.escape(person.login)}</option>" for person in self._mergers(found)
            )
            body += (
                f'<form method="post" action="{_path(found)}/merge"><label>Merge it as'
                f' <select name="as">{mergers}</select></label><button>Merge</button></form>'
            )
        body += f'<p><a href="/{html.escape(found.repository.full_name)}">All of them</a></p>'
        return Answer(body=page(f"{found.title} #{found.number}", body))

    def merge(self, request: Request, owner: str, name: str, number: str) -> Answer:
        """Merge a pull request as one of those who may, and lead back to it."""
        found = self._thread(request, owner, name, number)
        chosen = self.world.account(request.form().get("as", ""))
        if chosen is None or chosen not in self._mergers(found):
            raise Problem(403, "Must have push access to merge")
        try:
            self.house.acts.merge(found, chosen)
        except ValueError as error:
            raise Problem(405, str(error)) from None
        return Answer(303, None, {"Location": _path(found)})

    def favicon(self, request: Request) -> Answer:
        """Browsers ask for one; there is none."""
        return Answer(204)

    def _thread(self, request: Request, owner: str, name: str, number: str) -> Thread:
        place = self.world.repository(f"{owner}/{name}")
        found = place.threads.get(int(number)) if place and number.isdigit() else None
        if found is None or not self.world.may_see(request.grant, found.repository):
            raise Problem(404, "Not Found")
        return found

    def _mergers(self, thread: Thread) -> list[Account]:
        """Return who may merge it: the author comes last, for nobody earns by merging own work."""
        may = [
            one
            for one in self.world.accounts.values()
            if one.kind == "User"
            and not one.is_deleted
            and thread.repository.right_of(one) in _MERGING
        ]
        return sorted(may, key=lambda one: (one is thread.author, one.login))


def _state(one: Thread) -> str:
    kind = "pull request" if one.is_pull else "issue"
    return f"{'merged' if one.merged_at is not None else one.state} {kind}"


def _path(one: Thread) -> str:
    kind = "pull" if one.is_pull else "issues"
    return html.escape(f"/{one.repository.full_name}/{kind}/{one.number}")
