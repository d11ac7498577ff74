"""PyLD is slow to import: whoever only makes documents or reads keys does not wait for it."""

from __future__ import annotations

import subprocess
import sys

CODE = """
import sys
from laurels.adapters.signing import baking, bulk, keys, proofs, vc_jwt, verifying
print(sorted(name for name in ("pyld", "django", "requests") if name in sys.modules))
verifying.verify(b"{}", at=0)
print("pyld" in sys.modules)
"""


def test_signing_when_imported_then_pyld_is_not() -> None:
    done = subprocess.run([sys.executable, "-c", CODE], capture_output=True, text=True, check=True)
    assert done.stdout.split("\n") == ["[]", "False", ""]
