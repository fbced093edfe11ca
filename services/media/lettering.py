"""Writing that fits: shrunk, wrapped, cut, and with every character from a font that has it."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Final

import regex
from PIL import Image, ImageDraw

from services.media.fonts import SHAPES, Face, Fonts

LINE_HEIGHT: Final = 1.32
ASCENT: Final = 1.0
EMOJI_WIDTH: Final = 1.1
EMOJI_RISE: Final = 0.86
"""How high above the base line an emoji begins; sizes of characters are the unit of all four."""
MOST_CHARACTERS: Final = 300
ELLIPSIS: Final = "…"
COLOURED: Final = regex.compile(r"\p{Emoji_Presentation}|\p{Emoji}\uFE0F|\u20E3")
UNWANTED: Final = regex.compile(
    r"[\p{Cc}\p{Cs}\p{Co}\p{Cn}\u2028\u2029\u202A-\u202E\u2066-\u2069\uFEFF]"
)
"""What has no looks of its own, or would turn the writing behind it around."""
SELECTORS: Final = regex.compile(r"[\uFE00-\uFE0F\U000E0100-\U000E01EF]")
JOINERS: Final = regex.compile(r"[\u200B-\u200F\u2060]")
BODY: Final = regex.compile(r"[^\p{M}\p{Cf}]")
"""What marks and joiners belong to; without it they would hang in the air."""
CHINESE: Final[dict[str, Any]] = {"language": "zh-Hans"} if SHAPES else {}
"""Which of the forms that China, Japan and Korea write differently."""


@dataclass(frozen=True, slots=True)
class Glyph:
    """What is read as one character, and the font that has it."""

    text: str
    face: Face

    def width(self, size: int) -> float:
        """How wide it is, in pixels, in letters of this size."""
        if self.face.strike:
            return size * EMOJI_WIDTH
        return self.face.sized(size).getlength(self.text, **CHINESE)


@dataclass(frozen=True, slots=True)
class Lines:
    """Writing of which it is settled what stands where."""

    size: int
    rows: Sequence[Sequence[Glyph]]

    @property
    def height(self) -> int:
        """How high it is, in pixels."""
        return len(self.rows) * round(self.size * LINE_HEIGHT)


@dataclass(frozen=True, slots=True)
class Space:
    """How large writing may be.

    Args:
        width: of a line, in pixels.
        sizes: of the letters in one line, in pixels, the wanted one first.
        wrapped: likewise, of the letters in two lines.
    """

    width: int
    sizes: Sequence[int]
    wrapped: Sequence[int] = ()


class Pen:
    """Writes with the fonts that there are."""

    def __init__(self, fonts: Fonts) -> None:
        self._fonts = fonts

    def fit(self, text: str, space: Space) -> Lines:
        """Make a text fit: by smaller letters, then by a second line, then without its end."""
        glyphs = list(self._glyphs(text))
        if not glyphs:
            return Lines(space.sizes[0], [])
        for most, sizes in ((1, space.sizes), (2, space.wrapped)):
            for size in sizes:
                rows = wrapped(glyphs, size, space.width, most)
                if len(rows) <= most:
                    return Lines(size, _balanced(glyphs, size, rows))
        size, most = (space.wrapped[-1], 2) if space.wrapped else (space.sizes[-1], 1)
        rows = wrapped(glyphs, size, space.width, most)
        cut = [*rows[: most - 1], self._cut(rows[most - 1], size, space.width)]
        return Lines(size, cut)

    def write(
        self, page: Image.Image, lines: Lines, box: tuple[int, int, int], colour: str, align: float
    ) -> None:
        """Write lines on a page; what would reach beyond their space is cut off.

        Args:
            box: left and upper edge of the space, and its width, in pixels.
            align: where in the width: 0 at the left, 0.5 in the middle, 1 at the right.
        """
        left, top, width = box
        step = round(lines.size * LINE_HEIGHT)
        for number, row in enumerate(lines.rows):
            strip = Image.new("RGBA", (width, step))
            indent = max(0, round((width - _extent(row, lines.size)) * align))
            _write_row(strip, row, lines.size, indent, colour)
            page.paste(strip, (left, top + number * step), strip)

    def _cut(self, row: Sequence[Glyph], size: int, width: int) -> list[Glyph]:
        end = list(self._glyphs(ELLIPSIS))
        room = width - sum(glyph.width(size) for glyph in end)
        kept = list(row)
        while kept and sum(glyph.width(size) for glyph in kept) > room:
            kept.pop()
        return [*_trimmed(kept), *end]

    def _glyphs(self, text: str) -> Iterator[Glyph]:
        """Take a text apart into what is read as one character; what no font has is left out."""
        clean = UNWANTED.sub("", " ".join(text.split()))[:MOST_CHARACTERS]
        was_blank = True  # so that what is left out leaves no gap
        for cluster in regex.findall(r"\X", unicodedata.normalize("NFC", clean)):
            glyph = self._emoji(cluster) if COLOURED.search(cluster) else self._letter(cluster)
            is_blank = glyph is not None and glyph.text.isspace()
            if glyph is not None and not (is_blank and was_blank):
                yield glyph
                was_blank = is_blank

    def _emoji(self, cluster: str) -> Glyph | None:
        plain = SELECTORS.sub("", cluster)
        whole = cluster if SHAPES else plain
        face = self._fonts.find_emoji(whole)
        if face is not None:
            return Glyph(whole, face)
        # In black it may be one character; of several, each would be a sign of its own.
        return self._letter(plain) if len(plain) == 1 else None

    def _letter(self, cluster: str) -> Glyph | None:
        plain = SELECTORS.sub("", cluster)
        if not SHAPES:
            plain = JOINERS.sub("", plain)
        if not BODY.search(plain):
            return None
        face = self._fonts.find(plain) or self._fonts.find_emoji(plain)
        return Glyph(plain, face) if face is not None else None


def wrapped(glyphs: Sequence[Glyph], size: int, width: float, most: int) -> list[list[Glyph]]:
    """Break a text into lines, behind words and Chinese characters; a longer word anywhere.

    Args:
        most: how many lines are wanted; it ends with the first character beyond them.
    """
    rows: list[list[Glyph]] = [[]]
    used = 0.0
    for glyph in glyphs:
        wide = glyph.width(size)
        if used + wide > width and rows[-1] and not glyph.text.isspace():
            rows.append(_carried(rows[-1], glyph))
            used = sum(each.width(size) for each in rows[-1])
        rows[-1].append(glyph)
        used += wide
        if len(rows) > most:
            break
    return [_trimmed(row) for row in rows]


def _balanced(glyphs: Sequence[Glyph], size: int, rows: list[list[Glyph]]) -> list[list[Glyph]]:
    """Break two lines where the longer one is shortest."""
    if len(rows) < 2:
        return rows
    narrow, wide = 0.0, max(_extent(row, size) for row in rows)
    for _ in range(8):
        middle = (narrow + wide) / 2
        tried = wrapped(glyphs, size, middle, len(rows))
        if len(tried) > len(rows):
            narrow = middle
        else:
            wide, rows = middle, tried
    return rows


def _carried(row: list[Glyph], following: Glyph) -> list[Glyph]:
    """Take the word off a full line that has begun on it and goes on behind it."""
    at = len(row)
    while at and not _ends_word(row[at - 1]):
        at -= 1
    if at == 0 or _ends_word(following):
        return []
    word = row[at:]
    del row[at:]
    return word


def _ends_word(glyph: Glyph) -> bool:
    """Whether a line may end before it and behind it: a blank, a Chinese character, an emoji."""
    is_wide = unicodedata.east_asian_width(glyph.text[0]) in "WF"
    return is_wide or glyph.text.isspace() or bool(glyph.face.strike)


def _trimmed(row: Sequence[Glyph]) -> list[Glyph]:
    kept = list(row)
    while kept and kept[-1].text.isspace():
        kept.pop()
    return kept


def _pieces(row: Sequence[Glyph]) -> Iterator[tuple[Face, str]]:
    """Put what one font writes together again, but emoji, which are written one by one."""
    for (face, _), glyphs in groupby(
        enumerate(row), lambda each: (each[1].face, each[0] if each[1].face.strike else -1)
    ):
        yield face, "".join(glyph.text for _, glyph in glyphs)


def _extent(row: Sequence[Glyph], size: int) -> float:
    return sum(Glyph(text, face).width(size) for face, text in _pieces(row))


def _write_row(
    strip: Image.Image, row: Sequence[Glyph], size: int, left: float, colour: str
) -> None:
    draw = ImageDraw.Draw(strip)
    base = round(size * ASCENT)
    for face, text in _pieces(row):
        if face.strike:
            picture = _picture(face, text, round(size * EMOJI_WIDTH))
            strip.alpha_composite(picture, (round(left), base - round(size * EMOJI_RISE)))
        else:
            draw.text((left, base), text, colour, face.sized(size), "ls", **CHINESE)
        left += Glyph(text, face).width(size)


def _picture(face: Face, text: str, width: int) -> Image.Image:
    font = face.sized(face.strike)
    left, top, right, bottom = font.getbbox(text, anchor="ls")
    box = (max(1, round(right - left)), max(1, round(bottom - top)))
    canvas = Image.new("RGBA", box)
    ImageDraw.Draw(canvas).text(
        (-left, -top), text, "black", font, anchor="ls", embedded_color=True
    )
    return canvas.resize((width, max(1, round(box[1] * width / box[0]))), Image.Resampling.LANCZOS)
