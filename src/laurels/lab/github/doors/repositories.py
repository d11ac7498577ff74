"""REST: repositories, rights, pull requests, issues and reviews."""

from __future__ import annotations

from laurels.kit.times import parse_instant
from laurels.lab.github.doors.asking import Answer, House, Problem, Request, Table, paged
from laurels.lab.github.shapes import accounts, repositories, threads
from laurels.lab.github.things import Repository, Thread


class RepositoryDoor:
    """What is asked about a repository; what a token may not see is not found."""

    def __init__(self, house: House, table: Table) -> None:
        """Add the routes."""
        self.house = house
        self.world = house.world
        base = "/repos/{owner}/{name}"
        table.add(f"GET {base}", self.show)
        table.add("GET /repositories/{id}", self.show_by_id)
        table.add(f"GET {base}/languages", self.languages)
        table.add(f"GET {base}/collaborators/{{login}}/permission", self.permission)
        table.add(f"GET {base}/pulls", self.pulls)
        table.add(f"GET {base}/pulls/{{number}}", self.pull)
        table.add(f"GET {base}/pulls/{{number}}/reviews", self.reviews)
        table.add(f"GET {base}/pulls/{{number}}/comments", self.review_comments)
        table.add(f"GET {base}/issues", self.issues)
        table.add(f"GET {base}/issues/{{number}}", self.issue)
        table.add(f"GET {base}/issues/{{number}}/comments", self.comments)
        table.add("GET /user/repos", self.own)

    def find(self, request: Request, owner: str, name: str) -> Repository:
        """Return a repository by its present name; an older name redirects by id."""
        found = self.world.repository(f"{owner}/{name}")
        if found is None or not self.world.may_see(request.grant, found):
            raise Problem(404, "Not Found")
        if found.full_name.lower() != f"{owner}/{name}".lower():
            rest = request.path.removeprefix(f"/repos/{owner}/{name}")
            target = f"{self.house.urls.api}/repositories/{found.id}{rest}"
            status = 301 if request.method in ("GET", "HEAD") else 307
            raise Problem(status, "Moved Permanently", url=target, headers={"Location": target})
        return found

    def show(self, request: Request, owner: str, name: str) -> Answer:
        """`GET /repos/{owner}/{name}`."""
        place = self.find(request, owner, name)
        return Answer(body=repositories.full_repository(self.house.urls, place, request.person))

    def show_by_id(self, request: Request, number: str) -> Answer:
        """`GET /repositories/{id}`: where redirects lead."""
        found = self.world.repositories.get(int(number)) if number.isdigit() else None
        if found is None or not self.world.may_see(request.grant, found):
            raise Problem(404, "Not Found")
        return Answer(body=repositories.full_repository(self.house.urls, found, request.person))

    def languages(self, request: Request, owner: str, name: str) -> Answer:
        """`GET …/languages`."""
        return Answer(body=dict(self.find(request, owner, name).languages))

    def permission(self, request: Request, owner: str, name: str, login: str) -> Answer:
        """`GET …/collaborators/{login}/permission`: only who may push may ask."""
        place = self.find(request, owner, name)
        is_app = request.grant is not None and request.grant.installation is not None
        if not is_app and place.right_of(request.needs()) in (None, "pull", "triage"):
            raise Problem(403, "Must have push access to view collaborator permission.")
        person = self.world.account(login)
        if person is None:
            raise Problem(404, f"{login} is not a user")
        return Answer(body=repositories.permission_of(self.house.urls, place, person))

    def pulls(self, request: Request, owner: str, name: str) -> Answer:
        """`GET …/pulls?state=&sort=&direction=`."""
        place = self.find(request, owner, name)
        found = [one for one in place.threads.values() if one.is_pull and _fits(one, request)]
        return paged(
            request,
            self.house.urls,
            _sorted(found, request),
            lambda one: threads.simple_pull_request(self.house.urls, one),
        )

    def pull(self, request: Request, owner: str, name: str, number: str) -> Answer:
        """`GET …/pulls/{number}`."""
        thread = self.thread(request, owner, name, number)
        if not thread.is_pull:
            raise Problem(404, "Not Found")
        return Answer(body=threads.pull_request(self.house.urls, thread))

    def reviews(self, request: Request, owner: str, name: str, number: str) -> Answer:
        """`GET …/pulls/{number}/reviews`."""
        thread = self.thread(request, owner, name, number)
        return paged(
            request,
            self.house.urls,
            thread.reviews,
            lambda one: threads.review(self.house.urls, one),
        )

    def review_comments(self, request: Request, owner: str, name: str, number: str) -> Answer:
        """`GET …/pulls/{number}/comments`."""
        thread = self.thread(request, owner, name, number)
        found = [one for one in thread.comments if one.path is not None]
        return paged(
            request,
            self.house.urls,
            found,
            lambda one: threads.review_comment(self.house.urls, one),
        )

    def issues(self, request: Request, owner: str, name: str) -> Answer:
        """`GET …/issues`: pull requests are issues too, as at GitHub."""
        place = self.find(request, owner, name)
        since = request.query.get("since")
        after = parse_instant(since) if since else 0
        found = [
            one for one in place.threads.values() if one.updated_at >= after and _fits(one, request)
        ]
        return paged(
            request,
            self.house.urls,
            _sorted(found, request),
            lambda one: threads.issue(self.house.urls, one),
        )

    def issue(self, request: Request, owner: str, name: str, number: str) -> Answer:
        """`GET …/issues/{number}`."""
        thread = self.thread(request, owner, name, number)
        return Answer(body=threads.issue(self.house.urls, thread))

    def comments(self, request: Request, owner: str, name: str, number: str) -> Answer:
        """`GET …/issues/{number}/comments`."""
        thread = self.thread(request, owner, name, number)
        found = [one for one in thread.comments if one.path is None]
        return paged(
            request, self.house.urls, found, lambda one: threads.comment(self.house.urls, one)
        )

    def own(self, request: Request) -> Answer:
        """`GET /user/repos`: what the person owns or has a role in."""
        person = request.needs()
        found = [
            place
            for place in self.world.living()
            if place.owner is person or place.right_of(person) not in (None, "pull")
        ]
        found.sort(key=lambda place: place.full_name)
        return paged(
            request,
            self.house.urls,
            found,
            lambda place: repositories.full_repository(self.house.urls, place, person),
        )

    def thread(self, request: Request, owner: str, name: str, number: str) -> Thread:
        """Return a thread by its number."""
        place = self.find(request, owner, name)
        found = place.threads.get(int(number)) if number.isdigit() else None
        if found is None:
            raise Problem(404, "Not Found")
        return found


