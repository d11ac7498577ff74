"""What routes have in common: the refusals in their description."""

from __future__ import annotations

from typing import Any

from laurels.api import schemas

_STATUSES = (400, 401, 403, 404, 405, 409, 413, 422, 429, 500, 503)
REFUSALS: dict[int, Any] = dict.fromkeys(_STATUSES, schemas.Problem)
