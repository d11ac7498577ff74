"""A newcomer's whole way through the live demo, in a real browser against the stand-in GitHub."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest
from playwright.sync_api import Browser, Page, expect


@dataclass(frozen=True)
class Demo:
    """Where Laurels and the stand-in answer."""

    url: str
    github: str

    def act(self, door: str, **given: Any) -> None:
        """Let something happen at the stand-in, or go wrong."""
        body = json.dumps(given).encode()
        with urlopen(Request(f"{self.github}/_standin/{door}", body), timeout=10):
            pass


@pytest.fixture(scope="module")
def demo(
    browser_type_launch_args: dict[str, Any], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Demo]:
    """Serve the live demo as a newcomer starts it."""
    folder: Path = tmp_path_factory.mktemp("live") / "data"
    environ = {name: value for name, value in os.environ.items() if "LAURELS_" not in name}
    environ.pop("DJANGO_SETTINGS_MODULE", None)
    command = [sys.executable, "-m", "laurels", "demo", "--live", "--port", "0"]
    with subprocess.Popen(
        [*command, "--data-dir", str(folder)], stdout=subprocess.PIPE, text=True, env=environ
    ) as process:
        assert process.stdout is not None
        found: list[str] = []
        try:
            for line in process.stdout:
                found += re.findall(r"^  (?:Laurels|The stand-in) +(\S+)/", line)
                if line.startswith("Laurels serves"):
                    break
            yield Demo(*found)
        finally:
            process.terminate()
            process.wait(60)


def signed_in(browser: Browser, demo: Demo, login: str) -> Page:
    """Sign somebody in by the way that the head of every page offers."""
    page = browser.new_context(viewport={"width": 360, "height": 780}).new_page()
    page.set_default_timeout(15_000)
    page.goto(f"{demo.url}/projects/")
    page.get_by_role("link", name="Sign in").click()
    page.get_by_role("button", name="Continue to GitHub").click()
    page.get_by_role("button", name=login).click()
    expect(page.get_by_role("link", name=f"Your account: {login}")).to_be_visible()
    assert page.url == f"{demo.url}/projects/"
    return page


def until(page: Page, is_so: Callable[[], bool], seconds: float = 20) -> None:
    """Load the page again until something is so, as a person would."""
    end = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < end, page.inner_text("main")
        page.wait_for_timeout(200)
        page.reload()


def press(page: Page, name: str, **fields: str) -> None:
    """Fill fields by their labels and press a button of that form."""
    for label, value in fields.items():
        page.get_by_label(label.replace("_", " ")).fill(value)
    page.get_by_role("button", name=name).click()


def says(page: Page, text: str) -> None:
    expect(page.locator("main")).to_contain_text(text)


def test_live_demo_when_walked_through_then_everything_works(browser: Browser, demo: Demo) -> None:
    olga = signed_in(browser, demo, "olga")
    project_is_made_and_moved(olga, demo)
    repository_is_registered(olga, demo)
    merge_becomes_points(olga, demo)
    mira = signed_in(browser, demo, "mira")
    team_changes(olga, mira, demo)
    repository_is_disabled_and_project_archived(mira, demo)
    olga.goto(f"{demo.url}/account/")
    press(olga, "Sign out here")
    expect(olga.get_by_role("link", name="Sign in")).to_be_visible()
    for page in (olga, mira):
        page.context.close()


def project_is_made_and_moved(olga: Page, demo: Demo) -> None:
    olga.get_by_role("link", name="New project").click()
    press(olga, "Create project", Name="Lamps", Address="No lamps!", Tags="docs lamps")
    says(olga, "Nothing was changed. To mend: Address.")
    expect(olga.get_by_label("Tags")).to_have_value("docs lamps")
    press(olga, "Create project", Address="lamps")
    says(olga, "Settings of Lamps")
    olga.get_by_role("link", name="Edit name, description and tags").click()
    press(olga, "Save", Address="lamp-house", Description="What each lamp did")
    assert olga.url == f"{demo.url}/projects/lamp-house/settings/"
    olga.goto(f"{demo.url}/projects/lamps/")
    assert olga.url == f"{demo.url}/projects/lamp-house/"


def repository_is_registered(olga: Page, demo: Demo) -> None:
    olga.goto(f"{demo.url}/projects/lamp-house/register/")
    press(olga, "Register", Repository=f"{demo.github}/harbour/lanternlog")
    until(olga, lambda: "scope_missing" in olga.inner_text("main"))
    olga.get_by_role("link", name="Allow webhooks at GitHub").click()
    olga.get_by_role("button", name="Continue to GitHub").click()
    olga.get_by_role("button", name="olga").click()
    demo.act("faults", kind="unauthorized", path="/hooks", times=-1)
    press(olga, "Try again")
    until(olga, lambda: "token_invalid" in olga.inner_text("main"))
    demo.act("faults")
    olga.get_by_role("link", name="Sign in at GitHub again").click()
    olga.get_by_role("button", name="Continue to GitHub").click()
    olga.get_by_role("button", name="olga").click()
    press(olga, "Try again")
    until(olga, lambda: olga.get_by_role("button", name="Check again").count() == 1)
    says(olga, "Counts, with a webhook of its own.")


def merge_becomes_points(olga: Page, demo: Demo) -> None:
    demo.act("acts/open", place="harbour/lanternlog", author="sam", title="Light the pier")
    olga.goto(f"{demo.github}/harbour/lanternlog")
    olga.get_by_role("row", name="Light the pier").get_by_role("link").click()
    olga.get_by_label("Merge it as").select_option("olga")
    press(olga, "Merge")
    says(olga, "merged pull request, by sam")
    olga.goto(f"{demo.url}/contributors/sam/points/")
    until(olga, lambda: "Light the pier" in olga.inner_text("main"))
    says(olga, "Settles")


def team_changes(olga: Page, mira: Page, demo: Demo) -> None:
    settings = f"{demo.url}/projects/lamp-house/settings/"
    olga.goto(settings)
    press(olga, "Invite", Login_at_GitHub="nobody-here")
    says(olga, "Nobody is called so on GitHub.")
    press(olga, "Invite", Login_at_GitHub="mira")
    says(olga, "Invited, for 14 days.")
    mira.reload()
    mira.get_by_role("link", name="1 invitation").click()
    press(mira, "Accept")
    says(mira, "You are on the team.")
    mira.get_by_role("link", name="Lamps").click()
    says(mira, "Settings of Lamps")
    olga.goto(settings)
    press(olga, "Remove mira")
    says(olga, "Removed from the team.")
    mira.reload()
    says(mira, "You may not do this.")
    press(olga, "Leave")
    says(olga, "the last owner stays")
    press(olga, "Offer", Login_of_a_contributor="mira")
    mira.goto(f"{demo.url}/invitations/")
    press(mira, "Accept")
    says(mira, "You own the project.")
    olga.goto(settings)
    says(olga, "maintainer since")


def repository_is_disabled_and_project_archived(mira: Page, demo: Demo) -> None:
    mira.goto(f"{demo.url}/projects/lamp-house/settings/")
    mira.get_by_text("Change harbour/lanternlog").click()
    press(mira, "Disable", Why_it_is_disabled="moved to another place")
    says(mira, "nothing done there earns: disabled (moved to another place).")
    mira.get_by_text("Change harbour/lanternlog").click()
    press(mira, "Enable")
    says(mira, "Enabled. Work counts again from now on.")
    press(mira, "Archive this project", Why_it_is_archived="the season is over")
    says(mira, "This project is archived.")
    press(mira, "Let work count again")
    says(mira, "Taken out of the archive.")
