"""What a tea merchant shows, 800 by 600."""

from __future__ import annotations

import math
from collections.abc import Sequence
from random import Random

from services.demo.drawing import furniture as f
from services.demo.drawing.canvas import (
    WHITE,
    Canvas,
    Colour,
    Point,
    clear,
    darker,
    lighter,
    mix,
    rgb,
)
from services.demo.drawing.palettes import Palette
from services.demo.drawing.rooms import HEIGHT, WIDTH

LIQUORS = [rgb(text) for text in ("e3c65a", "d99a3a", "b4582c", "8a3320", "c9d27a", "eedf9a")]


def terraces(rng: Random, pal: Palette) -> Canvas:
    """Tea hills in the morning."""
    canvas = Canvas(WIDTH, HEIGHT)
    warm = mix((255, 232, 204), pal.second, 0.12)
    canvas.gradient(0, 0, WIDTH, 380, mix((150, 196, 214), pal.accent, 0.12), warm)
    canvas.disc(rng.uniform(180, 620), 150, 50, (255, 248, 224))
    for depth in range(3):
        tone = mix(mix(pal.plant, (120, 160, 160), 0.5), warm, 0.66 - depth * 0.2)
        _ridge(canvas, rng, 250 + depth * 48, 92 - depth * 16, tone)
        canvas.box(0, 296 + depth * 40, WIDTH, 26, clear(WHITE, 0.12))
    for depth in range(7):
        _hedge(canvas, rng, 352 + depth * 36, depth, pal)
    for x in (rng.uniform(150, 330), rng.uniform(480, 650)):
        _picker(canvas, x, 452, pal)
    for depth in range(7, 9):
        _hedge(canvas, rng, 352 + depth * 36, depth, pal)
    return canvas


def _ridge(canvas: Canvas, rng: Random, y: float, height: float, colour: Colour) -> None:
    shift = rng.uniform(0, math.tau)
    wave = [
        (x, y - height * (0.5 + 0.32 * math.sin(x / 120 + shift) + 0.18 * math.sin(x / 47 + shift)))
        for x in range(0, WIDTH + 20, 20)
    ]
    canvas.shape([(0, HEIGHT), *wave, (WIDTH, HEIGHT)], colour)


def _hedge(canvas: Canvas, rng: Random, y: float, depth: int, pal: Palette) -> None:
    """A row of tea bushes, which are bigger the nearer they are."""
    size = 15 + depth * 3.4
    tone = mix(lighter(pal.plant, 0.32), darker(pal.plant, 0.26), depth / 9)
    bow = 30 - depth * 2
    x = rng.uniform(-20, 0)
    bottom = [(step, y + bow * math.cos((step - 400) / 260) * -1) for step in range(0, 840, 40)]
    canvas.shape([(0, HEIGHT), *bottom, (WIDTH, HEIGHT)], darker(tone, 0.16))
    while x < WIDTH + size:
        top = y - bow * math.cos((x - 400) / 260)
        canvas.disc(x, top, size, tone, size * 0.62)
        canvas.disc(x - size * 0.2, top - size * 0.2, size * 0.6, lighter(tone, 0.13), size * 0.3)
        x += size * 1.24


def _picker(canvas: Canvas, x: float, y: float, pal: Palette) -> None:
    canvas.box(x - 15, y - 40, 30, 60, pal.accent, 12)
    canvas.box(x + 10, y - 26, 26, 30, pal.wood, 6)
    canvas.disc(x, y - 50, 12, (240, 204, 170))
    canvas.shape([(x - 32, y - 52), (x, y - 76), (x + 32, y - 52)], lighter(pal.second, 0.25))
    canvas.line([(x - 32, y - 52), (x + 32, y - 52)], pal.second, 3)


def service(rng: Random, pal: Palette) -> Canvas:
    """A teapot with cups on a tray."""
    canvas = _counter(pal)
    glaze = rng.choice([pal.accent, pal.dark, mix(pal.plant, WHITE, 0.3), rgb("7a4632")])
    canvas.box(120, 470, 560, 34, pal.wood, 8)
    canvas.box(120, 470, 560, 12, lighter(pal.wood, 0.2), 6)
    teapot(canvas, 330, 470, 1.25, glaze)
    liquor = rng.choice(LIQUORS)
    for x in (490, 560, 630):
        cup(canvas, x, 470, glaze, liquor)
        steam(canvas, x, 400)
    branch(canvas, 690, 500, pal, rng)
    return canvas


