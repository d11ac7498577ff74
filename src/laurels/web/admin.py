"""Found by the admin when it looks for its parts: closes the password door."""

from __future__ import annotations

from laurels.web import staff_door

staff_door.close()
