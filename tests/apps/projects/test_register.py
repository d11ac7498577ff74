from __future__ import annotations

import pytest

from laurels.apps.projects.naming import slug_for_owner
from laurels.apps.projects.register import Register


@pytest.mark.parametrize(
    ("words", "allowed", "refused"),
    [
        (["all"], ["a", "B"], []),
        (["none"], [], ["a", "none"]),
        (["org:Kube", "org:etcd"], ["kube", "KUBE", "etcd"], ["other"]),
    ],
)
def test_parse_when_well_said_then_it_allows_what_was_named(
    words: list[str], allowed: list[str], refused: list[str]
) -> None:
    register = Register.parse(words)
    assert all(register.allows(owner) for owner in allowed)
    assert not any(register.allows(owner) for owner in refused)


@pytest.mark.parametrize("words", [[], ["some"], ["org:"], ["all", "org:a"], ["none", "all"]])
def test_parse_when_badly_said_then_it_says_what_can_be(words: list[str]) -> None:
    with pytest.raises(ValueError, match="all, none or org:NAME"):
        Register.parse(words)


@pytest.mark.parametrize(
    ("owner", "taken", "slug"),
    [
        ("Kube", (), "kube"),
        ("Kube", ("kube",), "kube-2"),
        ("Kube", ("kube", "kube-2"), "kube-3"),
        ("new", (), "new-2"),
        ("-odd-", (), "odd"),
        ("a__b", (), "a__b"),
        ("日本", (), "owner"),
        ("x" * 150, (), "x" * 90),
    ],
)
def test_slug_when_made_from_a_login_then_it_can_be_used(
    owner: str, taken: tuple[str, ...], slug: str
) -> None:
    assert slug_for_owner(owner, taken) == slug
