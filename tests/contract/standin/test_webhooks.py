"""What the stand-in sends is what GitHub's schemas allow, signed as GitHub signs."""

from __future__ import annotations

import json
import subprocess
from collections import Counter
from pathlib import Path
from typing import Any

from tests.contract.standin.conftest import Lived, faults_of
from tests.fakes.github import Door

VERIFY = """
import {{ sign, verify, verifyWithFallback }} from {module};
const given = JSON.parse(await new Promise((done) => {{
  let text = ""; process.stdin.on("data", (d) => (text += d)).on("end", () => done(text));
}}));
const told = [];
for (const one of given) {{
  told.push([
    await verify(one.secret, one.body, one.signature),
    await verify(one.secret + "x", one.body, one.signature),
    await verify(one.secret, one.body + " ", one.signature),
    await sign(one.secret, one.body),
  ]);
}}
console.log(JSON.stringify(told));
"""


def test_deliveries_when_held_against_the_schemas_then_fit(
    lived: Lived, taken: Door, webhook_schemas: dict[str, Any]
) -> None:
    wrong, seen = {}, Counter[str]()
    for one in taken.taken:
        event, body = one.headers["X-GitHub-Event"], json.loads(one.body)
        action = body.get("action", "event")
        name = f"{event}${action}"
        assert name in webhook_schemas["definitions"], name
        seen[name] += 1
        if name == "repository$transferred" and "organization" in body["changes"]["owner"]["from"]:
            # GitHub sends this where an organisation gave it away; the schema knows `user` alone.
            before = body["changes"]["owner"]["from"]
            before["user"] = before.pop("organization")
        schema = {"$ref": f"#/definitions/{name}", "definitions": webhook_schemas["definitions"]}
        if fault := faults_of(schema, body):
            wrong[name] = fault
    assert wrong == {}
    # Each act was heard by the repository's hook and, but for pings, by the App's.
    assert seen["pull_request$closed"] == 4
    assert len(seen) >= 34


def test_signatures_when_checked_by_githubs_own_library_then_agree(
    lived: Lived, taken: Door, octokit: Path
) -> None:
    secrets = {str(lived.hook.id): "salt", str(lived.app_hook.id): "app"}
    given = [
        {
            "secret": secrets[one.headers["X-GitHub-Hook-ID"]],
            "body": one.body.decode(),
            "signature": one.headers["X-Hub-Signature-256"],
        }
        for one in taken.taken
    ]
    module = json.dumps(str(octokit / "webhooks-methods" / "dist-node" / "index.js"))
    done = subprocess.run(
        ["node", "--input-type=module", "-e", VERIFY.format(module=module)],
        input=json.dumps(given),
        capture_output=True,
        text=True,
        check=True,
    )
    told = json.loads(done.stdout)
    assert told == [[True, False, False, one["signature"]] for one in given]
