from __future__ import annotations

import re

import pytest
import segno
import zxingcpp
from PIL import Image

from laurels.adapters.drawing.qr import QrCode, qr_code

RUN = re.compile(r"M(\d+) (\d+)h(\d+)v1h-(\d+)z")


def painted(code: QrCode) -> list[list[int]]:
    """Return the modules that the path covers."""
    rows = [[0] * code.side for _ in range(code.side)]
    for x, y, right, left in RUN.findall(code.path):
        assert right == left
        for at in range(int(x), int(x) + int(right)):
            rows[int(y)][at] += 1
    return rows


@pytest.mark.parametrize("number", range(0, 200, 10))
def test_code_when_read_by_others_then_what_was_said(number: int) -> None:
    said = f"https://laurels.example/certificates/4H7KQ2M9{number:04d}/"
    rows = painted(qr_code(said))
    image = Image.new("L", ((len(rows) + 8) * 4,) * 2, 255)
    for y, row in enumerate(rows):
        for x, dark in enumerate(row):
            if dark:
                image.paste(0, ((x + 4) * 4, (y + 4) * 4, (x + 5) * 4, (y + 5) * 4))
    assert [found.text for found in zxingcpp.read_barcodes(image)] == [said]


def test_code_when_painted_then_each_dark_module_once() -> None:
    said = "https://laurels.example/"
    wanted = segno.make_qr(said, error="m", boost_error=False, mask=0).matrix
    assert painted(qr_code(said)) == [list(row) for row in wanted]


def test_code_when_the_text_is_not_latin_then_still_read() -> None:
    assert qr_code("https://laurels.example/Ø/李").side > qr_code("a").side
