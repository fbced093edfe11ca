"""The fonts of the system, and which of them has a character, so that none is shown as a box."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import structlog
from fontTools.ttLib import TTFont
from PIL import ImageFont, features

WANTED: Final = "sans-serif:lang=zh-cn"
ASK_SECONDS: Final = 10.0
INDEX_BITS: Final = 0xFFFF  # above them fontconfig says which instance of a variable font
MOST_FACES: Final = 60
SUFFIXES: Final = (".ttf", ".ttc", ".otf", ".otc")
KNOWN: Final = (
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/truetype/wqy/wqy-microhei.ttc",
    "/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc",
    "/usr/share/fonts/truetype/droid/DroidSansFallbackFull.ttf",
    "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf",
    "/usr/share/fonts/truetype/noto/NotoColorEmoji.ttf",
)
"""Where Debian puts fonts, for a system without fontconfig."""
NOT_DRAWN: Final = frozenset({"COLR", "sbix", "SVG "})
"""Kinds of colour that Pillow draws in part or not at all."""
SAMPLE: Final = "微信扫码或长按识别名片诸葛雷达"
UNSEEN: Final = frozenset((0x200C, 0x200D, *range(0xFE00, 0xFE10), *range(0xE0020, 0xE0080)))
"""Joiners, variation selectors and tags, which only choose how the characters beside them look."""
MOST_OF_ONE: Final = 1.5
"""How wide one emoji is at most, in the height of its font; two are wider."""
NO_CHINESE: Final = (
    "no font has Chinese, so posters cannot be drawn: apt-get install fonts-wqy-microhei,"
    " or name font files in ZHUGE_POSTER_FONTS"
)
NO_EMOJI: Final = (
    "ok, but posters leave emoji out: apt-get install fonts-noto-color-emoji libfribidi0"
)
FAMILY: Final = "\U0001f468\u200d\U0001f469\u200d\U0001f467"
"""An emoji that is put together of three."""
SHAPES: Final = bool(features.check("raqm"))
"""Whether letters are joined and reordered as their scripts want it, and emoji put together."""

_log = structlog.get_logger("fonts")


@dataclass(frozen=True)
class FontFile:
    """A font, which may be one of several in its file."""

    path: Path
    index: int = 0


class Face:
    """A font that is open, with the characters that it has."""

    def __init__(self, file: FontFile) -> None:
        self._file = file
        self._sizes: dict[int, ImageFont.FreeTypeFont] = {}
        # Opened here, since fontTools leaves a file open that is no font.
        with file.path.open("rb") as data, TTFont(data, fontNumber=file.index, lazy=True) as font:
            tables = set(font.keys())
            self._strike = font["CBLC"].strikes[0].bitmapSizeTable.ppemY if "CBLC" in tables else 0
            is_drawn = self._strike or not tables & NOT_DRAWN
            self._characters = frozenset(font.getBestCmap() or ()) if is_drawn else frozenset()

    @property
    def strike(self) -> int:
        """The one size, in pixels, in which a font of coloured pictures has them; else 0."""
        return self._strike

    def has(self, text: str) -> bool:
        """Say whether it has all characters of a text that are seen."""
        return all(ord(sign) in self._characters or ord(sign) in UNSEEN for sign in text)

    def sized(self, size: int) -> ImageFont.FreeTypeFont:
        """Give it in a size, in pixels."""
        if size not in self._sizes:
            self._sizes[size] = ImageFont.truetype(self._file.path, size, self._file.index)
        return self._sizes[size]


class Fonts:
    """Fonts in the order of preference, each opened when those before it lack something.

    For one thread at a time: FreeType's fonts are not to be shared.

    Args:
        named: font files that an operator has chosen; none for those of the system.
    """

    def __init__(self, named: Sequence[Path] = ()) -> None:
        self._named = named
        self._faces: list[Face] = []
        self._rest: Iterator[FontFile] | None = None

    def has_chinese(self) -> bool:
        """Say whether Chinese can be written."""
        return all(self.find(sign) for sign in SAMPLE)

    def state(self) -> str:
        """Say ``ok``, or what is missing and what to do about it."""
        if not self.has_chinese():
            return NO_CHINESE
        return "ok" if self.find_emoji(FAMILY) else NO_EMOJI

    def find(self, cluster: str) -> Face | None:
        """Find the font for what is read as one character; None if no font has it."""
        return next((face for face in self._each() if not face.strike and face.has(cluster)), None)

    def find_emoji(self, cluster: str) -> Face | None:
        """Find the font that shows an emoji, of however many characters, as one picture."""
        for face in self._each():
            if face.strike and face.has(cluster):
                width = face.sized(face.strike).getlength(cluster)
                return face if 0 < width < MOST_OF_ONE * face.strike else None
        return None

    def _each(self) -> Iterator[Face]:
        number = 0
        while number < len(self._faces) or self._open_next():
            yield self._faces[number]
            number += 1

    def _open_next(self) -> bool:
        if self._rest is None:
            self._rest = iter([FontFile(path) for path in self._named] or installed())
        for file in self._rest:
            try:
                self._faces.append(Face(file))
            except Exception as error:  # noqa: BLE001 - a broken file makes fontTools raise anything
                _log.warning("font not used", path=str(file.path), reason=str(error))
            else:
                return True
        return False


def installed() -> list[FontFile]:
    """Ask the system which fonts to write Chinese with, the best first, and what to take else."""
    command = shutil.which("fc-match")
    if command is not None:
        ask = [command, "--sort", "--format", "%{file}\t%{index}\n", WANTED]
        try:
            said = subprocess.run(  # noqa: S603 - nothing from outside
                ask, capture_output=True, text=True, timeout=ASK_SECONDS, check=True
            )
        except (OSError, subprocess.SubprocessError) as error:
            _log.warning("fontconfig does not answer", reason=str(error))
        else:
            return _listed(said.stdout)
    return [FontFile(Path(path)) for path in KNOWN if Path(path).is_file()]


def _listed(answer: str) -> list[FontFile]:
    """Read fontconfig's answer, without fonts of fixed sizes in formats of old."""
    lines = [line.split("\t") for line in answer.splitlines()]
    files = [
        FontFile(Path(path), int(index) & INDEX_BITS)
        for path, index in lines
        if path.lower().endswith(SUFFIXES)
    ]
    return files[:MOST_FACES]
