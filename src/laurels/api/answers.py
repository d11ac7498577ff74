"""What routes have in common: the refusals in their description."""

from __future__ import annotations

from typing import Any

from laurels.api import schemas

REFUSALS: dict[int, Any] = dict.fromkeys((400, 401, 403, 404, 409, 422, 429, 500), schemas.Problem)
