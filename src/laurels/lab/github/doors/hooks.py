"""REST: hooks, their pings and deliveries, the App, and what is left of the limits."""

from __future__ import annotations

from laurels.kit.times import format_instant
from laurels.lab.github.doors.asking import Answer, House, Problem, Request, Table, paged
from laurels.lab.github.doors.repositories import RepositoryDoor
from laurels.lab.github.post import KEPT_SECONDS
from laurels.lab.github.shapes import accounts, repositories
from laurels.lab.github.things import Grant, Hook, Installation, Repository, Sent

_SCOPES = frozenset({"admin:repo_hook", "write:repo_hook", "repo"})
_TOKEN_SECONDS = 3_600


class HookDoor:
    """Hooks of a repository: only who administers it may touch them."""

    def __init__(self, house: House, table: Table, door: RepositoryDoor) -> None:
        """Add the routes."""
        self.house = house
        self.world = house.world
        self.door = door
        base = "/repos/{owner}/{name}/hooks"
        table.add(f"GET {base}", self.list)
        table.add(f"POST {base}", self.create)
        table.add(f"GET {base}/{{id}}", self.show)
        table.add(f"PATCH {base}/{{id}}", self.change)
        table.add(f"DELETE {base}/{{id}}", self.delete)
        table.add(f"POST {base}/{{id}}/pings", self.ping)
        table.add(f"GET {base}/{{id}}/deliveries", self.deliveries)
        table.add(f"GET {base}/{{id}}/deliveries/{{delivery}}", self.delivery)
        table.add(f"POST {base}/{{id}}/deliveries/{{delivery}}/attempts", self.redeliver)

    def list(self, request: Request, owner: str, name: str) -> Answer:
        """`GET …/hooks`."""
        place = self._place(request, owner, name)
        return paged(request, self.house.urls, [*place.hooks.values()], self._shown)

    def create(self, request: Request, owner: str, name: str) -> Answer:
        """`POST …/hooks`: one address may be told once only."""
        place = self._place(request, owner, name)
        asked = request.json()
        config = asked.get("config") or {}
        url, events = config.get("url"), asked.get("events") or ["push"]
        if not isinstance(url, str) or not url.startswith(("http://", "https://")):
            raise Problem(422, "Validation Failed", errors=[_fault("url", "missing_field")])
        if any(hook.url == url for hook in place.hooks.values()):
            wrong = {"resource": "Hook", "code": "custom"}
            told = wrong | {"message": "Hook already exists on this repository"}
            raise Problem(422, "Validation Failed", errors=[told])
        if config.get("content_type", "form") != "json":
            raise Problem(422, "the stand-in sends JSON only: set config.content_type")
        made = self.house.places.hook(
            place, url, str(config.get("secret") or ""), [str(event) for event in events]
        )
        made.is_active = bool(asked.get("active", True))
        shown = self._shown(made)
        return Answer(201, shown, {"Location": shown["url"]})

    def show(self, request: Request, owner: str, name: str, number: str) -> Answer:
        """`GET …/hooks/{id}`."""
        return Answer(body=self._shown(self._hook(request, owner, name, number)))

    def change(self, request: Request, owner: str, name: str, number: str) -> Answer:
        """`PATCH …/hooks/{id}`: its address, secret, events, or whether it is active."""
        hook = self._hook(request, owner, name, number)
        asked = request.json()
        config = asked.get("config") or {}
        hook.url = str(config.get("url", hook.url))
        if "secret" in config:
            hook.secret = str(config["secret"])
        elif config:
            hook.secret = ""  # GitHub forgets the secret where a new config leaves it out
        hook.events = [str(event) for event in asked.get("events", hook.events)]
        added = [str(event) for event in asked.get("add_events", [])]
        hook.events += [event for event in added if event not in hook.events]
        gone = asked.get("remove_events", [])
        hook.events = [event for event in hook.events if event not in gone]
        hook.is_active = bool(asked.get("active", hook.is_active))
        hook.updated_at = self.world.now()
        return Answer(body=self._shown(hook))

    def delete(self, request: Request, owner: str, name: str, number: str) -> Answer:
        """`DELETE …/hooks/{id}`."""
        hook = self._hook(request, owner, name, number)
        self._place(request, owner, name).hooks.pop(hook.id)
        self.world.hooks.pop(hook.id, None)
        return Answer(204)

    def ping(self, request: Request, owner: str, name: str, number: str) -> Answer:
        """`POST …/hooks/{id}/pings`."""
        self.house.places.ping(self._hook(request, owner, name, number))
        return Answer(204)

    def deliveries(self, request: Request, owner: str, name: str, number: str) -> Answer:
        """`GET …/deliveries`: newest first, three days back, pages by cursor."""
        hook = self._hook(request, owner, name, number)
        return listed(request, self.house, hook)

    def delivery(
        self, request: Request, owner: str, name: str, number: str, delivery: str
    ) -> Answer:
        """`GET …/deliveries/{id}`."""
        hook = self._hook(request, owner, name, number)
        return Answer(body=repositories.full_delivery(found_sent(self.house, hook, delivery)))

    def redeliver(
        self, request: Request, owner: str, name: str, number: str, delivery: str
    ) -> Answer:
        """`POST …/deliveries/{id}/attempts`: the same GUID again, for three days."""
        hook = self._hook(request, owner, name, number)
        self.house.acts.post.redeliver(found_sent(self.house, hook, delivery))
        return Answer(202, {})

    def _place(self, request: Request, owner: str, name: str) -> Repository:
        place = self.door.find(request, owner, name)
        grant = request.grant
        if grant is not None and grant.installation is not None:
            return place
        if place.right_of(request.needs()) != "admin" or not _SCOPES & set(
            grant.scopes if grant else ()
        ):
            raise Problem(404, "Not Found")
        return place

    def _hook(self, request: Request, owner: str, name: str, number: str) -> Hook:
        place = self._place(request, owner, name)
        found = place.hooks.get(int(number)) if number.isdigit() else None
        if found is None:
            raise Problem(404, "Not Found")
        return found

    def _shown(self, hook: Hook) -> accounts.Body:
        return repositories.hook(self.house.urls, hook)


