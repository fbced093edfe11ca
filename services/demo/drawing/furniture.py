"""Pieces that stand in rooms; ``x`` is the left or middle, ``y`` the floor or upper edge."""

from __future__ import annotations

import math
from random import Random

from services.demo.drawing.canvas import (
    WHITE,
    Canvas,
    Colour,
    clear,
    darker,
    lighter,
    mix,
)
from services.demo.drawing.palettes import Palette

SHADOW = (40, 30, 25, 38)


def shadow(canvas: Canvas, x: float, y: float, rx: float, ry: float = 9) -> None:
    """Lay a soft shadow on the floor."""
    canvas.disc(x, y, rx, SHADOW, ry)
    canvas.disc(x, y, rx * 0.86, SHADOW, ry * 0.7)


def sofa(canvas: Canvas, x: float, y: float, width: float, colour: Colour, pal: Palette) -> None:
    """A sofa; ``x`` is its left, ``y`` the floor."""
    shadow(canvas, x + width / 2, y + 3, width * 0.54, 12)
    for foot in (x + 22, x + width - 32):
        canvas.shape([(foot, y - 16), (foot + 12, y - 16), (foot + 8, y), (foot + 4, y)], pal.wood)
    back, seat = lighter(colour, 0.08), lighter(colour, 0.2)
    canvas.box(x + 14, y - 140, width - 28, 110, back, 24)
    half = (width - 60) / 2
    for left in (x + 28, x + 32 + half):
        canvas.box(left, y - 132, half, 80, lighter(colour, 0.14), 18)
        canvas.box(left, y - 76, half, 40, seat, 12)
    canvas.box(x + 6, y - 42, width - 12, 28, darker(colour, 0.08), 10)
    for left in (x - 8, x + width - 34):
        canvas.box(left, y - 102, 42, 88, darker(colour, 0.04), 18)
    cushion(canvas, x + 66, y - 88, 50, pal.second, -12)
    cushion(canvas, x + width - 74, y - 88, 50, pal.soft, 10)


def cushion(canvas: Canvas, x: float, y: float, side: float, colour: Colour, turn: float) -> None:
    """A cushion around its middle, turned by some degrees."""
    angles = [math.radians(45 + 90 * step + turn) for step in range(4)]
    corners = [(x + math.cos(a) * side * 0.66, y + math.sin(a) * side * 0.66) for a in angles]
    canvas.shape(corners, colour)
    canvas.line([*corners, corners[0]], colour, 9)
    canvas.line([corners[0], corners[2]], clear(WHITE, 0.28), 2.5)


def armchair(canvas: Canvas, x: float, y: float, colour: Colour, pal: Palette) -> None:
    """A round armchair around ``x``, on the floor ``y``."""
    shadow(canvas, x, y + 2, 76)
    for foot in (x - 42, x + 34):
        canvas.box(foot, y - 22, 8, 22, pal.wood, 3)
    canvas.box(x - 62, y - 138, 124, 110, darker(colour, 0.06), 52)
    canvas.box(x - 44, y - 122, 88, 80, lighter(colour, 0.1), 38)
    canvas.box(x - 72, y - 84, 30, 66, colour, 15)
    canvas.box(x + 42, y - 84, 30, 66, colour, 15)
    canvas.box(x - 50, y - 62, 100, 36, lighter(colour, 0.22), 14)


def low_table(canvas: Canvas, x: float, y: float, width: float, pal: Palette) -> None:
    """A coffee table around ``x`` with a book and a cup."""
    shadow(canvas, x, y + 3, width * 0.5)
    for foot in (x - width * 0.36, x + width * 0.36 - 7):
        canvas.box(foot, y - 52, 7, 52, darker(pal.wood, 0.2))
    canvas.box(x - width / 2, y - 62, width, 14, pal.wood, 7)
    canvas.box(x - width / 2, y - 62, width, 6, lighter(pal.wood, 0.22), 3)
    canvas.box(x - 44, y - 70, 54, 8, pal.accent, 2)
    canvas.box(x - 38, y - 76, 46, 6, pal.soft, 2)
    canvas.box(x + 30, y - 80, 20, 18, pal.soft, 5)
    canvas.arc(x + 52, y - 72, 6, 6, 270, 90, pal.soft, 3)


