"""Pictures for tests, and how they are sent in chunks."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from PIL import Image

from tests.api import Answer, Api, Caller

CHUNK = 300


def drawn(
    size: tuple[int, int] = (60, 40), kind: str = "PNG", mode: str = "RGB", **options: Any
) -> bytes:
    """Draw a picture of one colour."""
    file = io.BytesIO()
    Image.new(mode, size, "red" if mode != "P" else 0).save(file, kind, **options)
    return file.getvalue()


def noisy(size: tuple[int, int] = (60, 40), kind: str = "PNG", **options: Any) -> bytes:
    """Draw a picture that needs some bytes: no two columns are of one colour."""
    picture = Image.linear_gradient("L").resize(size).convert("RGB")
    for x in range(size[0]):
        for y in range(size[1]):
            picture.putpixel((x, y), (x * 37 % 256, (x * y * 17) % 256, y * 91 % 256))
    file = io.BytesIO()
    picture.save(file, kind, **options)
    return file.getvalue()


def moving(frames: int, size: tuple[int, int] = (60, 40), kind: str = "GIF") -> bytes:
    """Draw a picture of so many frames, each of another colour, shown for 80 ms."""
    pictures = [Image.new("RGB", size, (n * 5 % 256, n // 50, 90)) for n in range(frames)]
    file = io.BytesIO()
    pictures[0].save(
        file, kind, save_all=True, append_images=pictures[1:], duration=80, loop=0, lossless=True
    )
    return file.getvalue()


def chunks(content: bytes, size: int = CHUNK) -> dict[int, bytes]:
    """Cut a file into chunks, by their numbers."""
    return {at // size: content[at : at + size] for at in range(0, len(content), size)}


async def send(
    api: Api,
    caller: Caller,
    path: str,
    parts: Mapping[int, bytes] | bytes,
    task: str = "wu_1ch31er0ps0q145218",
    order: Iterable[int] | None = None,
) -> list[Answer]:
    """Send chunks in this order, or in that of their numbers."""
    given = {0: parts} if isinstance(parts, bytes) else parts
    return [
        await api.post(
            path,
            {"task_id": task, "chunk": number},
            files={"file": ("blob", given[number])},
            caller=caller,
        )
        for number in (given if order is None else order)
    ]


def files(data_dir: Path) -> set[str]:
    """All files of a data directory but the database's."""
    return {
        str(path.relative_to(data_dir))
        for path in data_dir.rglob("*")
        if path.is_file() and not path.name.startswith("zhuge.db")
    }
