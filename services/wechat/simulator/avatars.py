"""Draws the avatars of people who do not exist."""

from __future__ import annotations

import colorsys
import hashlib
import io
from typing import Final

from PIL import Image, ImageDraw, ImageFont

SIDE_PIXELS: Final = 132  # WeChat's own size


def draw_avatar(name: str) -> bytes:
    """Draw a PNG with the initials of the name, on a colour that only depends on the name."""
    hue = hashlib.md5(name.encode()).digest()[0] / 256
    colour = tuple(round(part * 255) for part in colorsys.hls_to_rgb(hue, 0.42, 0.55))
    image = Image.new("RGB", (SIDE_PIXELS, SIDE_PIXELS), colour)
    centre = SIDE_PIXELS / 2
    ImageDraw.Draw(image).text(
        (centre, centre),
        _initials(name),
        fill="white",
        anchor="mm",
        font=ImageFont.load_default(SIDE_PIXELS * 0.4),
    )
    png = io.BytesIO()
    image.save(png, "PNG")
    return png.getvalue()


def _initials(name: str) -> str:
    """The first letter of each word, of numbers all digits: demo-rep-12 is DR12."""
    words = (word for word in name.split("-") if word)
    return "".join(word if word.isdigit() else word[0].upper() for word in words)[:4]
