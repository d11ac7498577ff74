from __future__ import annotations

from laurels.apps.contributions.models import PullRequest
from laurels.apps.projects.models import Project, ProjectArchival, Repository, SlugHistory
from laurels.domain.rulesets import preset
from tests.apps import factories as make
from tests.doors.web.conftest import NOW, Get, World


def test_project_when_shown_then_people_merges_and_repositories_are_told(
    world: World, get: Get
) -> None:
    project = Project.objects.get(slug=world.project)
    merged = PullRequest.objects.filter(
        repository__memberships__project=project, lifecycle="merged", is_shown=True
    ).count()
    answer = get(f"/projects/{project.slug}/")

    assert project.name in answer.text
    assert f"merged, of {answer.text.partition('merged, of ')[2].split()[0]} known {merged}" in (
        answer.text
    )
    names = Repository.objects.filter(memberships__project=project).values_list(
        "full_name", flat=True
    )
    for name in names:
        assert f"https://github.com/{name}" in answer.reading.links
    csv = get(f"/projects/{project.slug}/repositories.csv").body.splitlines()
    assert len(csv) == len(names) + 1


def test_project_when_slug_is_old_then_led_to_the_present_one(world: World, get: Get) -> None:
    project = Project.objects.get(slug=world.project)
    SlugHistory.objects.create(project=project, slug="once-was")
    make.version(preset("nest"), project=project)
    for end in ("", "rules/"):
        answer = get(f"/projects/once-was/{end}")
        assert answer.status == 301
        assert answer.response["Location"] == f"/projects/{project.slug}/{end}"


def test_project_when_unknown_then_404(world: World, get: Get) -> None:
    assert get("/projects/nope/").status == 404
    assert get(f"/projects/{world.project}/rules/").status == 404


def test_project_when_archived_then_both_pages_say_so(world: World, get: Get) -> None:
    project = Project.objects.get(slug=world.project)
    ProjectArchival.objects.create(project=project, starts_at=NOW - 1)
    assert "This project is archived." in get(f"/projects/{project.slug}/").text
    assert "archived" in get("/projects/").text
    assert ",yes" in get("/projects.csv").body


def test_project_when_it_has_rules_of_its_own_then_they_are_told(world: World, get: Get) -> None:
    project = Project.objects.get(slug=world.project)
    version = make.version(preset("nest"), project=project)
    assert "Rules of its own" in get(f"/projects/{project.slug}/").text
    text = get(f"/projects/{project.slug}/rules/").text
    assert "They count on this project’s own boards" in text
    assert get(f"/projects/{project.slug}/rules/{version.number}/").status == 200


def test_projects_when_many_then_paged_by_a_cursor(world: World, get: Get) -> None:
    for number in range(45):
        made = make.project(f"many-{number:02}", kind="chapter", description="d", difficulty="easy")
        make.tagged(made, f"tag-{number % 3}")
    seen, address = [], "/projects/"
    while address:
        answer = get(address)
        seen += [link for link in answer.reading.links if link.startswith("/projects/many-")]
        more = [str(a["href"]) for _, a in answer.reading.tags if a.get("rel") == "next"]
        address = more[0] if more else ""
    assert len(seen) == len(set(seen)) == 45
    assert get("/projects/?after=x").status == 404
    assert "chapter" in get("/projects/many-01/").text


def test_projects_when_searched_then_only_matches(world: World, get: Get) -> None:
    make.project("findable-thing")
    answer = get("/projects/?q=findable")
    assert "/projects/findable-thing/" in answer.reading.links
    assert f"/projects/{world.project}/" not in answer.reading.links
    assert "No project is called “zzz”" in get("/projects/?q=zzz").text


def test_private_repository_when_in_lists_then_neither_named_nor_titled(
    world: World, get: Get
) -> None:
    names = list(Repository.objects.values_list("full_name", flat=True))
    Repository.objects.update(is_private=True)
    pages = (
        *("/projects/{project}/", "/contributors/{top}/", "/contributors/{top}/points/"),
        *("/contributors/{top}/points.csv", "/contributors/{top}/pulls.csv"),
    )
    for page in pages:
        body = get(page.format(project=world.project, top=world.top)).body
        assert not [name for name in names if f"{name}#" in body or f"com/{name}" in body]