def _counter(pal: Palette) -> Canvas:
    """A table before a round window."""
    canvas = Canvas(WIDTH, HEIGHT)
    canvas.gradient(0, 0, WIDTH, 490, lighter(pal.wall, 0.35), pal.wall)
    canvas.disc(400, 236, 192, darker(pal.wood, 0.1))
    canvas.disc(400, 236, 180, (222, 234, 226))
    for share, tone in ((0.5, 0.6), (0.36, 0.35)):
        canvas.pie(
            400,
            236,
            180,
            180,
            90 - 90 * share,
            90 + 90 * share,
            mix(pal.plant, (222, 234, 226), tone),
        )
    canvas.disc(460, 176, 26, (255, 248, 226))
    canvas.gradient(0, 490, WIDTH, 110, pal.floor, darker(pal.floor, 0.16))
    canvas.box(0, 490, WIDTH, 5, lighter(pal.floor, 0.25))
    return canvas


def teapot(canvas: Canvas, x: float, y: float, size: float, glaze: Colour) -> None:
    """A teapot around ``x`` on a board ``y``; its spout is on the right."""
    canvas.disc(x, y + 4, 96 * size, f.SHADOW, 8 * size)
    dark = darker(glaze, 0.16)
    canvas.arc(x - 76 * size, y - 62 * size, 40 * size, 42 * size, 70, 290, dark, 13 * size)
    canvas.shape(
        [
            (x + 52 * size, y - 30 * size),
            (x + 58 * size, y - 66 * size),
            (x + 112 * size, y - 112 * size),
            (x + 128 * size, y - 108 * size),
            (x + 96 * size, y - 58 * size),
        ],
        dark,
    )
    canvas.disc(x, y - 60 * size, 82 * size, glaze, 60 * size)
    canvas.box(x - 52 * size, y - 10 * size, 104 * size, 10 * size, dark, 4 * size)
    canvas.pie(x, y - 104 * size, 46 * size, 26 * size, 180, 360, lighter(glaze, 0.1))
    canvas.box(x - 50 * size, y - 108 * size, 100 * size, 8 * size, dark, 4 * size)
    canvas.disc(x, y - 136 * size, 11 * size, dark)
    canvas.arc(
        x - 4 * size, y - 62 * size, 62 * size, 42 * size, 190, 250, clear(WHITE, 0.35), 7 * size
    )


def cup(canvas: Canvas, x: float, y: float, glaze: Colour, liquor: Colour) -> None:
    """A small bowl of tea."""
    canvas.disc(x, y + 3, 30, f.SHADOW, 5)
    canvas.pie(x, y - 36, 29, 34, 0, 180, lighter(glaze, 0.32))
    canvas.box(x - 12, y - 7, 24, 7, darker(glaze, 0.05), 2)
    canvas.disc(x, y - 37, 29, lighter(glaze, 0.5), 7)
    canvas.disc(x, y - 36, 24, liquor, 5)


def steam(canvas: Canvas, x: float, y: float) -> None:
    """Steam over a cup."""
    for side in (-7, 8):
        wave = [(x + side + 6 * math.sin(step * 0.9), y - step * 9) for step in range(7)]
        canvas.line(wave, clear(WHITE, 0.6), 4)


def branch(canvas: Canvas, x: float, y: float, pal: Palette, rng: Random) -> None:
    """A vase with a twig."""
    f.vase(canvas, x, y, 92, lighter(pal.dark, 0.2))
    for lean in (-0.9, -0.45, 0.05, 0.5):
        length = rng.uniform(90, 130)
        tip = (x + math.sin(lean) * length, y - 86 - math.cos(lean) * length)
        canvas.line([(x, y - 86), tip], pal.wood, 3)
        for share in (0.45, 0.7, 0.95):
            at = (x + (tip[0] - x) * share, y - 86 + (tip[1] - y + 86) * share)
            for turn in (-0.9, 0.8):
                f.leaf(canvas, *at, lean + turn, 34, 7, pal.plant)


