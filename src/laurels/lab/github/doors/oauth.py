"""Sign-in as at GitHub: authorization code with PKCE, and refresh where the App's tokens expire.

Codes are single-use and end after ten minutes; a verifier is checked when a challenge was given
(S256 only). Faults of the exchange answer 200 with an `error`, as GitHub's do.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import html
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

from laurels.lab.github.doors.asking import Answer, House, Problem, Request, Table
from laurels.lab.github.things import Account, Grant, OAuthApp

CODE_SECONDS = 600
TOKEN_SECONDS = 28_800
REFRESH_SECONDS = 15_811_200
_LOOPBACK = ("127.0.0.1", "::1", "localhost")


@dataclass(slots=True)
class Code:
    """A code that was given out and not yet used."""

    app: OAuthApp
    account: Account
    redirect: str
    scopes: tuple[str, ...]
    challenge: str
    ends_at: int


@dataclass(slots=True)
class Refresh:
    """A refresh token that was not yet used."""

    app: OAuthApp
    account: Account
    scopes: tuple[str, ...]
    ends_at: int


class SignInDoor:
    """The page that asks who you are, and the exchange of its code."""

    def __init__(self, house: House, table: Table) -> None:
        """Add the routes."""
        self.house = house
        self.world = house.world
        self.codes: dict[str, Code] = {}
        self.refreshes: dict[str, Refresh] = {}
        table.add("GET /login/oauth/authorize", self.ask)
        table.add("POST /login/oauth/authorize", self.decide)
        table.add("POST /login/oauth/access_token", self.exchange)

    def ask(self, request: Request) -> Answer:
        """Show the people to sign in as."""
        app, redirect = self._application(request.query)
        hidden = "".join(
            f'<input type="hidden" name="{html.escape(name)}" value="{html.escape(value)}">'
            for name, value in request.query.items()
        )
        people = sorted(
            (one for one in self.world.accounts.values() if one.kind == "User"),
            key=lambda one: one.login,
        )
        wanted = request.query.get("login", "")
        buttons = "".join(
            f'<button name="as" value="{one.id}"{" autofocus" if one.login == wanted else ""}>'
            f"<b>{html.escape(one.login)}</b> {html.escape(one.name or '')}</button>"
            for one in people
            if not one.is_deleted
        )
        scopes = html.escape(request.query.get("scope", "") or "public information")
        return Answer(
            body=page(
                f"Sign in to {app.name}",
                f"<p>This is the stand-in GitHub: nobody has a password. <b>{html.escape(app.name)}"
                f"</b> asks for: {scopes}. Afterwards you return to "
                f"{html.escape(urlsplit(redirect).netloc)}.</p>"
                f'<form method="post" action="/login/oauth/authorize">{hidden}{buttons}'
                f'<button class="no" name="as" value="">Cancel</button></form>',
            )
        )

    def decide(self, request: Request) -> Answer:
        """Send the browser back with a code, or with a refusal."""
        asked = request.form()
        app, redirect = self._application(asked)
        back = {"state": asked["state"]} if "state" in asked else {}
        chosen = asked.get("as", "")
        account = self.world.accounts.get(int(chosen)) if chosen.isdigit() else None
        if account is None or account.is_deleted:
            back |= {
                "error": "access_denied",
                "error_description": "The user has denied your application access.",
            }
            return _return(redirect, back)
        method = asked.get("code_challenge_method", "")
        if asked.get("code_challenge") and method != "S256":
            raise Problem(422, "code_challenge_method has to be S256")
        code = hashlib.sha256(self.world.token_text("code", account.id).encode()).hexdigest()[:20]
        self.codes[code] = Code(
            app,
            account,
            redirect,
            tuple(sorted(set(asked.get("scope", "").replace(",", " ").split()))),
            asked.get("code_challenge", ""),
            self.world.now() + CODE_SECONDS,
        )
        return _return(redirect, {"code": code} | back)

    def exchange(self, request: Request) -> Answer:
        """Give a token for a code or a refresh token."""
        asked = request.form()
        app = self.world.apps.get(asked.get("client_id", ""))
        secret = asked.get("client_secret", "")
        if app is None or not hmac.compare_digest(app.client_secret.encode(), secret.encode()):
            return _said(request, _error("incorrect_client_credentials"))
        if asked.get("grant_type") == "refresh_token":
            return _said(request, self._refreshed(app, asked.get("refresh_token", "")))
        code = self.codes.pop(asked.get("code", ""), None)
        if code is None or code.app is not app or code.ends_at <= self.world.now():
            return _said(request, _error("bad_verification_code"))
        if asked.get("redirect_uri", code.redirect) != code.redirect:
            return _said(request, _error("redirect_uri_mismatch"))
        if code.challenge and challenge_of(asked.get("code_verifier", "")) != code.challenge:
            return _said(request, _error("bad_verification_code"))
        return _said(request, self._token(app, code.account, code.scopes))

    def _refreshed(self, app: OAuthApp, token: str) -> dict[str, object]:
        found = self.refreshes.pop(token, None)
        if found is None or found.app is not app or found.ends_at <= self.world.now():
            return _error("bad_refresh_token")
        return self._token(app, found.account, found.scopes)

    def _token(self, app: OAuthApp, account: Account, scopes: tuple[str, ...]) -> dict[str, object]:
        now = self.world.now()
        token = self.world.token_text("ghu_" if app.has_expiring_tokens else "gho_", account.id)
        given: dict[str, object] = {
            "access_token": token,
            "token_type": "bearer",
            "scope": ",".join(scopes),
        }
        ends = None
        if app.has_expiring_tokens:
            ends = now + TOKEN_SECONDS
            again = self.world.token_text("ghr_", account.id)
            self.refreshes[again] = Refresh(app, account, scopes, now + REFRESH_SECONDS)
            given |= {
                "expires_in": TOKEN_SECONDS,
                "refresh_token": again,
                "refresh_token_expires_in": REFRESH_SECONDS,
            }
        self.world.grants[token] = Grant(token, account, scopes, ends)
        return given

    def _application(self, asked: dict[str, str]) -> tuple[OAuthApp, str]:
        app = self.world.apps.get(asked.get("client_id", ""))
        if app is None:
            raise Problem(404, "Not Found")
        redirect = asked.get("redirect_uri") or app.callback
        if not _is_allowed(app, redirect):
            raise Problem(422, "The redirect_uri is not associated with this application.")
        return app, redirect


def challenge_of(verifier: str) -> str:
    """Return the S256 challenge of a PKCE verifier (RFC 7636)."""
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def page(title: str, body: str) -> str:
    """Return a page of the stand-in; it says plainly that it is not GitHub."""
    return f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{html.escape(title)}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>
:root {{ color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif }}
body {{ margin: 3rem auto; max-width: 44rem; padding: 0 1rem }}
form {{ display: flex; flex-wrap: wrap; gap: .5rem; margin: .5rem 0 }}
button, select, input {{ font: inherit; padding: .4rem .8rem }}
.no {{ margin-left: auto }}
table {{ border-collapse: collapse; width: 100% }}
td, th {{ padding: .3rem .5rem; text-align: left }}
tr + tr {{ border-top: 1px solid #8884 }}
header {{ border-bottom: 2px solid #c80; margin-bottom: 1rem }}
</style></head><body><header>A stand-in for GitHub on this machine. Everybody here is invented.
</header><main><h1>{html.escape(title)}</h1>{body}</main></body></html>
"""


