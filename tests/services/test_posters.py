"""How a poster looks: sizes, places, and writing that fits and shows no boxes."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Sequence
from pathlib import Path

import pytest
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from PIL import Image, ImageChops

from services.errors import Unavailable
from services.media import fonts as fonts_module
from services.media import lettering, poster_files
from services.media.fonts import Fonts, installed
from services.media.lettering import Pen, Space
from services.media.poster_files import Poster, PosterFiles
from services.media.posters import (
    CAPTION_LEFT,
    FOOT_MIDDLE,
    LEFT,
    TWICE,
    Written,
    draw_poster,
)
from tests.logs import Log
from tests.pictures import drawn

FAMILY = "👨‍👩‍👧‍👦"
PICTURE = Image.new("RGB", (40, 40), "gray")
WIDE = Space(4000, (64,))
BESIDE_CODE = (LEFT * TWICE, 1024, CAPTION_LEFT * TWICE, (FOOT_MIDDLE - 40) * TWICE)

LONG = {
    "chinese": "欧阳诸葛司马上官令狐" * 6,
    "latin": "Wolfeschlegelsteinhausenbergerdorff" * 2,
    "words": "Alexandrina Montgomery Featherstonehaugh " * 3,
    "emoji": "🌿" * 40,
    "families": FAMILY * 20,
    "arabic": "محمد " * 20,
    "marks": "Z" + "\u0301" * 60 + "周" * 30,
}


@pytest.fixture(scope="module")
def pen() -> Pen:
    """Writes with the fonts of the system."""
    return Pen(Fonts())


def poster(
    pen: Pen, name: str = "", position: str = "", phone: str = "", company: str = ""
) -> Image.Image:
    """Draw a poster."""
    written = Written(name, position, phone, company)
    return Image.open(io.BytesIO(draw_poster(written, PICTURE, PICTURE, pen))).convert("RGB")


def changed(picture: Image.Image, pen: Pen) -> tuple[int, int, int, int]:
    """Where a poster differs from an empty one."""
    box = ImageChops.difference(picture, poster(pen)).getbbox()
    assert box is not None
    return box


def texts(pen: Pen, text: str) -> list[str]:
    """What of a text is shown, by what is read as one character."""
    return [glyph.text for row in pen.fit(text, WIDE).rows for glyph in row]


def a_font(path: Path, characters: str) -> Path:
    """Make a font that has these characters, as squares, and no others."""
    names = [".notdef", *(f"g{number}" for number in range(len(characters)))]
    square = TTGlyphPen(None)
    square.moveTo((0, 0))
    for corner in ((0, 700), (700, 700), (700, 0)):
        square.lineTo(corner)
    square.closePath()
    builder = FontBuilder(1000)
    builder.setupGlyphOrder(names)
    builder.setupCharacterMap(dict(zip(map(ord, characters), names[1:], strict=True)))
    builder.setupGlyf(dict.fromkeys(names, square.glyph()))
    builder.setupHorizontalMetrics(dict.fromkeys(names, (800, 0)))
    builder.setupHorizontalHeader(ascent=800, descent=-200)
    builder.setupNameTable({"familyName": "Squares", "styleName": "Regular"})
    builder.setupOS2()
    builder.setupPost()
    builder.save(path)
    return path


def test_a_poster_is_twice_as_large_as_the_page(pen: Pen) -> None:
    data = draw_poster(Written("周明", "", "", ""), PICTURE, PICTURE, pen)
    with Image.open(io.BytesIO(data)) as picture:
        assert (picture.format, picture.size, picture.mode) == ("PNG", (1208, 1702), "RGB")


def test_avatar_and_code_stand_where_the_page_has_them(pen: Pen) -> None:
    page = Image.new("RGB", (1208, 1702), "white")
    box = ImageChops.difference(poster(pen), page).crop((0, 0, 1208, 1040)).getbbox()
    assert box == (124, 60, 1084, 1024)
    code = ImageChops.difference(poster(pen), page).crop((0, 1040, 1208, 1380)).getbbox()
    assert code is not None
    assert (code[2] - code[0], code[3] - code[1]) == (300, 300)


def test_an_empty_poster_has_nothing_beside_the_code(pen: Pen) -> None:
    assert poster(pen).crop(BESIDE_CODE).getcolors() == [
        ((BESIDE_CODE[2] - BESIDE_CODE[0]) * (BESIDE_CODE[3] - BESIDE_CODE[1]), (255, 255, 255))
    ]


@pytest.mark.parametrize("text", LONG.values(), ids=LONG)
def test_long_writing_stays_beside_the_code(pen: Pen, text: str) -> None:
    left, top, right, bottom = changed(poster(pen, text, text, text), pen)
    assert left >= BESIDE_CODE[0] - 2
    assert right <= BESIDE_CODE[2]
    assert (top >= 1024, bottom <= BESIDE_CODE[3]) == (True, True)


@pytest.mark.parametrize("text", LONG.values(), ids=LONG)
def test_a_long_company_stays_below_the_code(pen: Pen, text: str) -> None:
    left, top, right, bottom = changed(poster(pen, company=text), pen)
    assert (left >= 124 - 2, right <= 1084, top >= 1500, bottom <= 1690) == (True,) * 4


def test_a_short_name_is_written_in_the_wanted_size(pen: Pen) -> None:
    assert pen.fit("周明", Space(600, (64, 48), (40,))).size == 64


def test_a_longer_name_is_written_smaller_then_in_two_lines_then_cut(pen: Pen) -> None:
    space = Space(600, (64, 48), (40, 36))
    shapes = []
    for count in (9, 12, 25, 31, 60):
        lines = pen.fit("周" * count, space)
        shapes.append((lines.size, [len(row) for row in lines.rows]))
        assert (lines.rows[-1][-1].text == "…") == (count == 60)
    assert shapes == [(64, [9]), (48, [12]), (40, [13, 12]), (36, [16, 15]), (36, [16, 16])]


def test_lines_break_between_words(pen: Pen) -> None:
    lines = pen.fit("Interior Design and Happiness", Space(420, (64,), (40,)))
    assert ["".join(glyph.text for glyph in row) for row in lines.rows] == [
        "Interior Design",
        "and Happiness",
    ]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("周\u202e明\x07", ["周", "明"]),
        (" 周 \n 明 ", ["周", " ", "明"]),
        ("\ue000周\U000f0000", ["周"]),
        ("周\u200d\ufe0f明", ["周\u200d", "明"]),
        ("A\u0301", ["Á"]),
        ("", []),
        ("\u200d\u200b\u0301", []),
    ],
    ids=["controls", "blanks", "private", "joiners", "marks", "empty", "nothing seen"],
)
def test_what_is_no_writing_is_left_out(pen: Pen, text: str, shown: list[str]) -> None:
    assert texts(pen, text) == shown


def test_a_character_that_no_font_has_is_left_out(tmp_path: Path) -> None:
    pen = Pen(Fonts([a_font(tmp_path / "a.ttf", "周明")]))
    assert texts(pen, "周龘明😀") == ["周", "明"]


def test_a_character_that_the_first_font_lacks_comes_from_the_next(tmp_path: Path) -> None:
    first, second = a_font(tmp_path / "1.ttf", "周"), a_font(tmp_path / "2.ttf", "周明")
    fonts = Fonts([first, second])
    assert texts(Pen(fonts), "周明") == ["周", "明"]
    assert fonts.find("周") is not fonts.find("明")


def test_a_file_that_is_no_font_is_passed_over(tmp_path: Path, log: Log) -> None:
    broken = tmp_path / "broken.ttf"
    broken.write_bytes(b"no font")
    fonts = Fonts([broken, tmp_path / "gone.ttf", a_font(tmp_path / "a.ttf", "周")])
    assert texts(Pen(fonts), "周") == ["周"]
    assert [event["path"] for event in log.named("font not used")] == [
        str(broken),
        str(tmp_path / "gone.ttf"),
    ]


@pytest.mark.parametrize("emoji", ["😀", FAMILY, "🇨🇳", "👍🏽", "1️⃣", "❤️", "🏴󠁧󠁢󠁥󠁮󠁧󠁿"])
def test_an_emoji_is_one_picture_in_colour(pen: Pen, emoji: str) -> None:
    assert texts(pen, f"周{emoji}") == ["周", emoji]
    if emoji != FAMILY:  # which some fonts draw in grey
        assert is_coloured(poster(pen, emoji))


def is_coloured(picture: Image.Image) -> bool:
    """Whether what is written beside the code has colours."""
    saturation = picture.crop(BESIDE_CODE).convert("HSV").getchannel("S")
    return int(saturation.getextrema()[1]) > 120  # type: ignore[arg-type]


def test_writing_has_no_colours(pen: Pen) -> None:
    assert not is_coloured(poster(pen, "周明 1"))


@pytest.mark.parametrize("emoji", ["👨‍👨‍👨‍👨‍👨", "😀‍💎"])
def test_emoji_that_make_no_single_picture_are_left_out_whole(pen: Pen, emoji: str) -> None:
    assert texts(pen, f"周{emoji}明") == ["周", "明"]


def test_without_a_font_for_emoji_they_are_left_out_whole(tmp_path: Path) -> None:
    pen = Pen(Fonts([a_font(tmp_path / "a.ttf", "周1👍\u20e3")]))
    assert texts(pen, "周1️⃣👍🏽👍") == ["周", "👍"]


def test_without_the_library_that_shapes_letters_joiners_and_selectors_are_left_out(
    pen: Pen, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lettering, "SHAPES", False)
    assert texts(pen, "周\u200d明❤\ufe0f") == ["周", "明", "❤"]


def test_the_state_of_the_fonts_says_what_to_install(tmp_path: Path) -> None:
    plain = next(file.path for file in installed() if Fonts([file.path]).has_chinese())
    assert Fonts().state() == "ok"
    assert "fonts-noto-color-emoji" in Fonts([plain]).state()
    assert "fonts-wqy-microhei" in Fonts([a_font(tmp_path / "a.ttf", "A")]).state()


def test_a_system_without_fontconfig_has_fonts_where_debian_puts_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    known = [file.path for file in installed()]
    monkeypatch.setenv("PATH", "")
    assert installed()
    assert {file.path for file in installed()} <= set(known)


def test_a_fontconfig_that_fails_is_told_of(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, log: Log
) -> None:
    failing = tmp_path / "fc-match"
    failing.write_text("#!/bin/sh\nexit 1\n")
    failing.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert all(str(file.path) in fonts_module.KNOWN for file in installed())
    assert log.named("fontconfig does not answer")


def a_poster(tmp_path: Path, name: str) -> Poster:
    """A poster that can be drawn."""
    (tmp_path / "code.png").write_bytes(drawn())
    return Poster(Written(name, "", "", ""), "", "code.png")


async def kept(posters: PosterFiles, wanted: Sequence[Poster]) -> list[object]:
    """Ask for posters at once."""
    return await asyncio.gather(
        *(posters.keep((1, number), each) for number, each in enumerate(wanted)),
        return_exceptions=True,
    )


async def test_more_posters_than_can_be_drawn_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(poster_files, "MOST_AT_ONCE", 1)
    posters = PosterFiles(tmp_path, Fonts())
    try:
        first, second = await kept(posters, [a_poster(tmp_path, name) for name in "周明"])
        refused = first if isinstance(first, Unavailable) else second
        assert isinstance(refused, Unavailable)
        assert refused.message == "正在生成的海报过多,请稍后再试"
        assert sum(isinstance(each, str) for each in (first, second)) == 1
    finally:
        posters.close()


async def test_nobody_waits_for_ever(tmp_path: Path) -> None:
    posters = PosterFiles(tmp_path, Fonts(), seconds=0.0)
    try:
        (refused,) = await kept(posters, [a_poster(tmp_path, "周")])
        assert isinstance(refused, Unavailable)
        assert refused.message == "生成海报超时,请稍后再试"
    finally:
        posters.close()
