from __future__ import annotations

import pytest
from django.test import Client

from laurels.apps.audit.actors import operator
from laurels.apps.audit.models import AuditRow
from laurels.apps.jobs.models import Job
from laurels.apps.people.models import Contributor, GitHubToken, PersonalToken, SignIn
from laurels.apps.people.services.api_tokens import MOST_PERSONAL
from laurels.apps.recognition.selectors_export import export_of
from laurels.apps.scoring.services import program_init
from laurels.kit.clock import ManualClock
from tests.apps import factories
from tests.doors.web.conftest import NOW
from tests.fakes.oauth import GitHubOAuth
from tests.plugins.account import SignIn as SignInAs
from tests.plugins.account import walk_in
from tests.plugins.signed_in import sign_in_as

PLACES = [
    ("post", "/account/sign-ins/1/"),
    ("post", "/account/sign-ins/everywhere/"),
    ("post", "/account/reading/"),
    ("post", "/account/tokens/"),
    ("post", "/account/tokens/1/"),
    ("get", "/account/export.json"),
    ("post", "/account/close/"),
    ("post", "/account/erase/"),
]


@pytest.fixture
def ada(db: None) -> Contributor:
    return factories.contributor("ada", github_id=7)


@pytest.fixture
def mine(ada: Contributor) -> Client:
    return sign_in_as(Client(), ada)


@pytest.fixture
def theirs(db: None) -> Client:
    return sign_in_as(Client(), factories.contributor("bob"))


def test_account_when_signed_in_then_shows_all_and_is_not_kept(
    github: GitHubOAuth, sign_in: SignInAs
) -> None:
    browser = sign_in("ada")
    github.add("countess", 7)
    walk_in(browser, github, "countess")
    answer = browser.get("/account/")
    text = answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
    assert answer["X-Robots-Tag"] == "noindex"
    for words in ("countess", "GitHub account 7", "Before:", "this browser", "read:user"):
        assert words in text
    assert not [token for token in github.tokens if token in text]


@pytest.mark.parametrize(("method", "place"), [("get", "/account/"), *PLACES])
def test_places_when_nobody_is_signed_in_then_none_opens(db: None, method: str, place: str) -> None:
    answer = getattr(Client(), method)(place)
    if method == "get":
        assert (answer.status_code, answer["Location"]) == (
            302,
            f"/sign-in/?next={place}".replace("/account", "%2Faccount").replace(
                "=%2Faccount/", "=%2Faccount%2F"
            ),
        )
    else:
        assert answer.status_code == 403


@pytest.mark.parametrize("place", [place for method, place in PLACES if method == "post"])
def test_places_when_the_form_lacks_its_token_or_is_a_link_then_refused(
    ada: Contributor, place: str
) -> None:
    strict = sign_in_as(Client(enforce_csrf_checks=True), ada)
    assert strict.post(place).status_code == 403
    assert strict.get(place).status_code == 405


def test_sign_ins_when_one_is_ended_then_that_browser_is_out_and_others_stay(
    ada: Contributor, mine: Client, theirs: Client
) -> None:
    other = sign_in_as(Client(), ada)
    pk = SignIn.objects.filter(contributor=ada).latest("id").pk
    assert theirs.post(f"/account/sign-ins/{pk}/").status_code == 404
    assert other.get("/account/").status_code == 200
    assert mine.post(f"/account/sign-ins/{pk}/").status_code == 302
    assert other.get("/account/").status_code == 302
    assert mine.get("/account/").status_code == 200
    assert mine.post(f"/account/sign-ins/{pk}/").status_code == 404


def test_everywhere_when_asked_then_all_of_mine_are_out_and_nobody_else(
    ada: Contributor, mine: Client, theirs: Client
) -> None:
    other = sign_in_as(Client(), ada)
    assert mine.post("/account/sign-ins/everywhere/").status_code == 302
    for browser in (mine, other):
        assert browser.get("/account/").status_code == 302
    assert theirs.get("/account/").status_code == 200
    assert AuditRow.objects.get(action="access:end").reason == "logout_everywhere"


def test_token_when_made_then_shown_once_and_serves_until_revoked(
    mine: Client, theirs: Client
) -> None:
    form = {"name": "script", "scopes": ["read"], "lasts_days": "30"}
    text = mine.post("/account/tokens/", form).content.decode()
    token = text.split('<div class="cmd"><code>')[1].split("<")[0]
    assert token.startswith("lrl_")
    assert token not in mine.get("/account/").content.decode()
    headers = {"Authorization": f"Bearer {token}"}
    assert Client().get("/api/v1/auth/me", headers=headers).json()["login"] == "ada"
    pk = PersonalToken.objects.get().pk
    assert theirs.post(f"/account/tokens/{pk}/").status_code == 404
    assert mine.post(f"/account/tokens/{pk}/").status_code == 302
    assert Client().get("/api/v1/auth/me", headers=headers).status_code == 401


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("name", "", "A name has 1 to 80 characters."),
        ("scopes", [], "A token needs at least one scope."),
        ("scopes", ["all"], "There is no scope &#x27;all&#x27;."),
        ("lasts_days", "x", "A token lasts 1 to 366 days."),
        ("lasts_days", "²", "A token lasts 1 to 366 days."),
    ],
)
def test_token_when_a_field_is_wrong_then_says_so_beside_it_and_keeps_what_was_typed(
    mine: Client, field: str, value: object, told: str
) -> None:
    form = {"name": "my <script>", "scopes": ["write"], "lasts_days": "31", field: value}
    answer = mine.post("/account/tokens/", form)
    text = answer.content.decode()
    assert answer.status_code == 422
    assert told in text and f'href="#t-{field}"' in text
    assert text.count('class="fault"') == 1
    if field != "name":
        assert 'value="my &lt;script&gt;"' in text
    if field != "scopes":
        assert 'value="write" checked' in text and 'value="read" checked' not in text
    if field != "lasts_days":
        assert 'value="31"' in text
    assert not PersonalToken.objects.exists()


