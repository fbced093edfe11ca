"""Pictures from outside, written anew."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from services.media.images import NotAPictureError, opaque, rewritten
from tests.pictures import drawn, moving, noisy


def opened(content: bytes) -> Image.Image:
    """Read what was written."""
    return Image.open(io.BytesIO(content))


@pytest.mark.parametrize(
    ("kind", "ending"), [("JPEG", "jpg"), ("PNG", "png"), ("WEBP", "webp"), ("GIF", "gif")]
)
def test_a_picture_keeps_its_kind_and_size(kind: str, ending: str) -> None:
    made = rewritten(noisy(kind=kind))
    assert made.ending == ending
    with opened(made.data) as picture:
        assert (picture.format, picture.size) == (kind, (60, 40))


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "GIF"])
def test_holes_in_a_picture_stay(kind: str) -> None:
    content = io.BytesIO()
    picture = Image.new("RGBA", (20, 10), (255, 0, 0, 255))
    picture.paste((0, 0, 0, 0), (0, 0, 10, 10))
    picture.save(content, kind, lossless=True)
    with opened(rewritten(content.getvalue()).data) as made:
        alpha = made.convert("RGBA").getchannel("A")
        assert (alpha.getpixel((2, 5)), alpha.getpixel((17, 5))) == (0, 255)


@pytest.mark.parametrize("mode", ["RGBA", "L", "P", "LA", "1", "I;16"])
def test_a_picture_in_other_colours_is_taken(mode: str) -> None:
    content = io.BytesIO()
    Image.new(mode, (6, 4)).save(content, "PNG")
    with opened(rewritten(content.getvalue()).data) as picture:
        assert picture.size == (6, 4)


def test_a_picture_for_print_is_taken() -> None:
    with opened(rewritten(drawn(kind="JPEG", mode="CMYK")).data) as picture:
        assert picture.mode == "RGB"


@pytest.mark.parametrize("kind", ["GIF", "WEBP"])
def test_a_moving_picture_keeps_moving(kind: str) -> None:
    with opened(rewritten(moving(12, kind=kind)).data) as picture:
        assert getattr(picture, "n_frames", 1) == 12
        picture.seek(3)
        picture.load()
        assert (picture.info["duration"], picture.info["loop"]) == (80, 0)


def test_frames_together_have_no_more_pixels_than_a_still_picture() -> None:
    rewritten(moving(25, (1000, 1000)))
    with pytest.raises(NotAPictureError, match="帧"):
        rewritten(moving(26, (1000, 1000)))


def test_a_photo_with_a_preview_behind_it_is_one_photo() -> None:
    content = io.BytesIO()
    first, second = Image.new("RGB", (60, 40), "red"), Image.new("RGB", (6, 4), "blue")
    first.save(content, "MPO", save_all=True, append_images=[second])
    made = rewritten(content.getvalue())
    with opened(made.data) as picture:
        assert (picture.format, picture.size, made.ending) == ("JPEG", (60, 40), "jpg")


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_picture_tells_nothing_of_where_it_was_made(kind: str) -> None:
    exif = Image.Exif()
    exif[0x010F], exif[0x0112] = "camera of somebody", 8
    content = drawn(kind=kind, exif=exif, icc_profile=b"profile of somebody")
    made = rewritten(content).data
    with opened(made) as picture:
        assert (picture.size, dict(picture.getexif())) == ((40, 60), {})
    assert b"somebody" not in made


def test_what_shines_through_an_opaque_picture_is_white() -> None:
    content = io.BytesIO()
    Image.new("RGBA", (6, 4), (0, 0, 0, 0)).save(content, "PNG")
    assert opaque(content.getvalue(), (3, 2)).getcolors() == [(24, (255, 255, 255))]


def test_a_large_photo_is_decoded_no_smaller_than_it_is_needed() -> None:
    picture = opaque(drawn((1600, 1200), kind="JPEG"), (300, 200))
    assert (300, 200) <= picture.size < (800, 600)