class PeopleDoor:
    """What is asked about people and organisations."""

    def __init__(self, house: House, table: Table) -> None:
        """Add the routes."""
        self.house = house
        table.add("GET /user", self.own)
        table.add("GET /user/emails", self.emails)
        table.add("GET /users/{login}", self.show)
        table.add("GET /user/{id}", self.show_by_id)
        table.add("GET /orgs/{org}/memberships/{login}", self.membership)

    def own(self, request: Request) -> Answer:
        """`GET /user`."""
        return Answer(body=accounts.own_profile(self.house.urls, request.needs()))

    def emails(self, request: Request) -> Answer:
        """`GET /user/emails`: not found without the scope, as at GitHub."""
        person = request.needs()
        scopes = request.grant.scopes if request.grant else ()
        if not {"user:email", "user"} & set(scopes):
            raise Problem(404, "Not Found")
        return Answer(body=accounts.emails(person))

    def show(self, request: Request, login: str) -> Answer:
        """`GET /users/{login}`."""
        found = self.house.world.account(login)
        if found is None:
            raise Problem(404, "Not Found")
        return Answer(body=accounts.profile(self.house.urls, found))

    def show_by_id(self, request: Request, number: str) -> Answer:
        """`GET /user/{id}`: by the id that stays."""
        found = self.house.world.accounts.get(int(number)) if number.isdigit() else None
        if found is None or found.is_deleted:
            raise Problem(404, "Not Found")
        return Answer(body=accounts.profile(self.house.urls, found))

    def membership(self, request: Request, org: str, login: str) -> Answer:
        """`GET /orgs/{org}/memberships/{login}`."""
        group, person = self.house.world.account(org), self.house.world.account(login)
        if group is None or person is None or person.id not in group.members:
            raise Problem(404, "Not Found")
        urls = self.house.urls
        return Answer(
            body={
                "url": f"{urls.api}/orgs/{group.login}/memberships/{person.login}",
                "state": "active",
                "role": group.members[person.id],
                "organization_url": f"{urls.api}/orgs/{group.login}",
                "organization": accounts.organisation(urls, group),
                "user": accounts.account(urls, person),
            }
        )


def _fits(thread: Thread, request: Request) -> bool:
    state = request.query.get("state", "open")
    return state == "all" or thread.state == state


def _sorted(found: list[Thread], request: Request) -> list[Thread]:
    by = request.query.get("sort", "created")
    down = request.query.get("direction", "desc") == "desc"
    if by == "updated":
        return sorted(found, key=lambda one: (one.updated_at, one.id), reverse=down)
    return sorted(found, key=lambda one: (one.created_at, one.id), reverse=down)
