"""All that changes people."""

from __future__ import annotations

from laurels.apps.people.services.bans import ban_lift, ban_start
from laurels.apps.people.services.forgetting import forget
from laurels.apps.people.services.observing import PeopleSeen, bots_refresh, people_observe

__all__ = ["PeopleSeen", "ban_lift", "ban_start", "bots_refresh", "forget", "people_observe"]
