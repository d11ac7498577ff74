"""What can be refused about deliveries."""

from __future__ import annotations


class DeliveryNotFound(Exception):
    """There is no delivery of this number."""

    status_code = 404
    code = "delivery_not_found"


class NotReplayable(Exception):
    """This delivery cannot be worked again: it still waits, or its body was purged."""

    status_code = 409
    code = "not_replayable"
