"""Faces of people who do not exist, and what others show instead of theirs; 400 by 400."""

from __future__ import annotations

from random import Random
from typing import Final

from services.demo.drawing import furniture as f
from services.demo.drawing.canvas import WHITE, Canvas, Colour, clear, darker, lighter, mix, rgb
from services.demo.drawing.palettes import Palette

SIDE: Final = 400
MIDDLE: Final = 200
EYES: Final = 206

SKINS: Final = [rgb(text) for text in ("f6d7be", "f2cba9", "eac09a", "f8dfcc")]
HAIRS: Final = [rgb(text) for text in ("2b2523", "3a2c26", "4b352a", "332f35", "5a4032")]
NEUTRAL: Final = rgb("c3ccd6")


def woman(rng: Random, pal: Palette) -> Canvas:
    """A woman."""
    canvas, skin, hair = _begin(rng, pal)
    style = rng.choice(["long", "bob", "bun", "tail"])
    if style == "long":
        canvas.box(112, 120, 176, 230, darker(hair, 0.12), 84)
    elif style == "bob":
        canvas.box(108, 112, 184, 172, darker(hair, 0.12), 80)
    elif style == "bun":
        canvas.disc(MIDDLE, 78, 40, hair)
        canvas.box(122, 116, 156, 120, darker(hair, 0.12), 70)
    else:
        canvas.shape([(262, 130), (322, 190), (316, 300), (276, 250)], darker(hair, 0.12))
        canvas.disc(276, 148, 26, hair)
        canvas.box(122, 116, 156, 110, darker(hair, 0.12), 70)
    _body(canvas, rng, pal, skin, is_open=True)
    _head(canvas, skin)
    _face(canvas, rng, hair, skin, lips=(206, 92, 88), lashes=True)
    _fringe(canvas, rng, hair)
    if rng.random() < 0.5:
        for x in (128, 272):
            canvas.disc(x, 240, 6, pal.second)
    return canvas


def man(rng: Random, pal: Palette) -> Canvas:
    """A man."""
    canvas, skin, hair = _begin(rng, pal)
    canvas.box(124, 116, 152, 110, darker(hair, 0.14), 66)
    _body(canvas, rng, pal, skin, is_open=rng.random() < 0.5)
    _head(canvas, skin)
    _face(canvas, rng, hair, skin, lips=(186, 104, 92), lashes=False)
    style = rng.randrange(3)
    canvas.pie(MIDDLE, 172, 78, 76, 180, 360, hair)
    if style == 0:
        canvas.shape([(122, 172), (278, 172), (270, 196), (232, 168), (150, 176), (128, 200)], hair)
    elif style == 1:
        canvas.disc(166, 122, 46, hair, 34)
        canvas.disc(226, 116, 52, hair, 34)
        canvas.shape([(122, 168), (278, 168), (274, 198), (262, 170), (138, 170), (126, 198)], hair)
    else:
        canvas.shape([(124, 168), (276, 168), (276, 182), (204, 160), (136, 188), (122, 204)], hair)
        canvas.disc(236, 128, 50, hair, 36)
    if rng.random() < 0.45:
        _glasses(canvas, pal)
    return canvas


def _begin(rng: Random, pal: Palette) -> tuple[Canvas, Colour, Colour]:
    ground = rng.choice([pal.accent, pal.second, pal.plant, pal.wall])
    canvas = Canvas(SIDE, SIDE)
    canvas.gradient(0, 0, SIDE, SIDE, lighter(ground, 0.62), lighter(ground, 0.34))
    canvas.disc(rng.uniform(250, 340), rng.uniform(60, 130), 74, clear(WHITE, 0.22))
    return canvas, rng.choice(SKINS), rng.choice(HAIRS)


def _body(canvas: Canvas, rng: Random, pal: Palette, skin: Colour, *, is_open: bool) -> None:
    cloth = rng.choice([pal.accent, pal.dark, pal.plant, pal.second, rgb("50648a"), rgb("8a5a66")])
    canvas.box(66, 330, 268, 140, cloth, 76)
    canvas.box(168, 262, 64, 90, darker(skin, 0.09), 28)
    if is_open:
        inner = rng.choice([WHITE, pal.soft])
        canvas.shape([(152, 334), (248, 334), (200, 410)], inner)
        canvas.pie(MIDDLE, 330, 34, 30, 0, 180, darker(skin, 0.09))
        canvas.shape([(150, 328), (176, 322), (200, 400), (176, 400)], lighter(cloth, 0.14))
        canvas.shape([(250, 328), (224, 322), (200, 400), (224, 400)], lighter(cloth, 0.14))
    else:
        canvas.disc(MIDDLE, 334, 46, lighter(cloth, 0.16), 22)
        canvas.disc(MIDDLE, 330, 36, darker(skin, 0.09), 16)


def _head(canvas: Canvas, skin: Colour) -> None:
    for x in (124, 276):
        canvas.disc(x, 218, 14, darker(skin, 0.06), 19)
    canvas.box(128, 118, 144, 176, skin, 71)
    canvas.pie(MIDDLE, 232, 72, 66, 0, 180, skin)