def tins(rng: Random, pal: Palette) -> Canvas:
    """Tins of tea on a plinth."""
    canvas = Canvas(WIDTH, HEIGHT)
    canvas.gradient(0, 0, WIDTH, 470, lighter(pal.wall, 0.4), pal.wall)
    canvas.gradient(0, 470, WIDTH, 130, lighter(pal.soft, 0.1), darker(pal.wall, 0.06))
    canvas.disc(400, 250, 190, lighter(pal.second, 0.6))
    canvas.box(180, 450, 440, 60, pal.soft, 8)
    canvas.box(180, 494, 440, 16, darker(pal.soft, 0.08), 8)
    tones = [pal.accent, pal.plant, pal.dark, pal.second]
    rng.shuffle(tones)
    for x, size, tone in ((290, 1.0, tones[0]), (510, 0.9, tones[1]), (400, 1.22, tones[2])):
        tin(canvas, x, 452, size, tone, pal)
    _loose_leaves(canvas, rng, 400, 548, 170, 14, pal)
    branch(canvas, 690, 520, pal, rng)
    return canvas


def tin(canvas: Canvas, x: float, y: float, size: float, tone: Colour, pal: Palette) -> None:
    """A tin with a label without words."""
    width, height = 116 * size, 176 * size
    canvas.disc(x, y, width * 0.56, f.SHADOW, 9)
    canvas.box(x - width / 2, y - height, width, height, tone, 8)
    canvas.box(x - width / 2, y - height, width * 0.2, height, clear(WHITE, 0.12), 8)
    canvas.box(
        x - width / 2 - 3, y - height - 26 * size, width + 6, 42 * size, darker(tone, 0.16), 8
    )
    canvas.box(x - width * 0.3, y - height * 0.7, width * 0.6, height * 0.5, pal.soft, 5)
    middle = y - height * 0.45
    canvas.disc(x, middle, width * 0.16, clear(pal.second, 0.5))
    for lean in (-0.7, 0.0, 0.7):
        f.leaf(canvas, x, middle + 22 * size, lean, 44 * size, 8 * size, pal.plant)


def _loose_leaves(
    canvas: Canvas, rng: Random, x: float, y: float, spread: float, count: int, pal: Palette
) -> None:
    for _ in range(count):
        tone = mix(pal.plant, pal.dark, rng.uniform(0.1, 0.6))
        at = (x + rng.uniform(-spread, spread), y + rng.uniform(-14, 14))
        f.leaf(canvas, *at, rng.uniform(-2, 2), rng.uniform(16, 28), 4, tone)


def _strew(
    canvas: Canvas,
    rng: Random,
    middle: Point,
    radius: float,
    count: int,
    tones: Sequence[Colour],
    size: float = 1,
) -> None:
    """Strew leaves evenly over a disc."""
    for _ in range(count):
        turn, far = rng.uniform(0, math.tau), radius * math.sqrt(rng.random())
        x, y = middle[0] + math.cos(turn) * far, middle[1] + math.sin(turn) * far
        length = rng.uniform(17, 28) * size
        f.leaf(canvas, x, y, rng.uniform(-3, 3), length, 4 * size, rng.choice(tones))