class AppDoor:
    """The App: its installations and their tokens, its own hook's deliveries, the limits."""

    def __init__(self, house: House, table: Table) -> None:
        """Add the routes."""
        self.house = house
        self.world = house.world
        table.add("GET /app/installations", self.installations)
        table.add("GET /app/installations/{id}", self.installation)
        table.add("POST /app/installations/{id}/access_tokens", self.token)
        table.add("GET /repos/{owner}/{name}/installation", self.installation_of)
        table.add("GET /installation/repositories", self.repositories)
        table.add("GET /app/hook/deliveries", self.deliveries)
        table.add("GET /app/hook/deliveries/{id}", self.delivery)
        table.add("POST /app/hook/deliveries/{id}/attempts", self.redeliver)

    def installations(self, request: Request) -> Answer:
        """`GET /app/installations`."""
        self._app(request)
        found = list(self.world.installations.values())
        return paged(request, self.house.urls, found, self._shown)

    def installation(self, request: Request, number: str) -> Answer:
        """`GET /app/installations/{id}`."""
        self._app(request)
        return Answer(body=self._shown(self._found(number)))

    def installation_of(self, request: Request, owner: str, name: str) -> Answer:
        """`GET /repos/{owner}/{name}/installation`."""
        self._app(request)
        place = self.world.repository(f"{owner}/{name}")
        number = self.house.acts.installation_of(place) if place else None
        if number is None:
            raise Problem(404, "Not Found")
        return Answer(body=self._shown(self.world.installations[number]))

    def token(self, request: Request, number: str) -> Answer:
        """`POST /app/installations/{id}/access_tokens`: good for an hour."""
        self._app(request)
        found = self._found(number)
        if found.is_suspended:
            raise Problem(403, "This installation has been suspended")
        token, ends = self.world.token_text("ghs_", number), self.world.now() + _TOKEN_SECONDS
        self.world.grants[token] = Grant(token, None, (), ends, found.id)
        return Answer(
            201,
            {
                "token": token,
                "expires_at": format_instant(ends),
                "permissions": {"metadata": "read", "pull_requests": "read", "issues": "read"},
                "repository_selection": "all" if found.repositories is None else "selected",
            },
        )

    def repositories(self, request: Request) -> Answer:
        """`GET /installation/repositories`."""
        if request.grant is None or request.grant.installation is None:
            raise Problem(403, "You must authenticate with an installation access token")
        where = self.world.installations[request.grant.installation]
        found = [
            place
            for place in self.world.living()
            if place.owner is where.account
            and (where.repositories is None or place.id in where.repositories)
        ]
        answer = paged(
            request,
            self.house.urls,
            found,
            lambda place: repositories.repository(self.house.urls, place),
        )
        answer.body = {"total_count": len(found), "repositories": answer.body}
        return answer

    def deliveries(self, request: Request) -> Answer:
        """`GET /app/hook/deliveries`."""
        return listed(request, self.house, self._hook(request))

    def delivery(self, request: Request, number: str) -> Answer:
        """`GET /app/hook/deliveries/{id}`."""
        found = found_sent(self.house, self._hook(request), number)
        return Answer(body=repositories.full_delivery(found))

    def redeliver(self, request: Request, number: str) -> Answer:
        """`POST /app/hook/deliveries/{id}/attempts`."""
        found = found_sent(self.house, self._hook(request), number)
        self.house.acts.post.redeliver(found)
        return Answer(202, {})

    def _hook(self, request: Request) -> Hook:
        self._app(request)
        if self.world.app_hook is None:
            raise Problem(404, "Not Found")
        return self.world.app_hook

    def _app(self, request: Request) -> str:
        if request.app is None:
            raise Problem(401, "A JSON web token could not be decoded")
        return request.app

    def _found(self, number: str) -> Installation:
        found = self.world.installations.get(int(number)) if number.isdigit() else None
        if found is None:
            raise Problem(404, "Not Found")
        return found

    def _shown(self, found: Installation) -> accounts.Body:
        urls = self.house.urls
        api = f"{urls.api}/app/installations/{found.id}"
        return {
            "id": found.id,
            "account": accounts.account(urls, found.account),
            "repository_selection": "all" if found.repositories is None else "selected",
            "access_tokens_url": f"{api}/access_tokens",
            "repositories_url": f"{urls.api}/installation/repositories",
            "html_url": f"{urls.web}/settings/installations/{found.id}",
            "app_id": 1,
            "app_slug": "laurels",
            "target_id": found.account.id,
            "target_type": found.account.kind,
            "permissions": {"metadata": "read", "pull_requests": "read", "issues": "read"},
            "events": ["pull_request", "pull_request_review", "issues", "push", "repository"],
            "single_file_name": None,
            "created_at": format_instant(found.created_at),
            "updated_at": format_instant(found.created_at),
            "suspended_by": None,
            "suspended_at": None,
        }


