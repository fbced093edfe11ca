"""Draws what stands in for a mini-program code: a QR code that any phone can read."""

from __future__ import annotations

import io

import qrcode
from PIL import Image
from qrcode.image.pil import PilImage


def draw_code(path: str, width: int) -> bytes:
    """Draw a JPEG of so many pixels, which says the path of the page."""
    drawn = qrcode.make(path, image_factory=PilImage).get_image()
    # Modules keep their edges, however the width divides.
    square = drawn.convert("RGB").resize((width, width), Image.Resampling.NEAREST)
    jpeg = io.BytesIO()
    square.save(jpeg, "JPEG", quality=90)
    return jpeg.getvalue()
