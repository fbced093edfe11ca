"""Pictures that are kept: decoded, written anew, and under names of ours."""

from __future__ import annotations

import contextlib
import io
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from PIL import Image
from tornado.web import Application, RequestHandler

from services.errors import Invalid, UpstreamAway
from services.media.files import Files
from services.wechat.client import WeChatClient
from services.wechat.simulator import served
from services.wechat.tokens import AccessTokens, MemoryTokens

ORIENTATION = 0x0112
COMMENT = b"a note that somebody left in the file"


class Hosted(RequestHandler):
    """Answers with the bytes that a test has put there."""

    content: bytes

    def get(self) -> None:
        self.finish(self.content)


class Host:
    """A host of pictures, and what keeps copies of them."""

    def __init__(self, url: str, files: Files, data_dir: Path) -> None:
        self._url = url
        self._files = files
        self._data_dir = data_dir

    async def keep(self, content: bytes, side: str = "customer", kept: str = "") -> Path:
        """Let a picture be fetched and kept, and give the file."""
        Hosted.content = content
        address = await self._files.fetch_avatar(side, 7, f"{self._url}/a.png", kept)
        return self._data_dir / address

    async def drop(self, path: Path, number: int = 7) -> None:
        """Let the copy of somebody's picture be deleted."""
        await self._files.drop_avatar("customer", number, self.address(path))

    def address(self, path: Path) -> str:
        """The address of a file."""
        return str(path.relative_to(self._data_dir))


@pytest_asyncio.fixture
async def host(tmp_path: Path) -> AsyncIterator[Host]:
    """A host that counts as WeChat's."""
    async with contextlib.AsyncExitStack() as stack:
        url = await stack.enter_async_context(served(Application([(r"/.*", Hosted)])))
        client = WeChatClient(
            api_url=url,
            wecom_url=url,
            timeout_seconds=5.0,
            tokens=AccessTokens(MemoryTokens()),
            simulator_url=url,
        )
        stack.callback(client.close)
        files = Files(tmp_path, client)
        stack.callback(files.close)
        yield Host(url, files, tmp_path)


def drawn(
    size: tuple[int, int] = (60, 40), kind: str = "PNG", mode: str = "RGB", **options: Any
) -> bytes:
    """Draw a picture."""
    file = io.BytesIO()
    Image.new(mode, size, "red" if mode != "P" else 0).save(file, kind, **options)
    return file.getvalue()


def kept(tmp_path: Path) -> list[Path]:
    """All files that are kept."""
    return [path for path in tmp_path.rglob("*") if path.is_file()]


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF"])
async def test_a_picture_is_kept_as_a_jpeg(host: Host, kind: str) -> None:
    path = await host.keep(drawn(kind=kind))
    with Image.open(path) as picture:
        assert (picture.format, picture.size) == ("JPEG", (60, 40))


@pytest.mark.parametrize("mode", ["RGBA", "L", "P", "LA", "1"])
async def test_a_picture_in_other_colours_is_kept(host: Host, mode: str) -> None:
    content = io.BytesIO()
    Image.new(mode, (60, 40)).save(content, "PNG")
    with Image.open(await host.keep(content.getvalue())) as picture:
        assert picture.mode == "RGB"


async def test_a_large_picture_is_kept_in_a_size_for_avatars(host: Host) -> None:
    with Image.open(await host.keep(drawn((2000, 1000)))) as picture:
        assert picture.size == (640, 320)


async def test_a_picture_lying_on_its_side_is_kept_upright(host: Host) -> None:
    exif = Image.Exif()
    exif[ORIENTATION] = 6
    with Image.open(await host.keep(drawn(kind="JPEG", exif=exif))) as picture:
        assert picture.size == (40, 60)


async def test_nothing_else_in_the_file_gets_through(host: Host) -> None:
    content = drawn(kind="JPEG", comment=COMMENT) + COMMENT
    assert COMMENT not in (await host.keep(content)).read_bytes()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"no picture",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        drawn()[:60],
        drawn(kind="JPEG")[:100],
        drawn(kind="BMP"),
        drawn(kind="TIFF"),
    ],
    ids=["empty", "text", "svg", "cut png", "cut jpeg", "bmp", "tiff"],
)
async def test_what_is_no_picture_of_a_known_kind_is_refused_and_not_kept(
    host: Host, tmp_path: Path, content: bytes
) -> None:
    with pytest.raises(Invalid) as caught:
        await host.keep(content)
    assert caught.value.errors == {"headimgurl": "头像不是有效的图片"}
    assert kept(tmp_path) == []


async def test_a_picture_that_unpacks_to_very_much_is_refused(host: Host, tmp_path: Path) -> None:
    content = drawn((6000, 6000), mode="1")
    assert len(content) < 20_000
    with pytest.raises(Invalid):
        await host.keep(content)
    assert kept(tmp_path) == []


async def test_a_file_that_is_too_large_is_not_read_to_its_end(host: Host, tmp_path: Path) -> None:
    with pytest.raises(UpstreamAway):
        await host.keep(drawn() + b"x" * 2 * 1024 * 1024)
    assert kept(tmp_path) == []


@pytest.mark.parametrize(("side", "owner"), [("rep", "rep_7"), ("customer", "xcx_cid_7")])
async def test_a_file_is_named_by_its_owner_and_the_time(
    host: Host, tmp_path: Path, side: str, owner: str
) -> None:
    path = await host.keep(drawn(), side)
    folder = "statics/zhugeleida/imgs/xiaochengxu/user_photo"
    assert re.fullmatch(
        rf"{folder}/{owner}_\d{{8}}_\d{{6}}_[0-9a-f]{{6}}\.jpg", str(path.relative_to(tmp_path))
    )


async def test_two_pictures_of_one_moment_have_names_of_their_own(
    host: Host, tmp_path: Path
) -> None:
    for _ in range(5):
        await host.keep(drawn())
    assert len(kept(tmp_path)) == 5


async def test_a_picture_that_is_kept_already_is_not_written_again(
    host: Host, tmp_path: Path
) -> None:
    first = await host.keep(drawn())
    assert await host.keep(drawn(), kept=host.address(first)) == first
    assert kept(tmp_path) == [first]


async def test_another_picture_is_written_beside_the_one_that_is_kept(
    host: Host, tmp_path: Path
) -> None:
    first = await host.keep(drawn())
    second = await host.keep(drawn((30, 30)), kept=host.address(first))
    assert sorted(kept(tmp_path)) == sorted([first, second])


async def test_a_kept_picture_whose_file_has_gone_is_written_again(
    host: Host, tmp_path: Path
) -> None:
    first = await host.keep(drawn())
    first.unlink()
    second = await host.keep(drawn(), kept=host.address(first))
    assert kept(tmp_path) == [second]


async def test_a_copy_that_is_dropped_is_deleted(host: Host, tmp_path: Path) -> None:
    path = await host.keep(drawn())
    await host.drop(path)
    await host.drop(path)
    assert kept(tmp_path) == []


async def test_what_is_no_copy_of_that_ones_picture_is_not_deleted(
    host: Host, tmp_path: Path
) -> None:
    path = await host.keep(drawn())
    other = path.with_name("drawn.jpg")
    other.touch()
    await host.drop(other)
    await host.drop(path, number=77)
    await host.drop(path.parent / ".." / path.parent.name / path.name)
    assert sorted(kept(tmp_path)) == sorted([path, other])
