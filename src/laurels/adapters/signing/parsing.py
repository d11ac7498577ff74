"""JSON of strangers: bounded, every key once, no numbers that are none."""

from __future__ import annotations

import json
from typing import Any

from laurels.domain.credentials.screening import MOST_BYTES, Refused


def parse(data: bytes) -> Any:
    """Read JSON of at most 1 MB in UTF-8; raises Refused.

    A key that stands twice in an object is refused: readers differ in which one they take.
    """
    if len(data) > MOST_BYTES:
        raise Refused("too_large", f"the document has more than {MOST_BYTES} bytes")
    try:
        return json.loads(
            data.decode("utf-8-sig"), object_pairs_hook=_once, parse_constant=_no_number
        )
    except RecursionError:
        raise Refused("too_deep", "the document is nested too deeply") from None
    except Refused:
        raise
    except ValueError:
        raise Refused("not_json", "the file is neither JSON, nor a token, nor a picture") from None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise Refused("key_twice", f"the key {twice[:80]!r} stands twice in one object")
    return found


def _no_number(text: str) -> Any:
    raise Refused("bad_number", f"{text} is no number of JSON")
