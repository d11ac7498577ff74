from __future__ import annotations

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.browser.conftest import Site

PAGES = {
    "home": "/",
    "leaderboard": "/leaderboard/",
    "month": "/leaderboard/?period=all",
    "rising": "/leaderboard/?period=rising",
    "nobody": "/leaderboard/?q=zzzz",
    "projects": "/projects/",
    "project": "/projects/{project}/",
    "ghost": "/contributors/{top}/",
    "member": "/contributors/{member}/",
    "points": "/contributors/{top}/points/",
    "pulls": "/contributors/{member}/pulls/",
    "metrics": "/contributors/{member}/metrics/",
    "metrics-raw": "/contributors/{member}/metrics/?mode=raw",
    "metrics-in-part": "/contributors/{partly}/metrics/",
    "evidence": "/contributors/{member}/metrics/pr_merge_rate/",
    "rules": "/rules/",
    "look-up": "/certificates/",
    "certificate": "/certificates/{certificate}/",
    "revoked": "/certificates/{revoked}/",
    "unknown": "/certificates/4H7K-Q2M9-XWTD/",
    "not-found": "/no/such/page",
    "staff-link": "/staff/{tokens[0]}/",
    "staff-only": "/admin/login/",
}
OWN_PAGES = {
    "settings": "/projects/{project}/settings/",
    "edit": "/projects/{project}/edit/",
    "register": "/projects/{project}/register/",
    "new": "/projects/new/",
    "own-project": "/projects/{project}/",
    "invitations": "/invitations/",
    "account": "/account/",
    "compare": "/compare/?login={member}&login={partly}&login=nobody-here",
    "compare-nobody": "/compare/",
    "sign-in": "/sign-in/?next=/account/",
    "sign-in-for-hooks": "/sign-in/?for=hooks",
    "sign-in-refused": "/sign-in/?next=//elsewhere.example/",
    "sign-in-failed": "/sign-in/github/?error=access_denied",
}
"""Pages of somebody who is signed in and owns a project."""
SCREENS = {"phone": (360, 780), "desktop": (1280, 900)}


class Watched:
    """A tab that remembers what the browser complained of and what it fetched."""

    def __init__(self, page: Page, site: Site) -> None:
        self.page, self.site = page, site
        self.complaints: list[str] = []
        self.fetched: list[str] = []
        page.on("console", lambda said: self._said(said.type, said.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("request", lambda request: self.fetched.append(request.url))

    def _said(self, kind: str, text: str) -> None:
        # A page that is refused or not found is told to the console by the browser itself.
        if kind in ("error", "warning") and "responded with a status of 4" not in text:
            self.complaints.append(text)

    def sign_in(self) -> None:
        """Be signed in as somebody who owns a project."""
        cookie = {"name": "sessionid", "value": self.site.names["session"], "url": self.site.url}
        self.page.context.add_cookies([cookie])  # type: ignore[list-item]

    def open(self, path: str) -> None:
        """Go to an address of the site."""
        self.page.goto(self.site.url + path.format(**self.site.names))


@pytest.fixture(params=["light", "dark"])
def scheme(request: pytest.FixtureRequest) -> str:
    """Return a theme of the system."""
    theme: str = request.param
    return theme


@pytest.fixture(params=sorted(SCREENS))
def tab(
    request: pytest.FixtureRequest, browser: Browser, site: Site, scheme: str
) -> Iterator[Watched]:
    """Return a tab on a phone or a desktop, in a light or a dark system."""
    width, height = SCREENS[request.param]
    context = browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme=scheme,  # type: ignore[arg-type]
    )
    yield Watched(context.new_page(), site)
    context.close()


@pytest.fixture
def phone(browser: Browser, site: Site, scheme: str) -> Iterator[Watched]:
    """Return a tab on a phone, in a light or a dark system, in which somebody is signed in."""
    width, height = SCREENS["phone"]
    context = browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme=scheme,  # type: ignore[arg-type]
    )
    tab = Watched(context.new_page(), site)
    tab.sign_in()
    yield tab
    context.close()


