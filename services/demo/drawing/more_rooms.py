"""More of a home: where one works, eats, bathes and arrives, and a home in the making."""

from __future__ import annotations

from random import Random

from services.demo.drawing import furniture as f
from services.demo.drawing.canvas import WHITE, Canvas, Colour, clear, darker, lighter, mix
from services.demo.drawing.palettes import Palette
from services.demo.drawing.rooms import FLOOR, HEIGHT, WIDTH, mirror, room, sunlight, tiles, window


def study(rng: Random, pal: Palette) -> Canvas:
    """A study with a wall of books."""
    canvas = room(pal)
    f.shelf(canvas, 440, 44, 4, 5, pal, rng)
    window(canvas, 110, 70, 200, 200, pal)
    f.rug(canvas, 300, 540, 280, 40, pal.accent)
    f.shadow(canvas, 250, 516, 210, 10)
    for x in (70, 404):
        canvas.box(x, 366, 12, 148, darker(pal.wood, 0.25))
    canvas.box(300, 372, 112, 140, lighter(pal.wood, 0.1), 4)
    for top in (382, 426, 470):
        canvas.box(308, top, 96, 36, lighter(pal.wood, 0.25), 3)
        canvas.box(344, top + 14, 24, 5, darker(pal.wood, 0.3), 2)
    canvas.box(50, 354, 386, 16, pal.wood, 4)
    canvas.box(206, 262, 130, 80, pal.dark, 6)
    canvas.gradient(212, 268, 118, 66, lighter(pal.accent, 0.5), lighter(pal.second, 0.4))
    canvas.box(262, 340, 18, 12, pal.dark)
    canvas.box(240, 350, 62, 5, pal.dark, 2)
    canvas.line([(96, 352), (104, 300), (142, 272)], pal.dark, 5)
    canvas.shape([(132, 256), (166, 284), (146, 298), (122, 272)], pal.accent)
    f.books(canvas, 366, 354, 60, pal, rng)
    f.chair(canvas, 200, 560, pal.accent, pal)
    f.plant(canvas, 754, 520, 170, pal, rng)
    return canvas


def dining(rng: Random, pal: Palette) -> Canvas:
    """A dining room with a set table."""
    canvas = room(pal)
    canvas.box(470, 90, 250, 250, darker(pal.wood, 0.1), 6)
    for row in range(3):
        canvas.box(480, 98 + row * 80, 230, 74, mix(pal.wood, pal.soft, 0.45))
        for column in range(4):
            tone = rng.choice([pal.soft, pal.accent, pal.second, lighter(pal.plant, 0.2)])
            f.vase(canvas, 512 + column * 56, 172 + row * 80, rng.uniform(34, 58), tone)
    canvas.box(470, 340, 250, 96, pal.wood, 4)
    for x in (478, 600):
        canvas.box(x, 348, 112, 82, lighter(pal.wood, 0.14), 4)
    f.picture(canvas, 110, 96, 150, 190, pal, rng)
    f.rug(canvas, 380, 548, 330, 42, pal.accent)
    for x in (250, 510):
        f.chair(canvas, x, 522, pal.second, pal)
    _table(canvas, pal)
    f.pendant(canvas, 300, 190, pal.accent, 0.9)
    f.pendant(canvas, 440, 190, pal.accent, 0.9)
    f.plant(canvas, 66, 500, 200, pal, rng)
    return canvas


def _table(canvas: Canvas, pal: Palette) -> None:
    f.shadow(canvas, 380, 580, 220, 11)
    for x in (206, 536):
        canvas.shape([(x, 440), (x + 18, 440), (x + 13, 578), (x + 5, 578)], darker(pal.wood, 0.2))
    canvas.box(160, 424, 440, 20, pal.wood, 8)
    canvas.box(160, 424, 440, 8, lighter(pal.wood, 0.22), 4)
    for x in (236, 380, 524):
        canvas.disc(x, 422, 42, pal.soft, 6)
        canvas.disc(x, 420, 26, WHITE, 4)
    f.vase(canvas, 308, 424, 60, pal.second)
    for lean in (-0.5, 0.0, 0.5):
        f.leaf(canvas, 308, 366, lean, 62, 9, pal.plant)
    canvas.box(440, 388, 20, 34, clear(lighter(pal.accent, 0.5), 0.8), 5)


