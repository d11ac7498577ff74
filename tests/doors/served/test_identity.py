"""Who comes in and who does not, as a browser and a program meet it: over real HTTP."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import pytest

from laurels.apps.people.sessions import kept_key
from tests.doors.served.conftest import Site
from tests.fakes.oauth import CLIENT_SECRET
from tests.plugins.browser import Browser, Seen

V1 = "/api/v1"


def refused(seen: Seen, code: str, status: int = 403) -> None:
    assert seen.status == status, seen.text
    assert f"<code>{code}</code>" in seen.text
    assert "This sign-in was refused." in seen.text


def is_in(browser: Browser) -> bool:
    return browser.get("/account/").status == 200


def asked(address: str, name: str) -> str:
    return parse_qs(urlsplit(address).query)[name][0]


def pair(browser: Browser, site: Site) -> dict[str, Any]:
    """Exchange a browser's session for a pair of tokens."""
    seen = browser.post(f"{V1}/auth/token")
    assert seen.status == 200, seen.text
    return kept(seen, site)


def kept(seen: Seen, site: Site) -> dict[str, Any]:
    found: dict[str, Any] = seen.json
    site.secrets += [found["access_token"], found["refresh_token"]]
    return found


def refresh(site: Site, token: str) -> Seen:
    body = json.dumps({"refresh_token": token}).encode()
    return site.browser().send(
        "POST", f"{V1}/auth/refresh", body, {"Content-Type": "application/json"}
    )


def me(site: Site, token: str) -> str:
    """Return `ok`, or the code with which a token is refused."""
    seen = site.browser().get(f"{V1}/auth/me", Authorization=f"Bearer {token}")
    return "ok" if seen.status == 200 else str(seen.json["code"])


def test_sign_in_when_all_is_well_then_on_the_way_under_a_new_session(site: Site) -> None:
    browser = site.browser()
    address = site.approved(browser, "ada", "/rules/?a=b")
    before = browser.jar["sessionid"]
    seen = browser.get(address)
    assert (seen.status, seen.location) == (302, "/rules/?a=b")
    assert browser.jar["sessionid"] != before
    (cookie,) = [one for one in seen.cookies if one.startswith("sessionid=")]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert is_in(browser)
    thief = Browser(site.base, jar={"sessionid": before})
    assert not is_in(thief), "the session from before is worth nothing"


def test_state_when_replayed_or_of_another_browser_then_refused(site: Site) -> None:
    mine, theirs = site.browser(), site.browser()
    address = site.approved(mine, "ada")
    site.begin(theirs)
    refused(theirs.get(address), "state_invalid")
    refused(site.browser().get(address), "state_invalid")
    assert mine.get(address).status == 302
    refused(mine.get(address), "state_invalid")
    assert not is_in(theirs)


def test_code_when_swapped_or_used_again_then_refused(site: Site) -> None:
    victim, attacker = site.browser(), site.browser()
    own, foreign = site.approved(victim, "ada"), site.approved(attacker, "eve")
    state, code = asked(own, "state"), asked(foreign, "code")
    refused(victim.get(f"/sign-in/github/?state={state}&code={code}"), "code_refused")
    assert not is_in(victim)
    second = site.browser()
    used = site.approved(second, "bob")
    assert second.get(used).status == 302
    state = asked(site.begin(second), "state")
    again = f"/sign-in/github/?state={state}&code={asked(used, 'code')}"
    refused(second.get(again), "code_refused")


@pytest.mark.parametrize(
    "place",
    [
        "https://evil.example/",
        "//evil.example",
        "\\\\evil.example",
        "/\\evil.example",
        "%2F%2Fevil.example",
        "%5C%5Cevil.example",
        "/\t/evil.example",
        "javascript:alert(1)",
    ],
)
def test_next_when_it_leads_elsewhere_then_refused_before_github_is_met(
    site: Site, place: str
) -> None:
    browser = site.browser()
    refused(browser.get(f"/sign-in/?next={quote(place, safe='')}"), "next_refused", 400)
    refused(browser.post("/sign-in/", {"next": place}), "next_refused", 400)


def test_login_when_freed_and_taken_by_a_stranger_then_nothing_is_inherited(site: Site) -> None:
    site.hub.add("rose", 41)
    first = site.inside("rose")
    site.hub.add("rose-of-old", 41)
    site.hub.add("rose", 42)
    second = site.inside("rose")
    assert "GitHub account 41" in first.get("/account/").text
    assert "GitHub account 42" in second.get("/account/").text
    assert site.walk_in(first, "rose-of-old").status == 302
    page = first.get("/account/").text
    assert "GitHub account 41" in page
    assert "Before:" in page


