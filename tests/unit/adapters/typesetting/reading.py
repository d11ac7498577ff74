"""PDFs read back by other people's software: pdfium as Chromium has it, and pypdf."""

from __future__ import annotations

import io
import re
from typing import Any

import pypdf
import pypdfium2
import zxingcpp
from PIL import Image


def text_of(pdf: bytes) -> str:
    """Return the text that pdfium finds, which honours what shaped letters stand for."""
    with pypdfium2.PdfDocument(pdf) as document:
        return document[0].get_textpage().get_text_range().replace("\r\n", "\n")


def logical_text_of(pdf: bytes) -> str:
    """Return the text as written, which for scripts to the left is its order."""
    return pypdf.PdfReader(io.BytesIO(pdf)).pages[0].extract_text()


def bare(said: str) -> str:
    """Return a text without white space, which readers put where a line was broken."""
    return re.sub(r"\s", "", said)


def edges(pdf: bytes) -> tuple[float, float, float, float]:
    """Return left, bottom, right and top of all text, as shares of the page."""
    with pypdfium2.PdfDocument(pdf) as document:
        page = document[0]
        text = page.get_textpage()
        boxes = [text.get_charbox(at) for at in range(text.count_chars())]
        wide, high = page.get_size()
    real = [box for box in boxes if box[2] > box[0] and box[3] > box[1]]
    left, bottom = min(box[0] for box in real), min(box[1] for box in real)
    right, top = max(box[2] for box in real), max(box[3] for box in real)
    return left / wide, bottom / high, right / wide, top / high


def pages(pdf: bytes) -> int:
    return len(pypdf.PdfReader(io.BytesIO(pdf)).pages)


def picture(pdf: bytes, scale: float = 2) -> Image.Image:
    """Return the first page as pdfium draws it."""
    with pypdfium2.PdfDocument(pdf) as document:
        image: Image.Image = document[0].render(scale=scale).to_pil()
    return image


def codes(image: Image.Image) -> list[str]:
    """Return what the QR codes in a picture say."""
    return [found.text for found in zxingcpp.read_barcodes(image)]


def links(pdf: bytes) -> set[str]:
    """Return the addresses that the page links to."""
    page = pypdf.PdfReader(io.BytesIO(pdf)).pages[0]
    return {str(one.get_object()["/A"]["/URI"]) for one in page["/Annots"]}  # type: ignore[attr-defined]


def structure(pdf: bytes) -> list[Any]:
    """Return every structure element of a tagged PDF, parents before children."""
    root = pypdf.PdfReader(io.BytesIO(pdf)).trailer["/Root"]["/StructTreeRoot"]
    found: list[Any] = []
    waiting = [root]
    while waiting:
        node = waiting.pop(0).get_object()
        if isinstance(node, list):
            waiting = [*node, *waiting]
        elif isinstance(node, dict) and ("/S" in node or node is root.get_object()):
            found.append(node)
            if "/K" in node:
                waiting.insert(0, node["/K"])
    return found


def tag(node: Any) -> str:
    return str(node.get("/S", ""))
