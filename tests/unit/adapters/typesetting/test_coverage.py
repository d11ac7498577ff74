from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laurels.adapters.typesetting import coverage
from laurels.adapters.typesetting.coverage import REPLACEMENT, Coverage, is_sure
from laurels.adapters.typesetting.press import press


class Face:
    """Has the glyphs of some characters, and counts how often it is asked."""

    def __init__(self, has: str) -> None:
        self._has = frozenset(has)
        self.asked = 0

    def __call__(self, parts: Sequence[str]) -> bool:
        self.asked += 1
        return self._has.issuperset("".join(parts))


def test_mended_when_latin_then_nothing_is_asked() -> None:
    face = Face("")
    assert Coverage(face).mended("Zoë Ångström") == "Zoë Ångström"
    assert face.asked == 0


def test_mended_when_asked_twice_then_remembered() -> None:
    face = Face("李小")
    cover = Coverage(face)
    assert cover.mended("李小龍 a") == cover.mended("李小龍 a") == f"李小{REPLACEMENT} a"
    assert face.asked == 5  # three, one, two, then each of the two


def test_mended_when_private_or_unassigned_then_a_hole_unasked() -> None:
    face = Face("\ue000\U000e0fff")
    assert Coverage(face).mended("a\ue000\U000e0fff") == f"a{REPLACEMENT * 2}"
    assert face.asked == 0


@given(said=st.text("李小龍山田ab ", max_size=40), has=st.sets(st.sampled_from("李小龍山田")))
def test_mended_when_some_are_missing_then_those_alone_are_holes(said: str, has: set[str]) -> None:
    wanted = "".join(
        character if is_sure(character) or character in has else REPLACEMENT for character in said
    )
    assert Coverage(Face("".join(has))).mended(said) == wanted


def test_mended_when_too_much_is_remembered_then_it_forgets_and_stays_right(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(coverage, "_MOST_KEPT", 3)
    cover = Coverage(Face("李山田小"))
    assert [cover.mended(said) for said in ("李山田小", "龍李", "龍")] == [
        "李山田小", f"{REPLACEMENT}李", REPLACEMENT,
    ]  # fmt: skip


def test_sure_characters_when_typst_is_asked_then_it_has_every_one() -> None:
    letters = [chr(code) for code in range(0xA1, 0x250) if code != 0xAD]
    assert press()._is_set(letters)
    assert press()._is_set([REPLACEMENT])


@pytest.mark.parametrize(
    "said",
    [
        "Ελένη",
        "Ёлка",
        "محمد",
        "שלום",
        "अनुष्का",
        "বাংলা",
        "தமிழ்",
        "ไทย",
        "李小龍",
        "山たカ",
        "김민준",
        "🦄👩‍🚀🇩🇪",
    ],
)
def test_fonts_when_the_extra_is_installed_then_each_promised_script_is_whole(said: str) -> None:
    assert press().is_whole(said)
