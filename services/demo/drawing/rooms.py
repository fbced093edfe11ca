"""Rooms as a home decorator shows them, 800 by 600."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Final

from services.demo.drawing import furniture as f
from services.demo.drawing.canvas import WHITE, Canvas, Colour, clear, darker, lighter, mix
from services.demo.drawing.palettes import Palette

WIDTH: Final = 800
HEIGHT: Final = 600
FLOOR: Final = 440

Scene = Callable[[Random, Palette], Canvas]


def room(pal: Palette, floor: float = FLOOR) -> Canvas:
    """An empty room with walls, skirting and planks."""
    canvas = Canvas(WIDTH, HEIGHT)
    canvas.gradient(0, 0, WIDTH, floor, lighter(pal.wall, 0.22), pal.wall)
    canvas.gradient(0, floor, WIDTH, HEIGHT - floor, pal.floor, darker(pal.floor, 0.12))
    for row, y in enumerate(range(int(floor) + 24, HEIGHT, 30)):
        canvas.box(0, y, WIDTH, 1.5, darker(pal.floor, 0.1))
        for x in range(-60 + row % 2 * 90, WIDTH, 190):
            canvas.box(x, y, 1.5, 30, darker(pal.floor, 0.1))
    canvas.box(0, floor - 12, WIDTH, 12, lighter(pal.soft, 0.3))
    canvas.box(0, floor, WIDTH, 5, f.SHADOW)
    return canvas


def window(canvas: Canvas, x: float, y: float, width: float, height: float, pal: Palette) -> None:
    """A window over hills, with curtains and light on the floor."""
    canvas.box(x - 8, y - 8, width + 16, height + 16, lighter(pal.soft, 0.5))
    canvas.gradient(x, y, width, height, (176, 214, 235), (236, 244, 240))
    low = y + height
    canvas.disc(x + width * 0.74, y + height * 0.24, width * 0.07, (255, 246, 214))
    for share, tone, rise in ((0.3, 0.55, 0.34), (0.72, 0.3, 0.26), (0.5, 0.1, 0.15)):
        colour = mix(lighter(pal.plant, 0.1), (214, 232, 232), tone)
        canvas.pie(x + width * share, low, width * 0.27, height * rise, 180, 360, colour)
    canvas.box(x + width / 2 - 3, y, 6, height, lighter(pal.soft, 0.5))
    canvas.box(x, y + height * 0.36, width, 5, lighter(pal.soft, 0.5))
    canvas.box(x - 14, low + 6, width + 28, 10, lighter(pal.soft, 0.35), 3)
    _curtains(canvas, x, y, width, height, pal)


def _curtains(
    canvas: Canvas, x: float, y: float, width: float, height: float, pal: Palette
) -> None:
    cloth = lighter(pal.accent, 0.55)
    canvas.box(x - 56, y - 28, width + 112, 6, pal.dark, 3)
    for left in (x - 46, x + width - 14):
        for fold in range(4):
            tone = cloth if fold % 2 else darker(cloth, 0.07)
            canvas.box(left + fold * 15, y - 24, 16, height + 52, tone, 4)


def sunlight(canvas: Canvas, x: float, y: float, width: float) -> None:
    """A slanting patch of light on the floor."""
    canvas.shape(
        [(x, y), (x + width, y), (x + width + 90, y + 110), (x + 90, y + 110)], clear(WHITE, 0.16)
    )


def living(rng: Random, pal: Palette) -> Canvas:
    """A living room with a sofa under pictures."""
    canvas = room(pal)
    has_window = rng.random() < 0.55
    if has_window:
        window(canvas, 96, 84, 210, 250, pal)
        sunlight(canvas, 60, 460, 200)
        f.picture(canvas, 452, 96, 104, 136, pal, rng)
        f.picture(canvas, 580, 126, 84, 84, pal, rng)
    else:
        canvas.box(70, 0, 300, FLOOR - 12, mix(pal.wall, pal.accent, 0.2))
        for x, width, height in ((132, 96, 130), (250, 82, 104), (454, 120, 90)):
            f.picture(canvas, x, 92, width, height, pal, rng)
        f.pendant(canvas, 640, 150, pal.accent)
    f.rug(canvas, 410, 528, 330, 50, pal.second)
    f.plant(canvas, 96, 490, 210, pal, rng)
    f.sofa(
        canvas, 236, 494, 330, rng.choice([pal.accent, pal.second, lighter(pal.dark, 0.35)]), pal
    )
    f.floor_lamp(canvas, 640, 478, pal)
    f.low_table(canvas, 414, 562, 190, pal)
    if rng.random() < 0.5:
        f.armchair(canvas, 712, 540, lighter(pal.second, 0.15), pal)
    return canvas


def bedroom(rng: Random, pal: Palette) -> Canvas:
    """A bedroom with a padded headboard."""
    canvas = room(pal)
    canvas.box(0, 190, WIDTH, FLOOR - 202, mix(pal.wall, pal.wood, 0.3))
    for x in range(0, WIDTH, 50):
        canvas.box(x, 190, 2, FLOOR - 202, mix(pal.wall, pal.wood, 0.48))
    f.picture(canvas, 286, 52, 110, 110, pal, rng)
    f.picture(canvas, 414, 52, 110, 110, pal, rng)
    f.rug(canvas, 400, 540, 360, 52, pal.second)
    for x in (116, 596):
        nightstand(canvas, x, 470, pal)
    for x in (160, 640):
        f.pendant(canvas, x, 206, pal.accent, 0.62)
    bed(canvas, pal)
    f.plant(canvas, 46, 500, 190, pal, rng)
    return canvas


def nightstand(canvas: Canvas, x: float, y: float, pal: Palette) -> None:
    """A small chest with two drawers."""
    f.shadow(canvas, x + 44, y, 54, 7)
    canvas.box(x, y - 96, 88, 92, pal.wood, 6)
    for top in (y - 86, y - 46):
        canvas.box(x + 8, top, 72, 34, lighter(pal.wood, 0.16), 4)
        canvas.disc(x + 44, top + 17, 4, darker(pal.wood, 0.35))
    f.vase(canvas, x + 24, y - 96, 34, pal.soft)


def bed(canvas: Canvas, pal: Palette) -> None:
    """A double bed from its foot."""
    f.shadow(canvas, 400, 556, 250, 14)
    head = lighter(pal.accent, 0.25)
    canvas.box(206, 232, 388, 230, head, 22)
    for step in range(1, 5):
        canvas.box(206 + step * 77.6, 240, 2, 160, darker(head, 0.1))
    canvas.box(196, 400, 408, 150, pal.wood, 14)
    canvas.box(208, 356, 384, 120, lighter(pal.soft, 0.4), 26)
    for x in (236, 412):
        canvas.box(x, 330, 152, 72, WHITE, 26)
        canvas.box(x + 6, 366, 140, 34, darker(pal.soft, 0.05), 16)
    canvas.box(330, 350, 140, 62, pal.second, 24)
    canvas.box(200, 414, 400, 118, pal.soft, 18)
    canvas.box(200, 440, 400, 92, lighter(pal.accent, 0.35), 12)
    canvas.box(200, 440, 400, 16, lighter(pal.accent, 0.5), 6)
    for x in (290, 400, 510):
        canvas.line([(x, 462), (x - 8, 526)], clear(pal.dark, 0.09), 4)


def kitchen(rng: Random, pal: Palette) -> Canvas:
    """A kitchen with an island."""
    canvas = room(pal)
    front = rng.choice([pal.accent, pal.soft, pal.second, mix(pal.plant, WHITE, 0.2)])
    tiles(canvas, 60, 190, 640, 120, pal)
    cabinets(canvas, 60, 60, 5, 128, 122, lighter(front, 0.12))
    cabinets(canvas, 60, 322, 5, 128, 130, front)
    canvas.box(52, 306, 656, 18, lighter(pal.dark, 0.72), 3)
    hood(canvas, 380, 60, pal)
    f.vase(canvas, 150, 306, 46, pal.second)
    canvas.box(560, 262, 12, 44, pal.dark, 4)
    canvas.arc(588, 266, 22, 22, 180, 300, pal.dark, 8)
    for x, tone in ((206, pal.accent), (228, pal.soft), (250, pal.plant)):
        canvas.box(x, 272, 18, 34, tone, 6)
    f.plant(canvas, 752, 470, 190, pal, rng)
    island(canvas, pal, rng)
    return canvas


def tiles(canvas: Canvas, x: float, y: float, width: float, height: float, pal: Palette) -> None:
    """A tiled wall."""
    canvas.box(x, y, width, height, lighter(pal.soft, 0.2))
    grout = darker(pal.soft, 0.08)
    for step in range(1, int(height // 24)):
        canvas.box(x, y + step * 24, width, 1.5, grout)
    for step in range(1, int(width // 40)):
        canvas.box(x + step * 40, y, 1.5, height, grout)


def cabinets(
    canvas: Canvas, x: float, y: float, count: int, width: float, height: float, colour: Colour
) -> None:
    """A row of cupboards with panelled doors."""
    for step in range(count):
        left = x + step * width
        canvas.box(left, y, width, height, darker(colour, 0.12))
        canvas.box(left + 2, y + 2, width - 4, height - 4, colour, 3)
        canvas.box(left + 12, y + 12, width - 24, height - 24, lighter(colour, 0.12), 3)
        canvas.box(left + width / 2 - 14, y + height - 22, 28, 5, darker(colour, 0.5), 2.5)


def hood(canvas: Canvas, x: float, y: float, pal: Palette) -> None:
    """An extractor hood above a hob."""
    steel = lighter(pal.dark, 0.55)
    canvas.box(x - 62, y, 124, 124, lighter(pal.soft, 0.2))
    canvas.box(x - 26, y, 52, 86, lighter(steel, 0.15))
    canvas.shape([(x - 34, y + 80), (x + 34, y + 80), (x + 74, y + 122), (x - 74, y + 122)], steel)
    canvas.box(x - 60, 298, 120, 9, pal.dark, 3)
    canvas.box(x - 50, 268, 52, 30, pal.accent, 6)
    canvas.box(x - 56, 262, 64, 8, darker(pal.accent, 0.2), 4)


def island(canvas: Canvas, pal: Palette, rng: Random) -> None:
    """A kitchen island with stools and fruit."""
    f.shadow(canvas, 396, 572, 260, 12)
    canvas.box(160, 430, 470, 136, pal.wood, 6)
    for x in range(176, 620, 38):
        canvas.box(x, 440, 2, 124, darker(pal.wood, 0.12))
    canvas.box(140, 414, 510, 22, pal.soft, 6)
    canvas.box(140, 430, 510, 6, darker(pal.soft, 0.1))
    for x in (240, 396, 552):
        f.shadow(canvas, x, 590, 34, 6)
        for foot in (x - 24, x + 18):
            canvas.box(foot, 498, 6, 90, pal.dark, 2)
        canvas.box(x - 36, 480, 72, 20, pal.second, 9)
    canvas.pie(320, 396, 50, 20, 0, 180, pal.dark)
    for step, tone in enumerate((pal.second, pal.accent, (222, 176, 72))):
        canvas.disc(294 + step * 26, 390, 15, tone)
    canvas.pie(320, 392, 52, 24, 0, 180, lighter(pal.dark, 0.3))
    for step in range(3):
        f.pendant(canvas, 250 + step * 146, 96 + rng.randrange(3) * 4, pal.accent, 0.55)


def wardrobe(rng: Random, pal: Palette) -> Canvas:
    """A walk-in wardrobe."""
    canvas = room(pal, 470)
    canvas.box(60, 50, 560, 410, darker(pal.wood, 0.05), 4)
    for x, width, kind in ((70, 170, 0), (246, 190, 1), (442, 168, 2)):
        canvas.box(x, 60, width, 392, mix(pal.wood, pal.dark, 0.42))
        canvas.gradient(
            x, 60, width, 60, mix(pal.wood, (255, 226, 170), 0.5), mix(pal.wood, pal.dark, 0.42)
        )
        _wardrobe_column(canvas, x, width, kind, pal, rng)
    mirror(canvas, 690, 130, pal)
    f.rug(canvas, 360, 540, 260, 38, pal.accent)
    f.shadow(canvas, 360, 548, 110, 9)
    canvas.box(262, 494, 196, 46, pal.accent, 20)
    canvas.box(262, 490, 196, 26, lighter(pal.accent, 0.2), 13)
    f.plant(canvas, 745, 510, 150, pal, rng)
    return canvas


def _wardrobe_column(
    canvas: Canvas, x: float, width: float, kind: int, pal: Palette, rng: Random
) -> None:
    tones = [
        pal.accent,
        pal.second,
        pal.soft,
        pal.plant,
        lighter(pal.accent, 0.45),
        lighter(pal.dark, 0.4),
    ]
    if kind == 1:
        for top in (60, 126, 192):
            canvas.box(x, top + 60, width, 6, pal.wood)
            for left in (x + 12, x + width / 2 + 6):
                for fold in range(rng.randrange(2, 5)):
                    tone = rng.choice(tones)
                    canvas.box(left, top + 48 - fold * 12, width / 2 - 20, 12, tone, 4)
        for top in range(264, 440, 48):
            canvas.box(x + 4, top, width - 8, 44, lighter(pal.wood, 0.14), 3)
            canvas.box(x + width / 2 - 16, top + 18, 32, 6, darker(pal.wood, 0.4), 3)
        return
    rails = (84,) if kind == 0 else (84, 262)
    for rail in rails:
        canvas.box(x, rail, width, 5, lighter(pal.dark, 0.5))
        length = 220 if kind == 0 else 122
        for left in range(int(x + 10), int(x + width - 20), 20):
            garment(canvas, left, rail, length * rng.uniform(0.72, 1), rng.choice(tones))
    canvas.box(x, 396, width, 6, pal.wood)
    for left in (x + 16, x + width / 2 + 6):
        canvas.box(left, 408, width / 2 - 26, 40, lighter(pal.wood, 0.4), 4)


def garment(canvas: Canvas, x: float, y: float, length: float, colour: Colour) -> None:
    """A dress or a coat on a rail."""
    canvas.line([(x + 8, y - 2), (x + 8, y + 12)], (90, 80, 74), 1.5)
    canvas.shape(
        [
            (x + 8, y + 8),
            (x + 18, y + 20),
            (x + 17, y + length),
            (x - 1, y + length),
            (x - 2, y + 20),
        ],
        colour,
    )
    canvas.line([(x + 8, y + 30), (x + 8, y + length - 4)], clear((0, 0, 0), 0.1), 2)


def mirror(canvas: Canvas, x: float, y: float, pal: Palette) -> None:
    """A tall arched mirror."""
    for grow, tone in ((6, pal.wood), (0, (206, 224, 230))):
        canvas.pie(x, y, 46 + grow, 46 + grow, 180, 360, tone)
        canvas.box(x - 46 - grow, y - 1, 92 + 2 * grow, 300 + grow, tone)
    canvas.shape(
        [(x - 30, y + 210), (x + 34, y + 60), (x + 34, y + 110), (x - 30, y + 262)],
        clear(WHITE, 0.35),
    )
