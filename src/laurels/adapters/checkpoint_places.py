"""Where checkpoints of the ledger go at once: out of reach of whoever may change the database.

A file (on another disk, or a share that only takes additions), an address that takes a POST, and a
mailbox. A place that fails says so by PlaceFailed; whoever told it tries again.
"""

from __future__ import annotations

import os
import smtplib
import ssl
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit

import httpx2

_SECONDS = 20.0
_MAIL_PORTS = {"smtp": 587, "smtps": 465}


class PlaceFailed(Exception):
    """A place did not take a checkpoint; the message says why and holds no secret."""


class Place(Protocol):
    """Somewhere outside that keeps lines."""

    @property
    def name(self) -> str:
        """What it is called: `file`, `http` or `mail`."""

    def keep(self, line: str, summary: str) -> None:
        """Have a line kept; raises PlaceFailed. The same line may come twice."""


@dataclass(frozen=True, slots=True)
class FilePlace:
    """A file that lines are added to; on disk before `keep` returns."""

    path: Path
    name: str = "file"

    def keep(self, line: str, summary: str) -> None:
        """Add the line."""
        try:
            descriptor = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o640)
            with os.fdopen(descriptor, "a", encoding="utf-8") as file:
                file.write(line + "\n")
                file.flush()
                os.fsync(file.fileno())
        except OSError as fault:
            raise PlaceFailed(f"{self.path}: {fault.strerror}") from None


@dataclass(frozen=True, slots=True)
class HttpPlace:
    """An address that takes lines as the JSON body of a POST and answers 2xx."""

    url: str = field(repr=False)  # may hold a secret, as such addresses do
    name: str = "http"

    def keep(self, line: str, summary: str) -> None:
        """Send the line; a redirect counts as a refusal."""
        host = urlsplit(self.url).hostname
        try:
            answer = httpx2.post(
                self.url,
                content=line.encode(),
                headers={"Content-Type": "application/json"},
                timeout=_SECONDS,
            )
        except httpx2.HTTPError as fault:
            raise PlaceFailed(f"{host}: {type(fault).__name__}") from None
        if not answer.is_success:
            raise PlaceFailed(f"{host} answered {answer.status_code}")


@dataclass(frozen=True, slots=True)
class MailPlace:
    """A mailbox, told through `server`: smtp:// (with STARTTLS where offered) or smtps://."""

    server: str = field(repr=False)
    sender: str
    to: tuple[str, ...]
    name: str = "mail"

    def keep(self, line: str, summary: str) -> None:
        """Send the line as the body of a mail."""
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = self.sender, ", ".join(self.to), summary
        mail.set_content(line + "\n")
        parts = urlsplit(self.server)
        try:
            with _connected(parts.scheme, parts.hostname or "", parts.port) as server:
                if parts.username:
                    server.login(unquote(parts.username), unquote(parts.password or ""))
                server.send_message(mail)
        except (smtplib.SMTPException, OSError) as fault:
            # What servers answer may repeat the login.
            raise PlaceFailed(f"{parts.hostname}: {type(fault).__name__}") from None


def _connected(scheme: str, host: str, port: int | None) -> smtplib.SMTP:
    number = port or _MAIL_PORTS[scheme]
    if scheme == "smtps":
        context = ssl.create_default_context()
        return smtplib.SMTP_SSL(host, number, timeout=_SECONDS, context=context)
    server = smtplib.SMTP(host, number, timeout=_SECONDS)
    server.ehlo()
    if server.has_extn("starttls"):
        server.starttls(context=ssl.create_default_context())
    return server
