"""Pictures from outside: decoded and written anew, so that nothing else in a file gets through.

A picture's own size is known before it is decoded, and bounds what it may cost.
"""

from __future__ import annotations

import contextlib
import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from PIL import Image, ImageOps, ImageSequence

MOST_PIXELS: Final = 25_000_000
MOST_FRAMES: Final = 500
KINDS: Final = ("JPEG", "PNG", "WEBP", "GIF")
MOVING: Final = ("WEBP", "GIF")
ENDINGS: Final = {"JPEG": "jpg", "PNG": "png", "WEBP": "webp", "GIF": "gif"}
QUALITY: Final = 88


class NotAPictureError(Exception):
    """What came is no picture of a known kind, or too large a one; the text says so in Chinese."""


@dataclass(frozen=True, slots=True)
class Encoded:
    """A picture as a file, and the ending of its name."""

    data: bytes
    ending: str


def rewritten(data: bytes) -> Encoded:
    """Write a picture anew: upright, of its own kind and size, without what is not picture.

    All frames of a moving one together may have as many pixels as a still one.

    Raises:
        NotAPictureError: it is none, or has too many pixels.
    """
    with _opened(data) as picture:
        # A photo with a preview behind it is a JPEG of a kind of its own.
        kind = "JPEG" if picture.format == "MPO" else str(picture.format)
        if kind in MOVING and getattr(picture, "is_animated", False):
            frames = list(_frames(picture))
            options: dict[str, Any] = {
                "save_all": True,
                "append_images": [frame for frame, _ in frames[1:]],
                "duration": [milliseconds for _, milliseconds in frames],
            }
            if "loop" in picture.info:
                options["loop"] = picture.info["loop"]
            return _encoded(frames[0][0], kind, **options)
        keeps_holes = kind != "JPEG" and picture.has_transparency_data
        upright = ImageOps.exif_transpose(picture)
        return _encoded(_bare(upright, "RGBA" if keeps_holes else "RGB"), kind)


def as_jpeg(data: bytes, size: tuple[int, int]) -> bytes:
    """Write a picture anew as a JPEG that is no larger than ``size``.

    Raises:
        NotAPictureError: it is none, or has too many pixels.
    """
    with _opened(data) as picture:
        upright = _bare(ImageOps.exif_transpose(picture), "RGB")
        upright.thumbnail(size)
        return _encoded(upright, "JPEG").data


def opaque(data: bytes, least: tuple[int, int]) -> Image.Image:
    """Decode a picture, upright; what shines through is white.

    Args:
        least: what it should not be smaller than, if it is larger; saves time with large photos.

    Raises:
        NotAPictureError: it is none, or has too many pixels.
    """
    with _opened(data) as picture:
        picture.draft("RGB", least)
        upright = _bare(ImageOps.exif_transpose(picture), "RGBA")
        page = Image.new("RGBA", upright.size, "white")
        return Image.alpha_composite(page, upright).convert("RGB")


@contextlib.contextmanager
def _opened(data: bytes) -> Iterator[Image.Image]:
    """Open a picture, and take whatever goes wrong with it for a fault of the file."""
    try:
        with Image.open(io.BytesIO(data), formats=KINDS) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise NotAPictureError("图片像素过多")
            yield picture
    except NotAPictureError:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise NotAPictureError("图片像素过多") from None
    except Exception as error:  # a broken file makes Pillow raise anything
        raise NotAPictureError("不是有效的图片") from error


def _frames(picture: Image.Image) -> Iterator[tuple[Image.Image, int]]:
    """Take the frames of a moving picture, with how long each is shown, one after the other.

    They are not counted ahead: that would read through a file of endless frames.
    """
    most = min(MOST_FRAMES, MOST_PIXELS // (picture.width * picture.height))
    for number, frame in enumerate(ImageSequence.Iterator(picture)):
        if number == most:
            raise NotAPictureError("图片帧数过多")
        bare = _bare(frame, "RGBA")  # which decodes it; only then a WebP knows how long it is shown
        yield bare, int(frame.info.get("duration", 0))


def _bare(picture: Image.Image, mode: str) -> Image.Image:
    """Take the pixels without comments, profile or EXIF, which would be written again."""
    bare = picture.convert(mode)
    bare.info.clear()
    return bare


def _encoded(picture: Image.Image, kind: str, **options: Any) -> Encoded:
    if kind in ("JPEG", "WEBP"):
        options["quality"] = QUALITY
    file = io.BytesIO()
    picture.save(file, kind, **options)
    return Encoded(file.getvalue(), ENDINGS[kind])