def bathroom(rng: Random, pal: Palette) -> Canvas:
    """A bathroom with a tub under a window."""
    canvas = room(pal, 460)
    tiles(canvas, 0, 210, WIDTH, 240, pal)
    canvas.box(0, 204, WIDTH, 10, lighter(pal.accent, 0.3))
    window(canvas, 470, 52, 190, 130, pal)
    f.shadow(canvas, 560, 566, 210, 12)
    canvas.box(350, 420, 420, 22, WHITE, 11)
    canvas.pie(560, 430, 196, 130, 0, 180, lighter(pal.soft, 0.4))
    canvas.pie(600, 430, 152, 118, 0, 100, darker(pal.soft, 0.05))
    canvas.box(350, 420, 420, 16, WHITE, 8)
    for x, size in ((430, 20), (462, 28), (500, 22), (534, 16)):
        canvas.disc(x, 420 - size * 0.3, size, clear(WHITE, 0.92))
    canvas.line([(720, 420), (720, 350), (690, 350), (690, 364)], lighter(pal.dark, 0.3), 8)
    canvas.disc(190, 200, 86, darker(pal.wood, 0.05))
    canvas.disc(190, 200, 78, (208, 226, 232))
    canvas.shape([(150, 236), (222, 144), (240, 164), (170, 254)], clear(WHITE, 0.35))
    f.shadow(canvas, 190, 560, 150, 10)
    canvas.box(64, 392, 252, 150, pal.wood, 6)
    for x in (76, 194):
        canvas.box(x, 402, 110, 128, lighter(pal.wood, 0.14), 4)
        canvas.box(x + 44, 414, 24, 5, darker(pal.wood, 0.35), 2)
    canvas.box(54, 376, 272, 20, pal.soft, 5)
    canvas.pie(190, 356, 74, 40, 0, 180, WHITE)
    canvas.line([(190, 354), (190, 316), (214, 316)], lighter(pal.dark, 0.3), 7)
    canvas.box(84, 340, 20, 36, pal.accent, 6)
    f.plant(canvas, 290, 378, 92, pal, rng)
    canvas.box(352, 250, 70, 6, lighter(pal.dark, 0.3), 3)
    canvas.box(360, 254, 54, 96, pal.second, 4)
    return canvas


def entrance(rng: Random, pal: Palette) -> Canvas:
    """A hall with a tall cupboard and a bench."""
    canvas = room(pal)
    door = mix(pal.wood, pal.dark, 0.25)
    canvas.box(560, 88, 176, 352, lighter(door, 0.3))
    canvas.box(572, 100, 152, 340, door)
    for top, height in ((118, 130), (266, 150)):
        canvas.box(590, top, 116, height, lighter(door, 0.1), 3)
    canvas.disc(586, 270, 8, pal.second)
    front = lighter(pal.accent, 0.3)
    canvas.box(60, 50, 440, 390, front, 4)
    for x in (66, 174):
        canvas.box(x, 56, 104, 378, lighter(front, 0.14), 3)
        canvas.box(x + 88, 216, 6, 60, darker(front, 0.4), 3)
    canvas.box(284, 56, 210, 92, lighter(front, 0.14), 3)
    canvas.box(284, 154, 210, 190, pal.wood)
    for x in range(310, 480, 44):
        canvas.disc(x, 188, 7, darker(pal.wood, 0.4))
    canvas.shape([(306, 190), (326, 200), (334, 300), (290, 300)], pal.second)
    canvas.shape([(396, 190), (414, 198), (424, 320), (380, 320)], pal.dark)
    canvas.box(284, 344, 210, 18, pal.soft, 6)
    canvas.box(284, 362, 210, 72, darker(pal.wood, 0.3))
    for x in (298, 352, 420):
        shoe(canvas, x, 432, rng.choice([pal.accent, pal.soft, pal.second]))
    canvas.disc(650, 520, 120, lighter(pal.second, 0.3), 26)
    f.plant(canvas, 536, 496, 150, pal, rng)
    f.pendant(canvas, 530, 120, pal.second, 0.7)
    return canvas