def gift(rng: Random, pal: Palette) -> Canvas:
    """An open gift box with tins and cups."""
    canvas = Canvas(WIDTH, HEIGHT)
    canvas.gradient(0, 0, WIDTH, HEIGHT, lighter(pal.wall, 0.3), darker(pal.wall, 0.06))
    tone = rng.choice([pal.accent, pal.dark, pal.plant])
    canvas.disc(400, 520, 300, f.SHADOW, 26)
    canvas.shape([(150, 290), (650, 290), (610, 96), (190, 96)], darker(tone, 0.18))
    canvas.shape([(176, 280), (624, 280), (590, 112), (210, 112)], lighter(pal.second, 0.35))
    canvas.disc(400, 196, 52, lighter(pal.second, 0.6))
    for lean in (-0.8, 0.0, 0.8):
        f.leaf(canvas, 400, 236, lean, 74, 13, pal.plant)
    canvas.box(140, 286, 520, 232, tone, 10)
    canvas.box(158, 304, 484, 196, lighter(pal.second, 0.62), 6)
    for x in (244, 364):
        canvas.disc(x, 402, 54, darker(pal.second, 0.06))
        canvas.disc(x, 402, 48, lighter(tone, 0.12))
        canvas.disc(x, 402, 30, pal.soft)
        f.leaf(canvas, x, 424, rng.uniform(-0.3, 0.3), 46, 9, pal.plant)
    for x, y in ((484, 360), (574, 360), (484, 446), (574, 446)):
        canvas.disc(x, y, 36, darker(pal.second, 0.06))
        canvas.disc(x, y, 32, WHITE)
        canvas.disc(x, y, 24, rng.choice(LIQUORS))
    canvas.box(140, 286, 520, 10, lighter(tone, 0.2), 5)
    return canvas


def tasting(rng: Random, pal: Palette) -> Canvas:
    """Teas side by side, seen from above."""
    canvas = Canvas(WIDTH, HEIGHT)
    canvas.gradient(0, 0, WIDTH, HEIGHT, lighter(pal.floor, 0.25), pal.floor)
    for x in range(0, WIDTH, 80):
        canvas.box(x, 0, 2, HEIGHT, darker(pal.floor, 0.06))
    canvas.box(60, 70, 680, 460, f.SHADOW, 18)
    canvas.box(54, 62, 680, 460, pal.wood, 18)
    canvas.box(66, 74, 656, 436, lighter(pal.wood, 0.12), 12)
    liquors = LIQUORS[:]
    rng.shuffle(liquors)
    for step in range(3):
        x = 180 + step * 216
        canvas.disc(x + 5, 214, 84, f.SHADOW)
        canvas.disc(x, 206, 84, WHITE)
        canvas.disc(x, 206, 70, darker(pal.soft, 0.06))
        canvas.disc(x, 206, 66, liquors[step])
        canvas.arc(x, 206, 54, 54, 200, 250, clear(WHITE, 0.55), 6)
        canvas.disc(x + 4, 408, 70, f.SHADOW)
        canvas.disc(x, 402, 70, pal.soft)
        canvas.disc(x, 402, 58, darker(pal.soft, 0.07))
        dry = mix(pal.plant, liquors[step], 0.4)
        tones = [mix(dry, pal.dark, share) for share in (0, 0.2, 0.45)]
        _strew(canvas, rng, (x, 402), 38, 26, tones)
    return canvas


def trays(rng: Random, pal: Palette) -> Canvas:
    """Fresh leaves that wither on bamboo trays."""
    canvas = Canvas(WIDTH, HEIGHT)
    canvas.gradient(0, 0, WIDTH, HEIGHT, lighter(pal.wood, 0.5), lighter(pal.wood, 0.3))
    for x in range(0, WIDTH, 100):
        canvas.box(x, 0, 3, HEIGHT, lighter(pal.wood, 0.2))
    for x, y, radius in ((230, 210, 180), (590, 330, 200), (220, 520, 150)):
        canvas.disc(x + 8, y + 10, radius, f.SHADOW)
        canvas.disc(x, y, radius, pal.second)
        canvas.disc(x, y, radius - 12, lighter(pal.second, 0.45))
        for ring in range(3):
            edge = radius - 30 - ring * 26
            canvas.arc(x, y, edge, edge, 0, 360, lighter(pal.second, 0.25), 2)
        tones = [mix(pal.plant, other, 0.2) for other in (pal.dark, pal.plant, WHITE)]
        _strew(canvas, rng, (x, y), radius - 40, round(radius * 0.62), tones, 1.3)
    return canvas