def _is_allowed(app: OAuthApp, redirect: str) -> bool:
    address = urlsplit(redirect)
    if not app.callback:
        return address.scheme == "http" and address.hostname in _LOOPBACK
    known = urlsplit(app.callback)
    is_same_host = (address.scheme, address.hostname) == (known.scheme, known.hostname)
    is_same_port = address.port == known.port or known.hostname in _LOOPBACK
    is_inside = (address.path + "/").startswith(known.path.rstrip("/") + "/")
    return is_same_host and is_same_port and is_inside and ".." not in address.path


def _return(redirect: str, query: dict[str, str]) -> Answer:
    glue = "&" if "?" in redirect else "?"
    return Answer(302, None, {"Location": f"{redirect}{glue}{urlencode(query)}"})


def _error(name: str) -> dict[str, object]:
    told = {
        "bad_verification_code": "The code passed is incorrect or expired.",
        "incorrect_client_credentials": "The client_id and/or client_secret passed are incorrect.",
        "redirect_uri_mismatch": "The redirect_uri MUST match the registered callback URL.",
        "bad_refresh_token": "The refresh token passed is incorrect or expired.",
    }
    return {"error": name, "error_description": told[name], "error_uri": "https://docs.github.com"}


def _said(request: Request, body: dict[str, object]) -> Answer:
    if "json" in request.headers.get("accept", ""):
        return Answer(200, body)
    form = urlencode({name: str(value) for name, value in body.items()}).encode()
    return Answer(200, form, {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"})