def _face(
    canvas: Canvas, rng: Random, hair: Colour, skin: Colour, *, lips: Colour, lashes: bool
) -> None:
    dark = rgb("33292a")
    for side in (-1, 1):
        x = MIDDLE + side * 34
        canvas.disc(x, EYES, 7.5, dark, 9)
        canvas.disc(x + 2.5, EYES - 3, 2.4, WHITE)
        if lashes:
            canvas.line([(x + side * 6, EYES - 7), (x + side * 14, EYES - 11)], dark, 3)
        canvas.arc(x, EYES - 14, 17, 11, 205, 335, darker(hair, 0.1), 5 if not lashes else 4)
        canvas.disc(MIDDLE + side * 48, 238, 16, (236, 120, 110, 46), 11)
    canvas.arc(MIDDLE, 222, 9, 8, 20, 160, darker(skin, 0.24), 3.5)
    if rng.random() < 0.4:
        canvas.pie(MIDDLE, 252, 22, 18, 0, 180, lips)
        canvas.box(184, 253, 32, 6, WHITE, 3)
    else:
        canvas.arc(MIDDLE, 244, 24, 18, 25, 155, lips, 5)


def _fringe(canvas: Canvas, rng: Random, hair: Colour) -> None:
    style = rng.randrange(3)
    canvas.pie(MIDDLE, 180, 82, 84, 180, 360, hair)
    if style == 0:
        canvas.pie(158, 166, 42, 22, 0, 180, hair)
        canvas.pie(238, 166, 44, 18, 0, 180, hair)
    elif style == 1:
        canvas.shape([(118, 172), (230, 126), (172, 176), (126, 222)], hair)
        canvas.shape([(214, 128), (282, 172), (274, 222), (246, 174)], hair)
    else:
        canvas.shape([(118, 172), (282, 172), (278, 214), (262, 174), (138, 174), (122, 214)], hair)
        canvas.box(130, 164, 140, 18, hair, 9)
    canvas.arc(176, 150, 46, 40, 200, 290, lighter(hair, 0.14), 5)


def _glasses(canvas: Canvas, pal: Palette) -> None:
    for side in (-1, 1):
        canvas.arc(MIDDLE + side * 34, EYES, 25, 22, 0, 360, pal.dark, 4.5)
    canvas.arc(MIDDLE, EYES - 4, 10, 8, 190, 350, pal.dark, 4.5)


def cat(rng: Random, pal: Palette) -> Canvas:
    """A cat, or rather its head."""
    canvas, _, _ = _begin(rng, pal)
    fur = rng.choice([rgb("e8a25c"), rgb("8b8f99"), rgb("f3ece2"), rgb("4a4547")])
    stripe = darker(fur, 0.22)
    canvas.box(104, 306, 192, 150, fur, 80)
    for side in (-1, 1):
        x = MIDDLE + side * 66
        canvas.shape([(x - 46, 168), (x + side * 22, 74), (x + 46, 168)], fur)
        canvas.shape([(x - 24, 158), (x + side * 14, 102), (x + 24, 158)], (240, 170, 160))
    canvas.disc(MIDDLE, 220, 118, fur, 102)
    for x in (166, 200, 234):
        canvas.line([(x, 122), (x + (200 - x) * 0.2, 158)], stripe, 11)
    for side in (-1, 1):
        x = MIDDLE + side * 48
        canvas.disc(x, 214, 21, rgb("f4d35e"), 23)
        canvas.disc(x, 214, 8, (34, 30, 32), 19)
        canvas.disc(x + 5, 205, 5, WHITE)
        for step in (-1, 0, 1):
            y = 250 + step * 12
            canvas.line(
                [(MIDDLE + side * 62, y), (MIDDLE + side * 138, y + step * 10 - 4)],
                clear(WHITE, 0.75),
                2.5,
            )
        canvas.disc(MIDDLE + side * 22, 264, 28, lighter(fur, 0.45), 23)
    canvas.shape([(186, 238), (214, 238), (200, 254)], (226, 122, 122))
    canvas.line([(200, 252), (200, 266)], darker(fur, 0.5), 3)
    return canvas


def hills(rng: Random, pal: Palette) -> Canvas:
    """A landscape, as many show instead of themselves."""
    canvas = Canvas(SIDE, SIDE)
    canvas.gradient(0, 0, SIDE, 300, mix(pal.accent, WHITE, 0.45), (255, 236, 214))
    canvas.disc(rng.uniform(130, 280), 150, 46, (255, 248, 228))
    for step in range(4):
        tone = mix(mix(pal.plant, pal.accent, 0.3), (255, 236, 214), 0.62 - step * 0.2)
        y = 216 + step * 52
        points: list[tuple[float, float]] = [(0, SIDE), (0, y)]
        points += [(x, y - rng.uniform(-14, 58)) for x in range(40, SIDE, 60)]
        canvas.shape([*points, (SIDE, y), (SIDE, SIDE)], tone)
    return canvas


def sprout(rng: Random, pal: Palette) -> Canvas:
    """A plant in a pot."""
    canvas, _, _ = _begin(rng, pal)
    canvas.disc(MIDDLE, 190, 136, clear(WHITE, 0.35))
    f.plant(canvas, MIDDLE, 356, 290, pal, rng)
    return canvas


def silhouette(ground: Colour, figure: Colour, *, is_staff: bool) -> Canvas:
    """Somebody without a picture; staff wear a collar."""
    canvas = Canvas(SIDE, SIDE)
    canvas.gradient(0, 0, SIDE, SIDE, lighter(ground, 0.18), ground)
    canvas.disc(MIDDLE, 164, 74, figure, 80)
    canvas.box(62, 270, 276, 240, figure, 120)
    if is_staff:
        canvas.shape([(166, 268), (200, 330), (234, 268)], ground)
        canvas.shape(
            [(191, 316), (209, 316), (216, 400), (200, 420), (184, 400)], darker(ground, 0.12)
        )
        canvas.shape([(188, 300), (212, 300), (208, 322), (192, 322)], darker(ground, 0.2))
    return canvas
