"""Prism: holds requests against an OpenAPI description and answers with its examples.

What does not fit is told in a header of the answer. It is not refused (`--errors`), since some of
GitHub's own examples do not fit GitHub's own description.
"""

from __future__ import annotations

import json
import socket
import subprocess
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Self
from urllib.error import URLError
from urllib.request import urlopen

import httpx2

Described = dict[str, Any]


class Prism:
    """A running Prism; `transport` notes in `faults` what is wrong with each request."""

    def __init__(self, program: Path, description: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        self._command = [
            str(program), "mock", "--verboseLevel", "silent", "--port", str(port), str(description),
        ]  # fmt: skip
        self.faults: list[str] = []
        self.transport = _Noting(self.faults)
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            self._command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        for _ in range(600):
            if self._process.poll() is not None:
                raise RuntimeError("Prism ended at once")
            try:
                urlopen(self.url + "/user", timeout=5).close()
                return self
            except URLError:
                time.sleep(0.05)
        raise RuntimeError("Prism does not answer")

    def __exit__(self, *_: object) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait(10)


class _Noting(httpx2.BaseTransport):
    """Sends over real sockets and notes the violations that Prism finds in requests."""

    def __init__(self, faults: list[str]) -> None:
        self._inner = httpx2.HTTPTransport()
        self._faults = faults

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        response = self._inner.handle_request(request)
        for one in json.loads(response.headers.get("sl-violations", "[]")):
            if one["location"][0] == "request":
                line = f"{request.method} {request.url.path}"
                self._faults.append(f"{line}: {'.'.join(one['location'])} {one['message']}")
        # The example of a further page leads to GitHub itself.
        response.headers.pop("link", None)
        return response

    def close(self) -> None:
        self._inner.close()


def subset(whole: Described, lines: Iterable[str]) -> Described:
    """Return the part of a description that says all of these operations (`GET /user`)."""
    paths: Described = {}
    for line in lines:
        method, path = line.split(" ")
        source = whole["paths"][path]
        shared = {"parameters": source["parameters"]} if "parameters" in source else {}
        paths.setdefault(path, shared)[method.lower()] = source[method.lower()]
    kept: Described = {}
    todo: list[Any] = [paths]
    while todo:
        for reference in _references(todo.pop()):
            _, _, kind, name = reference.split("/")
            if name not in kept.setdefault(kind, {}):
                kept[kind][name] = whole["components"][kind][name]
                todo.append(kept[kind][name])
    about = {"openapi": whole["openapi"], "info": whole["info"], "servers": [{"url": "/"}]}
    return {**about, "paths": paths, "components": kept}


def _references(found: Any) -> Iterator[str]:
    if isinstance(found, list):
        for one in found:
            yield from _references(one)
    if isinstance(found, dict):
        for name, one in found.items():
            if name == "$ref" and isinstance(one, str):
                yield one
            else:
                yield from _references(one)
