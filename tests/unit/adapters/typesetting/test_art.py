from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest

from laurels.adapters.drawing.palette import BAND, BAND_REVOKED, GOLD, LIGHT
from laurels.adapters.typesetting import art
from tests.unit.adapters.typesetting.sheets import ADDRESS


def test_band_when_the_tier_is_higher_then_more_leaves() -> None:
    grown = [art.band(place, 4, is_revoked=False).count("Z") for place in range(4)]
    assert grown == sorted(set(grown))


def test_band_when_revoked_then_grey_and_pale() -> None:
    held, revoked = (art.band(1, 4, is_revoked=state) for state in (False, True))
    assert BAND in held
    assert BAND_REVOKED not in held
    assert BAND_REVOKED in revoked
    assert 'opacity="0.35"' in revoked


def test_band_when_there_is_no_ladder_then_the_full_branch() -> None:
    assert art.band(0, 0, is_revoked=False) == art.band(0, 1, is_revoked=False)
    assert art.band(0, 0, is_revoked=False) == art.band(5, 0, is_revoked=False)


@pytest.mark.parametrize(("place", "of"), [(0, 1), (2, 4), (8, 9)])
def test_ladder_when_drawn_then_what_is_reached_is_green_and_the_rest_faint(
    place: int, of: int
) -> None:
    root = ElementTree.fromstring(art.ladder(place, of, is_revoked=False))
    colours = [set(re.findall(r"#\w{6}", ElementTree.tostring(one).decode())) for one in root]
    assert colours == [{LIGHT.laurel}] * (place + 1) + [{art.FAINT}] * (of - place - 1)
    assert float(root.get("width") or 0) == art.ladder_width(of)


def test_pictures_when_revoked_then_no_green() -> None:
    for drawn in (art.mark(is_revoked=True), art.ladder(1, 4, is_revoked=True)):
        assert LIGHT.laurel not in drawn
        assert GOLD not in drawn


def test_qr_when_drawn_then_a_quiet_zone_on_white() -> None:
    drawn = art.qr(ADDRESS)
    side = art.qr_side(ADDRESS)
    assert f'viewBox="0 0 {side} {side}"' in drawn
    assert 'translate(3 3)"' in drawn
    assert 'fill="#fff"' in drawn
