"""Which secrets may sign, and how long that is remembered."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from laurels.hooks.secrets import REMEMBERED_SECONDS, Own, SecretBook, Secrets
from tests.fakes import loops


@dataclass
class Book:
    """A book of secrets, asked without a loop."""

    book: SecretBook

    def of(self, hook_id: int, *, afresh: bool = False) -> Secrets:
        return loops.run(self.book.of(hook_id, afresh=afresh))


@dataclass
class Table:
    """A table of hooks that counts how often it is asked, and may be away."""

    hooks: dict[int, Own] = field(default_factory=dict)
    asked: list[int] = field(default_factory=list)
    is_away: bool = False
    at: float = 0.0

    async def look(self, hook_id: int) -> Own:
        self.asked.append(hook_id)
        if self.is_away:
            raise ConnectionError
        return self.hooks.get(hook_id, (None, ()))

    def book(self) -> Book:
        return Book(SecretBook((b"program",), self.look, lambda: self.at))


def test_of_when_a_hook_is_ours_then_its_own_secrets_beside_the_programs() -> None:
    secrets = Table({5: (77, (b"own", b"old"))}).book().of(5)
    assert (secrets.repository, secrets.own, secrets.program) == (
        77, (b"own", b"old"), (b"program",),
    )  # fmt: skip


def test_of_when_a_hook_is_not_ours_or_not_named_then_the_programs_alone() -> None:
    table = Table()
    book = table.book()
    assert book.of(5).own == book.of(0).own == ()
    assert table.asked == [5]


def test_of_when_asked_again_within_seconds_then_remembered_and_then_forgotten() -> None:
    table = Table({5: (77, (b"own",))})
    book = table.book()
    book.of(5)
    table.hooks[5] = (77, (b"new",))
    table.at = REMEMBERED_SECONDS - 0.1
    assert book.of(5).own == (b"own",)
    table.at = REMEMBERED_SECONDS
    assert book.of(5).own == (b"new",)
    assert table.asked == [5, 5]


def test_of_when_asked_afresh_then_looked_up_again_and_remembered() -> None:
    table = Table()
    book = table.book()
    book.of(5)
    table.hooks[5] = (77, (b"new",))
    assert book.of(5, afresh=True).own == book.of(5).own == (b"new",)
    assert table.asked == [5, 5]


def test_of_when_the_table_is_away_then_what_was_known_holds() -> None:
    table = Table({5: (77, (b"own",))})
    book = table.book()
    book.of(5)
    table.is_away, table.at = True, 100.0
    assert book.of(5).own == (b"own",)


def test_of_when_the_table_is_away_and_nothing_is_known_then_raises() -> None:
    with pytest.raises(ConnectionError):
        Table(is_away=True).book().of(5)


def test_of_when_many_ids_are_invented_then_memory_stays_bounded() -> None:
    book = Table().book().book

    async def invent() -> None:
        for hook_id in range(1, 25_000):
            await book.of(hook_id)

    loops.run(invent())
    assert len(book._known) <= 10_000
