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
