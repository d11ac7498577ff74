"""What tests of the standings share."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest
from django.db import transaction


@pytest.fixture
def transactions() -> Callable[[], AbstractContextManager[None]]:
    """Return a block whose writes are taken back at its end: one for each drawn example."""

    @contextmanager
    def block() -> Iterator[None]:
        with transaction.atomic():
            yield
            transaction.set_rollback(True)

    return block