def shoe(canvas: Canvas, x: float, y: float, colour: Colour) -> None:
    """A pair of shoes seen from the side."""
    for left in (x, x + 16):
        canvas.pie(left + 20, y - 2, 24, 20, 180, 360, darker(colour, 0.1 if left == x else 0))
        canvas.box(left - 4, y - 5, 48, 5, darker(colour, 0.4), 2)


def children(rng: Random, pal: Palette) -> Canvas:
    """A child's room with a house-shaped bed."""
    canvas = room(pal)
    for _ in range(26):
        x, y = rng.uniform(0, WIDTH), rng.uniform(0, 400)
        canvas.disc(
            x, y, rng.uniform(4, 9), clear(rng.choice([WHITE, pal.second, pal.accent]), 0.4)
        )
    f.rug(canvas, 420, 540, 320, 46, pal.second)
    frame = pal.wood
    canvas.line([(170, 470), (170, 220), (330, 110), (490, 220), (490, 470)], frame, 14)
    canvas.line([(170, 222), (490, 222)], frame, 8)
    for x in range(190, 480, 36):
        flag = rng.choice([pal.accent, pal.second, pal.plant])
        canvas.shape([(x, 224), (x + 26, 224), (x + 13, 256)], flag)
    f.shadow(canvas, 330, 500, 190, 11)
    canvas.box(164, 400, 332, 92, frame, 10)
    canvas.box(176, 376, 308, 72, WHITE, 20)
    canvas.box(190, 350, 116, 58, pal.soft, 24)
    canvas.box(260, 388, 228, 76, pal.accent, 14)
    for _ in range(9):
        canvas.disc(rng.uniform(274, 474), rng.uniform(404, 452), 6, clear(WHITE, 0.6))
    bear(canvas, 222, 372, pal)
    f.shelf(canvas, 560, 180, 2, 2, pal, rng, 96)
    canvas.box(560, 380, 200, 90, lighter(pal.second, 0.2), 8)
    for x, tone in ((584, pal.accent), (650, pal.plant), (716, pal.soft)):
        canvas.disc(x, 372, 20, tone)
    for step, tone in enumerate((pal.accent, pal.plant, pal.second)):
        canvas.box(568 + step * 34, 528 - step * 2, 32, 32, tone, 5)
    canvas.box(586, 496, 32, 32, pal.dark, 5)
    return canvas


def bear(canvas: Canvas, x: float, y: float, pal: Palette) -> None:
    """A toy bear that sits."""
    fur = lighter(pal.wood, 0.12)
    for side in (-17, 17):
        canvas.disc(x + side, y - 50, 10, fur)
        canvas.disc(x + side * 1.2, y + 12, 13, fur)
    canvas.disc(x, y, 28, fur)
    canvas.disc(x, y - 34, 24, fur)
    canvas.disc(x, y - 26, 10, lighter(fur, 0.5), 8)
    for side in (-9, 9):
        canvas.disc(x + side, y - 39, 3, pal.dark)
    canvas.disc(x, y - 29, 3.4, pal.dark, 2.6)


def balcony(rng: Random, pal: Palette) -> Canvas:
    """A balcony over the town in the evening."""
    canvas = Canvas(WIDTH, HEIGHT)
    canvas.gradient(0, 0, WIDTH, 460, mix(pal.accent, (120, 150, 190), 0.7), (252, 226, 196))
    canvas.disc(560, 250, 52, (255, 240, 210))
    for depth in range(3):
        x = -20.0
        while x < WIDTH:
            width, height = rng.uniform(44, 92), rng.uniform(60, 170) - depth * 18
            tone = mix(mix(pal.accent, pal.dark, 0.35), (250, 224, 200), 0.62 - depth * 0.2)
            canvas.box(x, 440 - height, width, height + 30, tone)
            x += width + rng.uniform(-4, 12)
    canvas.gradient(0, 440, WIDTH, 160, pal.floor, darker(pal.floor, 0.14))
    for y in range(470, HEIGHT, 26):
        canvas.box(0, y, WIDTH, 2, darker(pal.floor, 0.12))
    canvas.box(0, 320, WIDTH, 10, pal.dark)
    for x in range(10, WIDTH, 34):
        canvas.box(x, 330, 4, 112, pal.dark)
    for x in range(0, WIDTH + 40, 46):
        canvas.line([(x - 46, 60), (x - 23, 78), (x, 60)], pal.dark, 1.5)
        canvas.disc(x - 23, 82, 7, (255, 236, 180))
    f.plant(canvas, 80, 540, 260, pal, rng)
    f.plant(canvas, 190, 556, 150, pal, rng)
    f.armchair(canvas, 370, 560, pal.accent, pal)
    f.low_table(canvas, 530, 570, 130, pal)
    f.armchair(canvas, 690, 560, pal.second, pal)
    return canvas