def test_token_when_several_fields_are_wrong_then_each_is_told(mine: Client) -> None:
    form = {"name": " ", "scopes": [], "lasts_days": "999"}
    text = mine.post("/account/tokens/", form).content.decode()
    assert text.count('class="fault"') == 3
    assert 'value="999"' in text


def test_token_when_there_are_too_many_then_what_was_typed_is_kept(mine: Client) -> None:
    form = {"name": "script", "scopes": ["read"], "lasts_days": "30"}
    for _ in range(MOST_PERSONAL):
        mine.post("/account/tokens/", form)
    answer = mine.post("/account/tokens/", form)
    text = answer.content.decode()
    assert (answer.status_code, 'value="script"' in text) == (409, True)
    assert "revoke one first" in text and "lrl_" not in text.split("Make a token")[1]


def test_close_when_asked_then_out_forgotten_and_open_again_at_sign_in(
    github: GitHubOAuth, sign_in: SignInAs
) -> None:
    browser = sign_in("ada")
    assert browser.post("/account/close/").status_code == 302
    assert browser.get("/account/").status_code == 302
    person = Contributor.objects.get(github_id=7)
    assert person.closed_at == NOW
    assert GitHubToken.objects.get().sealed == ""
    browser = sign_in("ada")
    assert browser.get("/account/").status_code == 200
    person.refresh_from_db()
    assert person.closed_at is None


def test_erase_when_the_login_is_not_typed_then_nothing_is_erased(mine: Client) -> None:
    answer = mine.post("/account/erase/", {"login": "adam"})
    assert answer.status_code == 422
    assert "nothing was erased" in answer.content.decode()
    assert Contributor.objects.filter(login="ada").exists()


def test_erase_when_confirmed_then_gone_for_good(github: GitHubOAuth, sign_in: SignInAs) -> None:
    program_init("fair", now=NOW, acting=operator())
    browser = sign_in("ada")
    answer = browser.post("/account/erase/", {"login": " ADA "})
    text = answer.content.decode()
    assert "You are erased here" in text
    for words in ("ledger’s numbers", "Keyed hashes", "Backups"):
        assert words in text, "the page says what remains"
    assert "ada" not in text.replace("data", "").lower(), "nor does its head name them"
    assert browser.get("/account/").status_code == 302
    left = Contributor.objects.get()
    assert (left.login, left.github_id, left.user) == ("", None, None)
    again = walk_in(Client(), github, "ada")
    assert "<code>erased</code>" in again.content.decode()


def test_export_when_nothing_is_known_then_still_whole(ada: Contributor, mine: Client) -> None:
    program_init("fair", now=NOW, acting=operator())
    said = export_of(ada, now=NOW)
    assert said["ledger"] == said["contributions"] == said["teams"] == []
    assert said["exported_at"] == "2026-05-14T09:20:00Z"


def test_session_when_fourteen_days_have_passed_then_over(mine: Client, clock: ManualClock) -> None:
    assert mine.session.get_expiry_age() == 14 * 86_400


def test_reading_when_asked_for_then_queued_once_and_the_page_says_how_it_stands(
    github: GitHubOAuth, sign_in: SignInAs
) -> None:
    browser = sign_in("ada")
    assert "never read as a whole" in browser.get("/account/").content.decode()
    first = browser.post("/account/reading/", follow=True).content.decode()
    assert "Your work is being read from GitHub." in first
    assert "being read" in browser.get("/account/").content.decode()
    again = browser.post("/account/reading/", follow=True).content.decode()
    assert "being read already" in again
    [job] = Job.objects.filter(kind="metrics.person")
    Job.objects.filter(pk=job.pk).update(state="dead", last_error="token_reference_refused: x")
    text = browser.get("/account/").content.decode()
    assert "It waited longer than it may keep your token." in text
    assert not [token for token in github.tokens if token in text + job.arguments]


def test_reading_when_no_token_is_held_then_signing_in_is_asked_for(mine: Client) -> None:
    assert "Read my work" not in mine.get("/account/").content.decode()
    assert "sign in again first" in mine.post("/account/reading/", follow=True).content.decode()
