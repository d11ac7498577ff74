from __future__ import annotations

from pathlib import Path
from urllib.parse import urljoin

import laurels.web
from tests.doors.web.conftest import Answer, Get, World

STATEMENTS = 20
BUDGET = 60_000
SHEET = Path(laurels.web.__file__).parent / "static" / "laurels" / "laurels.css"
DECORATION = {"style", "onclick", "onload", "onsubmit", "onchange"}


def crawl(get: Get) -> dict[str, Answer]:
    """Follow every link of ours from home, without script."""
    seen: dict[str, Answer] = {}
    waiting = ["/"]
    while waiting:
        address = waiting.pop().partition("#")[0]
        if address in seen or not address.startswith("/"):
            continue
        seen[address] = get(address)
        if seen[address].response["Content-Type"].startswith("text/html"):
            waiting += [urljoin(address, link) for link in seen[address].reading.links]
    return seen


def test_crawl_when_every_link_is_followed_then_each_page_holds(world: World, get: Get) -> None:
    pages = crawl(get)
    kinds = {answer.response.resolver_match.view_name for answer in pages.values()}

    assert kinds >= {
        *("home", "leaderboard", "projects", "project", "contributor", "points", "pulls", "rules"),
        *("certificates", "certificate", "weeks_csv", "leaderboard_csv", "projects_csv"),
        *("project_repositories_csv", "points_csv", "pulls_csv", "days_csv", "rules_csv"),
    }
    assert {a: one.status for a, one in pages.items() if one.status != 200} == {}
    assert {a: n.statements for a, n in pages.items() if n.statements > STATEMENTS} == {}
    assert [a for a, one in pages.items() if "[[undefined" in one.body] == []
    for address, answer in pages.items():
        if answer.response["Content-Type"].startswith("text/html"):
            assert faults(answer) == [], address


def faults(answer: Answer) -> list[str]:
    """Return what a page has that none may have: inline parts, foreign parts, too many bytes."""
    found = []
    if len(answer.body.encode()) + SHEET.stat().st_size >= BUDGET:
        found.append("page and style sheet together are too large")
    if "default-src 'self'" not in answer.response["Content-Security-Policy"]:
        found.append("no content security policy")
    if "Data complete to" not in answer.text:
        found.append("the foot does not say how fresh the data is")
    if answer.body.count("<h1") != 1:
        found.append("not one h1")
    for tag, attributes in answer.reading.tags:
        if tag == "style" or DECORATION & attributes.keys():
            found.append(f"inline style or script on {tag}")
        if tag == "script" and not attributes.get("src"):
            found.append("inline script")
        loaded = [attributes.get(name) or "" for name in ("src", "srcset", "action")]
        loaded.append((attributes.get("href") or "") if tag == "link" else "")
        found += [f"{tag} loads {one}" for one in loaded if one.startswith(("http", "//"))]
    return found
