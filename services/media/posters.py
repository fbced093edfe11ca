"""The poster of a card: a picture that a customer hands on (semantics 7.2)."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Final

from PIL import Image, ImageOps

from services.media.lettering import Lines, Pen, Space

LAYOUT: Final = 1
"""Counts up with every change of how a poster looks, so that all are drawn anew."""
TWICE: Final = 2
"""Pixels per unit; all other measures of this module are units, as of a page in a browser."""
SIZE: Final = (604, 851)
AVATAR: Final = (480, 482)
LARGEST: Final = (AVATAR[0] * TWICE, AVATAR[1] * TWICE)
"""Of the pictures on it, in pixels."""
TOP: Final = 30
LEFT: Final = (SIZE[0] - AVATAR[0]) // 2
RIGHT: Final = SIZE[0] - LEFT
BELOW: Final = 540
CODE: Final = 150
CAPTION: Final = "微信扫码或长按识别"
CAPTION_WIDTH: Final = 170
CODE_LEFT: Final = RIGHT - CODE - 6
CAPTION_LEFT: Final = CODE_LEFT + (CODE - CAPTION_WIDTH) // 2
TEXT_WIDTH: Final = CAPTION_LEFT - LEFT - 14
GAP: Final = 8
FOOT_MIDDLE: Final = 794

BLACK: Final = "#1f2329"
GREY: Final = "#646a73"
PALE: Final = "#8f959e"


@dataclass(frozen=True, slots=True)
class Written:
    """What is written on a poster; any of it may be empty."""

    name: str
    position: str
    phone: str
    company: str


def _space(width: int, sizes: tuple[int, ...], wrapped: tuple[int, ...] = ()) -> Space:
    return Space(
        width * TWICE, [size * TWICE for size in sizes], [size * TWICE for size in wrapped]
    )


NAME: Final = _space(TEXT_WIDTH, (32, 30, 28, 26), (28, 26, 24, 22))
POSITION: Final = _space(TEXT_WIDTH, (26, 24, 22), (24, 22, 20))
PHONE: Final = _space(TEXT_WIDTH, (26, 24, 22, 20))
COMPANY: Final = _space(AVATAR[0], (24, 22, 20), (22, 20))
UNDER_CODE: Final = _space(CAPTION_WIDTH, (18, 17, 16))


def draw_poster(written: Written, avatar: Image.Image, code: Image.Image, pen: Pen) -> bytes:
    """Draw a poster.

    Returns:
        a PNG of twice 604 by 851 pixels.
    """
    page = Image.new("RGB", (SIZE[0] * TWICE, SIZE[1] * TWICE), "white")
    page.paste(ImageOps.fit(avatar, LARGEST, Image.Resampling.LANCZOS), (LEFT * TWICE, TOP * TWICE))
    side = CODE * TWICE
    page.paste(code.resize((side, side), Image.Resampling.LANCZOS), _at(CODE_LEFT, BELOW))
    under = _at(CAPTION_LEFT, BELOW + CODE + 4)
    pen.write(page, pen.fit(CAPTION, UNDER_CODE), (*under, UNDER_CODE.width), PALE, 0.5)
    left, top = _at(LEFT, BELOW)
    for text, space, colour in (
        (written.name, NAME, BLACK),
        (written.position, POSITION, GREY),
        (written.phone, PHONE, GREY),
    ):
        lines = pen.fit(text, space)
        pen.write(page, lines, (left, top, space.width), colour, 0)
        top += lines.height + (GAP * TWICE if lines.rows else 0)
    _write_company(page, pen.fit(written.company, COMPANY), pen)
    file = io.BytesIO()
    page.save(file, "PNG")
    return file.getvalue()


def _write_company(page: Image.Image, lines: Lines, pen: Pen) -> None:
    top = FOOT_MIDDLE * TWICE - lines.height // 2
    pen.write(page, lines, (LEFT * TWICE, top, COMPANY.width), GREY, 0.5)


def _at(left: int, top: int) -> tuple[int, int]:
    return left * TWICE, top * TWICE