def site(rng: Random, pal: Palette) -> Canvas:
    """A room in the making, with a ladder and paint."""
    canvas = Canvas(WIDTH, HEIGHT)
    bare = (206, 202, 196)
    canvas.gradient(0, 0, WIDTH, FLOOR, lighter(bare, 0.25), bare)
    canvas.gradient(0, FLOOR, WIDTH, 160, darker(bare, 0.12), darker(bare, 0.25))
    for _ in range(24):
        x, y = rng.uniform(0, WIDTH), rng.uniform(0, FLOOR)
        canvas.box(x, y, rng.uniform(30, 90), 2, clear((120, 116, 110), 0.14))
    canvas.gradient(90, 80, 220, 250, (186, 214, 230), (232, 240, 240))
    for args in (
        (82, 72, 236, 10),
        (82, 324, 236, 12),
        (82, 72, 10, 260),
        (308, 72, 10, 260),
        (196, 72, 8, 260),
    ):
        canvas.box(*args, WHITE)
    sunlight(canvas, 110, 466, 190)
    painted = lighter(pal.accent, 0.35)
    canvas.box(430, 60, 250, 300, painted)
    for step in range(6):
        canvas.box(430 + step * 42, 350, 40, rng.uniform(14, 60), painted, 12)
    _ladder(canvas, 560, 520, pal)
    for x, tone in ((300, pal.accent), (366, pal.soft), (716, pal.second)):
        paint(canvas, x, 540, tone)
    f.shadow(canvas, 130, 560, 110, 10)
    for step in range(4):
        canvas.box(40 + step * 5, 540 - step * 13, 190, 12, mix(pal.wood, WHITE, step * 0.1), 2)
    canvas.line([(430, 560), (500, 548)], pal.wood, 7)
    canvas.box(494, 532, 52, 20, pal.soft, 9)
    return canvas


def _ladder(canvas: Canvas, x: float, y: float, pal: Palette) -> None:
    f.shadow(canvas, x, y, 120, 9)
    canvas.line([(x + 10, y - 330), (x + 92, y)], darker(pal.wood, 0.3), 10)
    canvas.line([(x - 8, y - 330), (x - 92, y)], pal.wood, 12)
    canvas.line([(x + 42, y - 330), (x - 34, y)], pal.wood, 12)
    for step in range(7):
        rise = 40 + step * 42
        left = x - 92 + 84 * rise / 330
        canvas.line([(left, y - rise), (left + 56, y - rise)], lighter(pal.wood, 0.1), 8)
    canvas.box(x - 22, y - 340, 80, 14, lighter(pal.wood, 0.2), 4)


def paint(canvas: Canvas, x: float, y: float, colour: Colour) -> None:
    """A pot of paint."""
    f.shadow(canvas, x, y, 36, 7)
    canvas.arc(x, y - 50, 27, 34, 180, 360, (120, 116, 112), 2.5)
    canvas.box(x - 27, y - 50, 54, 50, (232, 230, 226), 4)
    canvas.box(x - 27, y - 36, 54, 22, colour)
    canvas.disc(x, y - 50, 27, (190, 188, 184), 7)
    canvas.disc(x, y - 50, 22, colour, 5)
    canvas.box(x + 8, y - 50, 9, 26, colour, 4)


def fitting(rng: Random, pal: Palette) -> Canvas:
    """A dressing corner with a mirror and a stool, to try the finishes."""
    canvas = room(pal)
    canvas.box(150, 60, 330, 380, mix(pal.wall, pal.accent, 0.28), 160)
    mirror(canvas, 316, 150, pal)
    f.armchair(canvas, 560, 520, pal.accent, pal)
    f.floor_lamp(canvas, 690, 470, pal)
    f.plant(canvas, 110, 510, 230, pal, rng)
    f.rug(canvas, 330, 548, 150, 26, pal.second)
    return canvas