def test_refresh_when_reused_then_the_family_is_dead_and_others_live(site: Site) -> None:
    browser = site.inside("bob")
    first, other = pair(browser, site), pair(browser, site)
    second = kept(refresh(site, first["refresh_token"]), site)
    assert me(site, second["access_token"]) == "ok"
    assert refresh(site, first["refresh_token"]).json["code"] == "refresh_reused"
    assert me(site, second["access_token"]) == "token_revoked"
    assert refresh(site, second["refresh_token"]).json["code"] == "token_revoked"
    assert me(site, other["access_token"]) == "ok"


def test_refresh_when_eight_come_at_once_then_one_pair_at_most_and_the_family_is_dead(
    site: Site,
) -> None:
    given = pair(site.inside("bob"), site)
    with ThreadPoolExecutor(8) as pool:
        seen = list(pool.map(lambda _: refresh(site, given["refresh_token"]), range(8)))
    good = [kept(one, site) for one in seen if one.status == 200]
    codes = {one.json["code"] for one in seen if one.status != 200}
    assert len(good) == 1
    assert codes <= {"refresh_reused", "token_revoked"}
    assert me(site, good[0]["access_token"]) == "token_revoked"
    assert refresh(site, good[0]["refresh_token"]).json["code"] == "token_revoked"


def test_sign_out_when_asked_then_its_tokens_end_at_the_next_request(site: Site) -> None:
    browser, elsewhere = site.inside("bob"), site.inside("bob")
    given, other = pair(browser, site), pair(elsewhere, site)
    cookie = browser.jar["sessionid"]
    assert browser.post("/sign-out/").status == 302
    assert not is_in(Browser(site.base, jar={"sessionid": cookie}))
    assert me(site, given["access_token"]) == "token_revoked"
    assert me(site, other["access_token"]) == "ok"
    assert elsewhere.post("/account/sign-ins/everywhere/").status == 302
    assert me(site, other["access_token"]) == "token_revoked"


BAN = """
from laurels.apps.audit.actors import operator
from laurels.apps.people.models import Contributor
from laurels.apps.people.services import ban_start
import time
person = Contributor.objects.get(github_id=66)
ban_start(person.pk, reason="spam", now=int(time.time()), acting=operator())
"""


def test_ban_when_started_elsewhere_then_all_ways_in_are_shut_at_the_next_request(
    site: Site,
) -> None:
    browser = site.inside("eve")
    given = pair(browser, site)
    form = {"name": "script", "scopes": ["read"], "lasts_days": "30"}
    text = browser.post("/account/tokens/", form).text
    personal = text.split('<div class="cmd"><code>')[1].split("<")[0]
    site.secrets.append(personal)
    assert (me(site, given["access_token"]), me(site, personal)) == ("ok", "ok")
    site.installation.python(BAN)
    assert me(site, given["access_token"]) in ("token_revoked", "banned")
    assert me(site, personal) == "banned"
    assert refresh(site, given["refresh_token"]).status == 401
    assert not is_in(browser)
    again = site.browser()
    refused(site.walk_in(again, "eve"), "banned")
    assert not is_in(again)


def test_secrets_when_all_that_was_done_then_in_no_table_file_job_or_log(site: Site) -> None:
    browser = site.inside("ada")
    pair(browser, site)
    site.browser().get(f"{V1}/auth/me", Authorization="Bearer lrl_wrong-but-secret")
    refused(site.browser().get("/sign-in/github/?code=a-code&state=x"), "state_invalid")
    folder = site.installation.folder
    keys = [path.read_text().strip() for path in (folder / "keys").iterdir()]
    secrets = [*site.secrets, *site.hub.tokens, *keys, CLIENT_SECRET, "wrong-but-secret"]
    assert len(site.hub.tokens) >= 1
    kept_files = [path for path in folder.rglob("*") if path.is_file() and "keys" not in path.parts]
    texts = {str(path.name): path.read_bytes() for path in [*kept_files, site.log]}
    texts["every table"] = everything(site).encode()
    assert b"people_githubtoken" in texts["every table"]
    assert kept_key(browser.jar["sessionid"]).encode() in texts["every table"], (
        "sessions are looked at"
    )
    for name, text in texts.items():
        found = [secret[:8] for secret in secrets if secret.encode() in text]
        assert found == [], name


TABLES = """
from django.db import connection
with connection.cursor() as cursor:
    for table in connection.introspection.table_names(cursor):
        cursor.execute(f'SELECT * FROM "{table}"')
        print(table, cursor.fetchall())
"""


def everything(site: Site) -> str:
    return str(site.installation.python(TABLES).stdout)