@pytest.mark.parametrize("name", sorted(PAGES))
def test_page_when_looked_at_then_accessible_quiet_and_as_wide_as_the_screen(
    tab: Watched, name: str
) -> None:
    tab.open(PAGES[name])
    looks_well(tab)


@pytest.mark.parametrize("name", sorted(OWN_PAGES))
def test_own_page_when_looked_at_then_accessible_quiet_and_as_wide_as_the_screen(
    phone: Watched, name: str
) -> None:
    phone.open(OWN_PAGES[name])
    for folded in phone.page.locator("summary").all():
        folded.click()
    looks_well(phone)


def test_form_when_sent_with_faults_then_shown_again_as_well_as_before(phone: Watched) -> None:
    phone.open("/projects/new/")
    phone.page.get_by_label("Address").fill("No such address!")
    phone.page.get_by_role("button", name="Create project").click()
    phone.page.get_by_role("link", name="Address").click()
    assert phone.page.evaluate("document.activeElement.value") == "No such address!"
    looks_well(phone)


def looks_well(tab: Watched) -> None:
    """Check a page that is open: no faults of access, no complaints, nothing foreign, no scroll."""
    found = Axe().run(tab.page)
    assert found.violations_count == 0, found.generate_report()
    assert tab.complaints == []
    assert [url for url in tab.fetched if not url.startswith(tab.site.url)] == []
    wide, screen = tab.page.evaluate(
        "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"
    )
    assert wide <= screen


def test_home_when_script_is_off_then_everything_is_there(browser: Browser, site: Site) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(site.url)
    assert page.get_by_role("heading", level=1).inner_text() == "Good work, on the record."
    page.get_by_role("link", name="See the leaderboard").click()
    page.get_by_label("Period").select_option("all")
    page.get_by_role("button", name="Show").click()
    assert "period=all" in page.url
    context.close()


def test_compare_when_script_is_off_then_people_are_added_and_removed(
    browser: Browser, site: Site
) -> None:
    context = browser.new_context(java_script_enabled=False)
    cookie = {"name": "sessionid", "value": site.names["session"], "url": site.url}
    context.add_cookies([cookie])  # type: ignore[list-item]
    page = context.new_page()
    page.goto(f"{site.url}/compare/")
    for login in (site.names["member"], site.names["partly"]):
        page.get_by_label("Add somebody").fill(login)
        page.get_by_role("button", name="Add").click()
    assert page.get_by_role("table", name="Merge rate").get_by_role("row").count() == 3
    page.get_by_role("link", name=f"Remove {site.names['partly']}").click()
    assert page.get_by_role("table", name="Merge rate").get_by_role("row").count() == 2
    page.get_by_role("link", name="Raw").click()
    assert page.url.endswith(f"login={site.names['member']}&mode=raw")
    context.close()


def test_theme_when_chosen_then_kept_on_the_next_page(page: Page, site: Site) -> None:
    page.goto(site.url)
    page.get_by_label("Theme").select_option("dark")
    page.goto(f"{site.url}/rules/")
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(18, 22, 19)"


def test_first_stop_when_tabbing_then_the_skip_link_leads_to_the_content(
    page: Page, site: Site
) -> None:
    page.goto(site.url)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to content"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_number_when_typed_on_home_then_its_certificate_opens(page: Page, site: Site) -> None:
    page.goto(site.url)
    page.get_by_label("Certificate number").fill(site.names["certificate"].lower())
    page.get_by_role("button", name="Check certificate").click()
    page.get_by_role("heading", name="Verified. This certificate is in force.").wait_for()
    assert page.url.endswith(f"/certificates/{site.names['certificate']}/")


def test_admin_when_signed_in_by_link_then_lists_open_without_a_complaint(
    page: Page, site: Site
) -> None:
    tab = Watched(page, site)
    tab.open("/staff/{tokens[1]}/")
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("heading", name="What is on record").wait_for()
    for place in ("scoring/item", "recognition/certificate", "scoring/rulesetversion/publish"):
        tab.open(f"/admin/{place}/")
    assert tab.complaints == []
    assert [url for url in tab.fetched if not url.startswith(site.url)] == []
