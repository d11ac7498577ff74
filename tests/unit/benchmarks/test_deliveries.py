"""The deliveries that benchmarks send."""

from __future__ import annotations

from benchmarks.deliveries import deliveries, stored


def test_deliveries_when_made_again_then_the_same_bytes_of_github_sizes() -> None:
    once, again = deliveries(60), deliveries(60)
    assert once.checksum == again.checksum
    assert len({one.body for one in once.items}) == len({one.guid for one in once.items}) == 60
    pulls = [one for one in once.items if one.event == "pull_request"]
    assert pulls and all(10_000 < len(one.body) < 30_000 for one in pulls)


def test_checksum_when_a_body_differs_then_differs() -> None:
    first, other = ("a", b"1"), ("b", b"2")
    assert stored([first, other]) == stored([other, first])
    assert stored([first, other]) != stored([first, ("b", b"3")])
