"""The pictures of the demo data, drawn when it is loaded; no file of an image comes along."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from random import Random
from typing import Final

from PIL import Image

from services.demo.drawing import more_rooms, portraits, rooms, shots, tea
from services.demo.drawing.canvas import WHITE
from services.demo.drawing.film import film
from services.demo.drawing.palettes import ROOMS, TEA, Palette
from services.demo.drawing.rooms import Scene
from services.media.disk import write_whole

FOLDER: Final = "statics/zhugeleida/imgs"
QUALITY: Final = 86
THREADS: Final = 2

SCENES: Final[Mapping[str, tuple[Scene, Sequence[Palette]]]] = {
    **{
        scene.__name__: (scene, ROOMS)
        for scene in (
            *(portraits.woman, portraits.man, portraits.cat, portraits.hills, portraits.sprout),
            *(rooms.living, rooms.bedroom, rooms.kitchen, rooms.wardrobe),
            *(more_rooms.study, more_rooms.dining, more_rooms.bathroom, more_rooms.entrance),
            *(more_rooms.children, more_rooms.balcony, more_rooms.site, more_rooms.fitting),
            *(shots.swatches, shots.plan, shots.shopfront),
        )
    },
    **{
        thing.__name__: (shots.shot(thing), ROOMS)
        for thing in (
            *(shots.sofa, shots.chair, shots.lamp, shots.cupboard, shots.table),
            *(shots.cushions, shots.bookcase),
        )
    },
    **{
        scene.__name__: (scene, TEA)
        for scene in (
            *(tea.terraces, tea.service, tea.tins, tea.gift),
            *(tea.tasting, tea.trays, tea.tearoom, tea.cake),
        )
    },
}
"""What can be drawn, with the colours that it comes in."""


class Pictures:
    """Gives out addresses of pictures, and draws those that were asked for.

    A picture is named like ``living:3``: a scene, and a number from which its colours and its
    details follow, always the same ones.
    """

    def __init__(self) -> None:
        self._wanted: dict[str, dict[str, Callable[[Image.Image], bytes]]] = {}

    def picture(self, folder: str, name: str) -> str:
        """Ask for a picture and give its address, relative to the server's root."""
        return self._want(folder, name, "jpg", _jpeg)

    def film(self, folder: str, name: str) -> str:
        """Ask for a short film that moves over a picture, and give its address."""
        return self._want(folder, name, "webm", film)

    async def draw(self, data_dir: Path) -> None:
        """Draw what was asked for, in threads of their own."""
        loop = asyncio.get_running_loop()
        with ThreadPoolExecutor(THREADS, thread_name_prefix="drawing") as threads:
            await asyncio.gather(
                *(
                    loop.run_in_executor(threads, _draw, name, files, data_dir)
                    for name, files in self._wanted.items()
                )
            )

    def _want(
        self, folder: str, name: str, ending: str, encode: Callable[[Image.Image], bytes]
    ) -> str:
        path = f"{FOLDER}/{folder}/demo_{name.replace(':', '_')}.{ending}"
        self._wanted.setdefault(name, {})[path] = encode
        return path


def draw_default_avatars(folder: Path) -> None:
    """Draw what reps and customers without a picture are shown with."""
    for name, is_staff in (("setAvator.jpg", True), ("Avator.jpg", False)):
        canvas = portraits.silhouette(portraits.NEUTRAL, WHITE, is_staff=is_staff)
        _write(folder / name, _jpeg(canvas.finish()))


def render(name: str) -> Image.Image:
    """Draw one picture."""
    scene, number = name.split(":")
    draw, palettes = SCENES[scene]
    chance = Random(name)  # noqa: S311  # the same picture each time, not a secret
    return draw(chance, palettes[int(number) % len(palettes)]).finish()


def _draw(name: str, files: Mapping[str, Callable[[Image.Image], bytes]], data_dir: Path) -> None:
    picture = render(name)
    encoded = {encode: encode(picture) for encode in set(files.values())}
    for path, encode in files.items():
        _write(data_dir / path, encoded[encode])


def _jpeg(picture: Image.Image) -> bytes:
    data = io.BytesIO()
    picture.save(data, "JPEG", quality=QUALITY)
    return data.getvalue()


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, data)
