"""Single goods before a plain wall, and what a decorator shows besides rooms."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from services.demo.drawing import furniture as f
from services.demo.drawing.canvas import WHITE, Canvas, Colour, clear, darker, lighter, mix
from services.demo.drawing.palettes import Palette
from services.demo.drawing.rooms import HEIGHT, WIDTH, Scene

Drawer = Callable[[Canvas, Random, Palette], None]


def shot(draw: Drawer) -> Scene:
    """Make a scene of one thing before an arch."""

    def scene(rng: Random, pal: Palette) -> Canvas:
        canvas = Canvas(WIDTH, HEIGHT)
        canvas.gradient(0, 0, WIDTH, 480, lighter(pal.wall, 0.4), pal.wall)
        canvas.gradient(0, 480, WIDTH, 120, lighter(pal.soft, 0.2), darker(pal.wall, 0.04))
        arch = lighter(pal.accent, 0.72)
        canvas.disc(400, 270, 216, arch)
        canvas.box(184, 270, 432, 210, arch)
        canvas.disc(590, 120, 42, lighter(pal.second, 0.5))
        draw(canvas, rng, pal)
        return canvas

    return scene


def sofa(canvas: Canvas, rng: Random, pal: Palette) -> None:
    """A sofa."""
    f.sofa(canvas, 190, 530, 420, rng.choice([pal.accent, pal.plant, pal.second]), pal)


def chair(canvas: Canvas, rng: Random, pal: Palette) -> None:
    """Two armchairs."""
    f.armchair(canvas, 300, 530, pal.accent, pal)
    f.armchair(canvas, 500, 530, pal.second, pal)
    f.plant(canvas, 640, 520, 150, pal, rng)


def lamp(canvas: Canvas, rng: Random, pal: Palette) -> None:
    """A floor lamp beside a low table."""
    f.floor_lamp(canvas, 330, 526, pal)
    f.low_table(canvas, 480, 540, 200, pal)
    f.vase(canvas, 430, 478, 70, rng.choice([pal.accent, pal.second]))


def cupboard(canvas: Canvas, rng: Random, pal: Palette) -> None:
    """A sideboard with things on it."""
    f.shadow(canvas, 400, 536, 230, 12)
    for x in (220, 568):
        canvas.box(x, 500, 12, 34, darker(pal.wood, 0.3))
    canvas.box(190, 330, 420, 176, pal.wood, 8)
    for step in range(3):
        x = 202 + step * 134
        canvas.box(x, 344, 128, 148, lighter(pal.wood, 0.16), 4)
        for slat in range(8):
            canvas.box(x + 12 + slat * 14, 354, 5, 128, lighter(pal.wood, 0.02))
    f.vase(canvas, 250, 330, 96, pal.accent)
    f.books(canvas, 330, 330, 90, pal, rng)
    f.plant(canvas, 540, 330, 130, pal, rng)
    f.picture(canvas, 420, 170, 96, 120, pal, rng)


def table(canvas: Canvas, rng: Random, pal: Palette) -> None:
    """A dining table with two chairs."""
    for x in (300, 500):
        f.chair(canvas, x, 500, pal.accent, pal)
    f.shadow(canvas, 400, 556, 220, 11)
    for x in (236, 546):
        canvas.shape([(x, 420), (x + 18, 420), (x + 13, 554), (x + 5, 554)], darker(pal.wood, 0.2))
    canvas.box(190, 404, 420, 20, pal.wood, 9)
    canvas.box(190, 404, 420, 8, lighter(pal.wood, 0.22), 4)
    f.vase(canvas, 400, 404, 84, pal.second)
    for lean in (-0.7, -0.3, 0.1, 0.5):
        f.leaf(canvas, 400, 324, lean, 70 + rng.randrange(20), 10, pal.plant)


def cushions(canvas: Canvas, rng: Random, pal: Palette) -> None:
    """A pile of cushions and a folded blanket."""
    f.shadow(canvas, 400, 508, 170, 12)
    for step, tone in enumerate((pal.second, pal.soft, lighter(pal.accent, 0.3))):
        canvas.box(250 + step * 6, 474 - step * 30, 300 - step * 12, 32, darker(tone, 0.03), 15)
    f.cushion(canvas, 330, 330, 130, pal.accent, rng.uniform(-14, -4))
    f.cushion(canvas, 470, 340, 120, pal.second, rng.uniform(4, 16))
    f.cushion(canvas, 400, 368, 84, pal.soft, rng.uniform(-5, 5))


def bookcase(canvas: Canvas, rng: Random, pal: Palette) -> None:
    """An open shelf."""
    f.shadow(canvas, 400, 530, 170, 12)
    f.shelf(canvas, 242, 132, 4, 5, pal, rng, 78)


def swatches(rng: Random, pal: Palette) -> Canvas:
    """A board of materials: woods, cloths and colours."""
    canvas = Canvas(WIDTH, HEIGHT, lighter(pal.wall, 0.5))
    tones = [pal.accent, pal.second, pal.wood, pal.plant, pal.floor, pal.dark]
    tones += [lighter(tone, 0.45) for tone in tones[:5]] + [pal.soft]
    rng.shuffle(tones)
    for index, tone in enumerate(tones):
        x, y = 84 + index % 4 * 164, 76 + index // 4 * 158
        canvas.box(x + 5, y + 7, 142, 132, f.SHADOW, 10)
        canvas.box(x, y, 142, 132, tone, 10)
        _grain(canvas, x, y, tone, index % 3, rng)
    canvas.disc(646, 480, 64, f.SHADOW)
    for step in range(7):
        tone = mix(pal.accent, pal.soft, step / 7)
        canvas.shape(
            [
                (640, 540),
                (520 + step * 34, 340 + abs(step - 3) * 10),
                (552 + step * 34, 340 + abs(step - 3) * 10),
            ],
            tone,
        )
    canvas.disc(640, 534, 12, pal.dark)
    return canvas


def _grain(canvas: Canvas, x: float, y: float, tone: Colour, kind: int, rng: Random) -> None:
    """Give a swatch the grain of wood, the weave of cloth, or a gloss."""
    if kind == 0:
        for step in range(7):
            sway = rng.uniform(-8, 8)
            top = y + 14 + step * 16
            canvas.line([(x + 8, top), (x + 70, top + sway), (x + 134, top)], darker(tone, 0.12), 2)
    elif kind == 1:
        for step in range(1, 12):
            canvas.box(x + step * 11.6, y + 4, 1.5, 124, clear(WHITE, 0.22))
            canvas.box(x + 4, y + step * 10.6, 134, 1.5, clear((0, 0, 0), 0.06))
    else:
        canvas.shape(
            [(x + 20, y + 128), (x + 84, y + 4), (x + 112, y + 4), (x + 48, y + 128)],
            clear(WHITE, 0.2),
        )


def plan(rng: Random, pal: Palette) -> Canvas:
    """A floor plan."""
    canvas = Canvas(WIDTH, HEIGHT, lighter(pal.wall, 0.55))
    for step in range(0, WIDTH, 25):
        canvas.box(step, 0, 1, HEIGHT, clear(pal.accent, 0.1))
        canvas.box(0, step, WIDTH, 1, clear(pal.accent, 0.1))
    rooms = [(110, 90, 300, 230), (410, 90, 280, 160), (110, 320, 190, 190), (300, 320, 160, 190)]
    rooms.append((460, 250, 230, 260))
    tints = [pal.accent, pal.second, pal.plant, pal.wood, pal.floor]
    rng.shuffle(tints)
    for (x, y, width, height), tone in zip(rooms, tints, strict=True):
        canvas.box(x, y, width, height, lighter(tone, 0.68))
    for x, y, width, height in rooms:
        corners = [(x, y), (x + width, y), (x + width, y + height), (x, y + height), (x, y)]
        canvas.line(corners, pal.dark, 9)
    for x, y in ((360, 316), (406, 180), (250, 316), (456, 400), (296, 430)):
        upright = x in (406, 456, 296)
        canvas.box(x, y, 8 if upright else 46, 46 if upright else 8, lighter(pal.wall, 0.55))
        canvas.arc(x + 4, y + 4, 44, 44, 270, 360, pal.dark, 2)
    _plan_furniture(canvas, pal)
    canvas.line([(110, 546), (690, 546)], pal.accent, 3)
    for x in (110, 300, 460, 690):
        canvas.line([(x, 538), (x, 554)], pal.accent, 3)
    return canvas


def _plan_furniture(canvas: Canvas, pal: Palette) -> None:
    line = lighter(pal.dark, 0.25)
    for x, y, width, height in (
        (130, 130, 40, 130),
        (196, 160, 70, 70),
        (440, 110, 110, 100),
        (440, 116, 28, 88),
        (590, 104, 84, 34),
        (128, 380, 110, 100),
        (128, 388, 26, 84),
        (320, 338, 40, 150),
        (390, 440, 50, 50),
        (500, 330, 140, 70),
    ):
        canvas.box(x, y, width, height, clear(WHITE, 0.7), 5)
        corners = [(x, y), (x + width, y), (x + width, y + height), (x, y + height), (x, y)]
        canvas.line(corners, line, 2)
    for x in (520, 570, 620):
        canvas.disc(x, 316, 12, clear(WHITE, 0.7))
        canvas.arc(x, 316, 12, 12, 0, 360, line, 2)
        canvas.arc(x, 414, 12, 12, 0, 360, line, 2)


def shopfront(rng: Random, pal: Palette) -> Canvas:
    """A shop in a street, seen from the other side."""
    canvas = Canvas(WIDTH, HEIGHT)
    canvas.gradient(0, 0, WIDTH, 470, (188, 218, 234), (240, 242, 234))
    for x, width, height in ((-20, 130, 300), (96, 60, 240), (660, 170, 330), (620, 60, 250)):
        canvas.box(x, 480 - height, width, height, lighter(pal.accent, 0.7))
        for row in range(int(height // 44)):
            for left in range(int(x) + 14, int(x + width) - 20, 34):
                canvas.box(left, 500 - height + row * 44, 16, 22, clear(WHITE, 0.6))
    canvas.box(0, 476, WIDTH, 124, (188, 184, 178))
    canvas.box(0, 476, WIDTH, 14, (214, 210, 204))
    canvas.box(120, 70, 560, 410, mix(pal.soft, pal.wall, 0.5), 6)
    canvas.box(104, 60, 592, 26, pal.dark, 4)
    canvas.box(150, 106, 500, 60, pal.accent, 6)
    for x, width in ((290, 60), (362, 110), (484, 40)):
        canvas.box(x, 128, width, 16, lighter(pal.accent, 0.75), 8)
    for index, x in enumerate(range(140, 660, 40)):
        tone = pal.soft if index % 2 else pal.accent
        canvas.shape([(x, 176), (x + 40, 176), (x + 44, 218), (x - 4, 218)], tone)
        canvas.pie(x + 20, 218, 24, 14, 0, 180, tone)
    for x, width in ((150, 180), (470, 180)):
        canvas.box(x, 246, width, 190, pal.dark, 4)
        canvas.gradient(x + 8, 254, width - 16, 174, (255, 240, 208), lighter(pal.wood, 0.45))
    f.plant(canvas, 300, 428, 110, pal, rng)
    canvas.box(172, 376, 100, 46, pal.accent, 12)
    canvas.box(172, 350, 100, 40, lighter(pal.accent, 0.2), 14)
    f.vase(canvas, 520, 428, 70, pal.second)
    f.pendant_on(canvas, 560, 330, pal.accent)
    f.books(canvas, 560, 428, 70, pal, rng)
    canvas.box(346, 244, 108, 236, darker(pal.wood, 0.15), 4)
    canvas.box(356, 256, 88, 216, clear((214, 234, 240), 0.85), 3)
    canvas.box(430, 350, 6, 54, pal.second, 3)
    for x in (132, 668):
        f.plant(canvas, x, 500, 150, pal, rng)
    return canvas
