"""Colours that go together."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Final

from services.demo.drawing.canvas import rgb

RGB = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Palette:
    """The colours of one room."""

    wall: RGB
    floor: RGB
    wood: RGB
    accent: RGB
    second: RGB
    soft: RGB
    dark: RGB
    plant: RGB


def _palette(text: str) -> Palette:
    names = [field.name for field in fields(Palette)]
    return Palette(**dict(zip(names, map(rgb, text.split()), strict=True)))


ROOMS: Final = [
    _palette("efe6d8 dcbd94 b98755 c9714c e3b26a f8f3ea 4a4038 6f8f5e"),
    _palette("dbe4da d2b48e a67c52 5e7f73 d9a866 f4f5ef 38423f 5b8a5a"),
    _palette("dae4ec cdb698 9c7a5b 4a7096 e0a75e f5f8fa 333d47 6a9a78"),
    _palette("f3e0d8 dfc09d be8c64 b9635c 8a9a7b fbf4f0 503f3d 76946a"),
    _palette("d8d2ca a98560 7a5639 d29a3c 6f8582 f1ece4 36302c 66854f"),
    _palette("e8e4ef d4bb9f a9826a 7d6aa0 e2a98b f7f5fb 413c4d 6d9480"),
]
"""Oat, sage, mist, blush, dusk and lilac."""

TEA: Final = [
    _palette("eee8da cbb48c 8a6a45 a9643a d2a24c faf6ec 3d352b 6b8f4e"),
    _palette("e2e8d8 bfae88 7d6346 5f7d4a c9963e f6f7ee 333a2c 55824a"),
    _palette("efe0d2 c9a27c 85573a 8f3f2f d9a050 fbf3ea 42302a 7a8c4c"),
    _palette("dde5e4 b9ab92 6f5d4c 47736c cf9f55 f4f7f5 2f3a39 5d8d5c"),
]
"""Oolong, green, black and white tea."""
