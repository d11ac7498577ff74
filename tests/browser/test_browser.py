from __future__ import annotations

from playwright.sync_api import Page


def test_browser_when_given_a_page_then_runs_its_script(page: Page) -> None:
    page.set_content("<title>before</title><script>document.title = 'after'</script>")
    assert page.title() == "after"