def floor_lamp(canvas: Canvas, x: float, y: float, pal: Palette) -> None:
    """A lamp with a glow around its shade."""
    shadow(canvas, x, y, 34, 6)
    canvas.disc(x, y - 232, 92, clear((255, 236, 190), 0.16))
    canvas.disc(x, y - 226, 64, clear((255, 236, 190), 0.2))
    canvas.box(x - 2.5, y - 214, 5, 212, pal.dark)
    canvas.disc(x, y - 2, 26, pal.dark, 6)
    canvas.shape(
        [(x - 28, y - 266), (x + 28, y - 266), (x + 44, y - 206), (x - 44, y - 206)], pal.soft
    )
    canvas.shape(
        [(x - 33, y - 222), (x + 33, y - 222), (x + 44, y - 206), (x - 44, y - 206)],
        mix(pal.soft, (255, 214, 140), 0.55),
    )


def pendant(canvas: Canvas, x: float, y: float, colour: Colour, size: float = 1) -> None:
    """A lamp that hangs from the ceiling; ``y`` is its lower edge."""
    canvas.box(x - 1.5, 0, 3, y - 40 * size, darker(colour, 0.4))
    pendant_on(canvas, x, y, colour, size)


def pendant_on(canvas: Canvas, x: float, y: float, colour: Colour, size: float = 1) -> None:
    """The shade of a hanging lamp, with its glow."""
    canvas.disc(x, y + 6, 70 * size, clear((255, 240, 200), 0.16), 54 * size)
    canvas.disc(x, y, 22 * size, (255, 244, 214), 8 * size)
    canvas.pie(x, y, 46 * size, 50 * size, 180, 360, colour)
    canvas.box(x - 6 * size, y - 58 * size, 12 * size, 12 * size, darker(colour, 0.3), 3)


def plant(canvas: Canvas, x: float, y: float, size: float, pal: Palette, rng: Random) -> None:
    """A potted plant, ``size`` points high."""
    shadow(canvas, x, y, size * 0.2, size * 0.035)
    pot, top = size * 0.26, y - size * 0.28
    for step in range(9):
        lean = (step - 4) * 0.27 + rng.uniform(-0.06, 0.06)
        length = size * (0.72 - abs(step - 4) * 0.055) * rng.uniform(0.92, 1.06)
        tone = mix(pal.plant, darker(pal.plant, 0.35) if step % 2 else (225, 235, 180), 0.32)
        leaf(canvas, x, top + 4, lean, length, size * 0.085, tone)
    canvas.shape(
        [
            (x - pot / 2 - 3, top),
            (x + pot / 2 + 3, top),
            (x + pot * 0.36, y),
            (x - pot * 0.36, y),
        ],
        pal.soft,
    )
    canvas.shape(
        [(x + pot * 0.1, top), (x + pot / 2 + 3, top), (x + pot * 0.36, y), (x + pot * 0.12, y)],
        darker(pal.soft, 0.1),
    )


def leaf(
    canvas: Canvas, x: float, y: float, lean: float, length: float, width: float, colour: Colour
) -> None:
    """A leaf that grows from a point; ``lean`` is its angle from upright in radians."""
    bend = lean * 1.25
    tip = (x + math.sin(bend) * length, y - math.cos(bend) * length)
    left, right = [], []
    for step in range(1, 8):
        t = step / 8
        at = lean + (bend - lean) * t
        cx, cy = x + math.sin(at) * length * t, y - math.cos(at) * length * t
        half = math.sin(math.pi * t**0.8) * width
        left.append((cx - math.cos(at) * half, cy - math.sin(at) * half))
        right.append((cx + math.cos(at) * half, cy + math.sin(at) * half))
    canvas.shape([(x, y), *left, tip, *reversed(right)], colour)
    canvas.line([(x, y), tip], darker(colour, 0.14), 1.5)


