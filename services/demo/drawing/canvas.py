"""A sheet to draw flat pictures on: drawn at double size and halved, so that edges are smooth."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PIL import Image, ImageDraw

SCALE: Final = 2

Colour = tuple[int, int, int] | tuple[int, int, int, int]
Point = tuple[float, float]

WHITE: Final = (255, 255, 255)
BLACK: Final = (0, 0, 0)


def rgb(text: str) -> tuple[int, int, int]:
    """Read a colour such as ``c96f4a``."""
    red, green, blue = bytes.fromhex(text)
    return red, green, blue


def mix(one: Colour, other: Colour, share: float) -> tuple[int, int, int]:
    """Blend two colours; ``share`` is how much of the second there is."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one[:3], other[:3], strict=True))
    return red, green, blue


def lighter(colour: Colour, share: float) -> tuple[int, int, int]:
    """Mix a colour with white."""
    return mix(colour, WHITE, share)


def darker(colour: Colour, share: float) -> tuple[int, int, int]:
    """Mix a colour with black."""
    return mix(colour, BLACK, share)


def clear(colour: Colour, opacity: float) -> tuple[int, int, int, int]:
    """Make a colour translucent; opacity 1 hides what is below."""
    red, green, blue = colour[:3]
    return red, green, blue, round(opacity * 255)


class Canvas:
    """A sheet of ``width`` by ``height`` points, with its origin at the upper left."""

    def __init__(self, width: int, height: int, colour: Colour = WHITE) -> None:
        self.width = width
        self.height = height
        self._image = Image.new("RGB", (width * SCALE, height * SCALE), colour[:3])
        self._opaque = ImageDraw.Draw(self._image)
        self._blending = ImageDraw.Draw(self._image, "RGBA")

    def gradient(
        self, x: float, y: float, width: float, height: float, top: Colour, bottom: Colour
    ) -> None:
        """Fill a rectangle with a colour that turns into another downwards."""
        size = (round(width * SCALE), round(height * SCALE))
        ends = Image.new("RGB", (1, 2), top[:3])
        ends.putpixel((0, 1), bottom[:3])
        shades = ends.resize((1, size[1]), Image.Resampling.BILINEAR, (0, 0.5, 1, 1.5))
        band = shades.resize(size, Image.Resampling.NEAREST)
        self._image.paste(band, (round(x * SCALE), round(y * SCALE)))

    def box(
        self,
        x: float,
        y: float,
        width: float,
        height: float,
        colour: Colour,
        radius: float = 0,
    ) -> None:
        """Fill a rectangle, with round corners if ``radius`` is given."""
        area = (x * SCALE, y * SCALE, (x + width) * SCALE - 1, (y + height) * SCALE - 1)
        if radius:
            limit = min(width, height) / 2
            self._pen(colour).rounded_rectangle(area, min(radius, limit) * SCALE, fill=colour)
        else:
            self._pen(colour).rectangle(area, fill=colour)

    def disc(self, x: float, y: float, rx: float, colour: Colour, ry: float | None = None) -> None:
        """Fill an ellipse around a point."""
        ry = rx if ry is None else ry
        self._pen(colour).ellipse(
            ((x - rx) * SCALE, (y - ry) * SCALE, (x + rx) * SCALE, (y + ry) * SCALE), fill=colour
        )

    def pie(
        self,
        x: float,
        y: float,
        rx: float,
        ry: float,
        start: float,
        end: float,
        colour: Colour,
    ) -> None:
        """Fill the part of an ellipse between two angles, cut off straight; 0 is to the right."""
        area = ((x - rx) * SCALE, (y - ry) * SCALE, (x + rx) * SCALE, (y + ry) * SCALE)
        self._pen(colour).chord(area, start, end, fill=colour)

    def arc(
        self,
        x: float,
        y: float,
        rx: float,
        ry: float,
        start: float,
        end: float,
        colour: Colour,
        width: float,
    ) -> None:
        """Draw a part of an ellipse's edge."""
        area = ((x - rx) * SCALE, (y - ry) * SCALE, (x + rx) * SCALE, (y + ry) * SCALE)
        self._pen(colour).arc(area, start, end, fill=colour, width=max(1, round(width * SCALE)))

    def shape(self, points: Sequence[Point], colour: Colour) -> None:
        """Fill a polygon."""
        self._pen(colour).polygon([(x * SCALE, y * SCALE) for x, y in points], fill=colour)

    def line(self, points: Sequence[Point], colour: Colour, width: float) -> None:
        """Draw a line through points."""
        self._pen(colour).line(
            [(x * SCALE, y * SCALE) for x, y in points],
            fill=colour,
            width=max(1, round(width * SCALE)),
            joint="curve",
        )

    def finish(self) -> Image.Image:
        """Give the picture in its final size."""
        return self._image.reduce(SCALE)

    def _pen(self, colour: Colour) -> ImageDraw.ImageDraw:
        """Blending takes several times as long: use it for translucent colours only."""
        return self._opaque if len(colour) == 3 else self._blending