def tearoom(rng: Random, pal: Palette) -> Canvas:
    """A quiet room for tea, with a lattice and a scroll."""
    canvas = Canvas(WIDTH, HEIGHT)
    canvas.gradient(0, 0, WIDTH, 430, lighter(pal.wall, 0.25), pal.wall)
    canvas.gradient(0, 430, WIDTH, 170, pal.floor, darker(pal.floor, 0.14))
    for x in range(-200, 1000, 110):
        canvas.line([(400 + (x - 400) * 0.6, 430), (x, HEIGHT)], darker(pal.floor, 0.1), 2)
    canvas.box(60, 60, 300, 350, pal.wood, 4)
    canvas.gradient(70, 70, 280, 330, (250, 246, 230), (232, 238, 222))
    canvas.pie(148, 400, 78, 120, 180, 360, clear(pal.plant, 0.3))
    canvas.pie(276, 400, 74, 80, 180, 360, clear(pal.plant, 0.42))
    for x in (138, 206, 274):
        canvas.box(x, 70, 5, 330, pal.wood)
    for y in (150, 232, 316):
        canvas.box(70, y, 280, 5, pal.wood)
    _scroll(canvas, rng, pal)
    f.pendant(canvas, 430, 170, pal.second, 0.9)
    for x in (210, 590):
        canvas.disc(x, 540, 92, f.SHADOW, 22)
        canvas.box(x - 84, 512, 168, 30, pal.accent, 14)
        canvas.box(x - 84, 508, 168, 16, lighter(pal.accent, 0.2), 8)
    canvas.disc(400, 556, 220, f.SHADOW, 16)
    for x in (220, 562):
        canvas.box(x, 482, 18, 72, darker(pal.wood, 0.2), 3)
    canvas.box(186, 462, 428, 24, pal.wood, 8)
    canvas.box(186, 462, 428, 9, lighter(pal.wood, 0.2), 5)
    teapot(canvas, 380, 462, 0.56, pal.accent)
    for x in (480, 540):
        cup(canvas, x, 462, pal.soft, rng.choice(LIQUORS))
        steam(canvas, x, 408)
    branch(canvas, 252, 462, pal, rng)
    f.plant(canvas, 740, 540, 220, pal, rng)
    return canvas


def _scroll(canvas: Canvas, rng: Random, pal: Palette) -> None:
    """A hanging picture of hills and a moon."""
    canvas.box(540, 60, 130, 300, lighter(pal.second, 0.45))
    canvas.box(552, 84, 106, 250, pal.soft)
    for y in (54, 356):
        canvas.box(528, y, 154, 12, darker(pal.wood, 0.2), 6)
    canvas.disc(630, 124, 15, pal.accent)
    for step in range(3):
        peak = rng.uniform(566, 640)
        y = 330 - step * 4
        canvas.shape(
            [(552, y), (peak, 180 + step * 44), (658, y)], clear(pal.dark, 0.2 + step * 0.14)
        )


def cake(rng: Random, pal: Palette) -> Canvas:
    """A pressed tea cake with its wrapping and a broken piece."""
    canvas = Canvas(WIDTH, HEIGHT)
    canvas.gradient(0, 0, WIDTH, HEIGHT, lighter(pal.wall, 0.2), darker(pal.wall, 0.08))
    canvas.disc(330, 320, 236, f.SHADOW)
    canvas.disc(318, 306, 232, pal.soft)
    for step in range(24):
        turn = math.tau * step / 24
        rim = (318 + math.cos(turn) * 228, 306 + math.sin(turn) * 228)
        canvas.line([(318, 306), rim], darker(pal.soft, 0.05), 2)
    canvas.disc(318, 306, 172, darker(pal.wood, 0.3))
    tones = [mix(darker(pal.wood, 0.3), tone, 0.3) for tone in (pal.plant, pal.second, pal.dark)]
    _strew(canvas, rng, (318, 306), 150, 150, tones)
    canvas.disc(318, 306, 30, darker(pal.wood, 0.5))
    canvas.box(560, 120, 180, 180, pal.accent, 8)
    canvas.disc(650, 210, 58, lighter(pal.second, 0.5))
    for lean in (-0.7, 0.0, 0.7):
        f.leaf(canvas, 650, 250, lean, 74, 12, pal.plant)
    canvas.shape(
        [(590, 420), (690, 400), (724, 470), (650, 512), (580, 486)], darker(pal.wood, 0.35)
    )
    _loose_leaves(canvas, rng, 650, 456, 52, 24, pal)
    return canvas