def picture(
    canvas: Canvas, x: float, y: float, width: float, height: float, pal: Palette, rng: Random
) -> None:
    """A framed abstract picture of hills and a sun, or of round forms."""
    canvas.box(x + 4, y + 5, width, height, SHADOW)
    canvas.box(x, y, width, height, darker(pal.wood, 0.1))
    canvas.box(x + 5, y + 5, width - 10, height - 10, pal.soft)
    inner, left, low = width - 26, x + 13, y + height - 13
    tones = rng.sample([pal.accent, pal.second, pal.plant, pal.wood, lighter(pal.accent, 0.4)], 3)
    if rng.random() < 0.5:
        canvas.disc(left + inner * rng.uniform(0.3, 0.7), y + height * 0.38, inner * 0.17, tones[0])
        canvas.shape(
            [(left, low), (left + inner * 0.42, low - height * 0.34), (left + inner * 0.8, low)],
            tones[1],
        )
        canvas.shape(
            [
                (left + inner * 0.3, low),
                (left + inner * 0.74, low - height * 0.26),
                (left + inner, low),
            ],
            tones[2],
        )
    else:
        canvas.disc(left + inner * 0.38, y + height * 0.42, inner * 0.3, tones[0])
        canvas.disc(left + inner * 0.66, y + height * 0.6, inner * 0.24, clear(tones[1], 0.85))
        canvas.line([(left, low - 6), (left + inner, low - height * 0.2)], tones[2], 4)


def rug(canvas: Canvas, x: float, y: float, rx: float, ry: float, colour: Colour) -> None:
    """An oval rug with rings."""
    canvas.disc(x, y, rx, lighter(colour, 0.35), ry)
    canvas.disc(x, y, rx * 0.93, lighter(colour, 0.55), ry * 0.9)
    canvas.disc(x, y, rx * 0.72, lighter(colour, 0.42), ry * 0.66)


def books(canvas: Canvas, x: float, y: float, width: float, pal: Palette, rng: Random) -> None:
    """A row of books on a board ``y``."""
    tones = [pal.accent, pal.second, pal.dark, pal.plant, pal.soft, lighter(pal.accent, 0.4)]
    right = x + width
    while x + 9 < right:
        thick, high = rng.uniform(7, 13), rng.uniform(26, 42)
        canvas.box(x, y - high, thick, high, rng.choice(tones), 1.5)
        x += thick + 1.5


def shelf(
    canvas: Canvas,
    x: float,
    y: float,
    columns: int,
    rows: int,
    pal: Palette,
    rng: Random,
    cell: float = 76,
) -> None:
    """An open shelf with books, vases and plants; ``x`` is its left, ``y`` its upper edge."""
    width, height = columns * cell + 8, rows * cell + 8
    canvas.box(x, y, width, height, pal.wood, 3)
    for row in range(rows):
        for column in range(columns):
            left, top = x + 8 + column * cell, y + 8 + row * cell
            canvas.box(left, top, cell - 8, cell - 8, darker(pal.wood, 0.22))
            _fill_cell(canvas, left, top + cell - 8, cell - 8, pal, rng)


def _fill_cell(canvas: Canvas, x: float, y: float, side: float, pal: Palette, rng: Random) -> None:
    """Put something into a cell of a shelf whose lower left corner this is."""
    kind = rng.randrange(5)
    if kind <= 1:
        books(canvas, x + 5, y, side * rng.uniform(0.6, 0.92), pal, rng)
    elif kind == 2:
        vase(canvas, x + side / 2, y, side * 0.72, rng.choice([pal.soft, pal.accent, pal.second]))
    elif kind == 3:
        plant(canvas, x + side / 2, y, side * 0.85, pal, rng)
    else:
        canvas.box(x + 9, y - 34, side - 18, 34, lighter(pal.wood, 0.35), 4)
        canvas.box(x + side / 2 - 9, y - 24, 18, 5, darker(pal.wood, 0.1), 2)


def vase(canvas: Canvas, x: float, y: float, height: float, colour: Colour) -> None:
    """A vase on a board ``y``."""
    canvas.disc(x, y - height * 0.36, height * 0.3, colour, height * 0.36)
    canvas.box(x - height * 0.1, y - height * 0.95, height * 0.2, height * 0.4, colour, 3)
    canvas.box(x - height * 0.15, y - height, height * 0.3, height * 0.08, colour, 2)
    canvas.disc(
        x - height * 0.1, y - height * 0.42, height * 0.06, clear(WHITE, 0.3), height * 0.16
    )


def chair(canvas: Canvas, x: float, y: float, colour: Colour, pal: Palette) -> None:
    """A dining chair from the front."""
    shadow(canvas, x, y, 40, 7)
    for foot in (x - 30, x + 23):
        canvas.box(foot, y - 70, 7, 70, pal.wood, 2)
    canvas.box(x - 32, y - 150, 64, 66, colour, 16)
    canvas.box(x - 22, y - 140, 44, 46, lighter(colour, 0.16), 10)
    canvas.box(x - 36, y - 84, 72, 18, lighter(colour, 0.08), 8)
