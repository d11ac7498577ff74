from __future__ import annotations

import pytest

from laurels.adapters.typesetting.fonts import SERIF, are_all_there, faces, folders

EVERY = frozenset(
    [SERIF, "Noto Sans", "DejaVu Sans Mono", "Noto Emoji"]
    + [f"Noto Sans CJK {region}" for region in ("JP", "KR", "SC")]
)


def test_folders_when_the_extra_is_installed_then_each_package() -> None:
    assert are_all_there()
    assert len(folders()) == 3


@pytest.mark.parametrize(
    ("said", "region"),
    [("山田たろう", "JP"), ("ｶﾅ", "JP"), ("김 李", "KR"), ("李小龍", "SC"), ("", "SC")],
)
def test_faces_when_han_is_shared_then_the_rest_of_the_text_tells_which(
    said: str, region: str
) -> None:
    serif = faces([said], EVERY)["serif"]
    assert serif == [SERIF, "Noto Sans", f"Noto Sans CJK {region}", "Noto Emoji"]


def test_faces_when_a_family_is_not_there_then_it_is_not_named() -> None:
    found = faces(["a"], frozenset([SERIF]))
    assert found == {"serif": [SERIF], "sans": [SERIF], "figures": [SERIF]}