def listed(request: Request, house: House, hook: Hook) -> Answer:
    """Answer with a hook's deliveries of three days, newest first, paged by cursor."""
    oldest = house.world.now() - KEPT_SECONDS
    found = [sent for sent in reversed(hook.sent) if sent.delivered_at >= oldest]
    if status := request.query.get("status"):
        found = [
            sent for sent in found if (sent.status_code in range(1, 400)) == (status == "success")
        ]
    size = min(100, max(1, int(request.query.get("per_page", "30"))))
    if cursor := request.query.get("cursor"):
        number = int(cursor.removeprefix("v1_")) if cursor[3:].isdigit() else 0
        found = [sent for sent in found if sent.id < number]
    headers = {}
    if len(found) > size:
        cursor = f"v1_{found[size - 1].id}"
        place = f"{house.urls.api}{request.path}?per_page={size}&cursor={cursor}"
        headers["Link"] = f'<{place}>; rel="next"'
    return Answer(200, [repositories.delivery(sent) for sent in found[:size]], headers)


def found_sent(house: House, hook: Hook, number: str) -> Sent:
    """Return a delivery of a hook that GitHub still keeps."""
    found = house.world.sent.get(int(number)) if number.isdigit() else None
    if found is None or found.hook is not hook:
        raise Problem(404, "Not Found")
    if house.world.now() - found.delivered_at > KEPT_SECONDS:
        raise Problem(404, "Not Found")
    return found


def _fault(field: str, code: str) -> dict[str, str]:
    return {"resource": "Hook", "field": field, "code": code}
