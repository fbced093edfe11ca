"""Files that the server keeps for browsers, below ``<data_dir>/statics``."""

from __future__ import annotations

import asyncio
import contextlib
import re
import secrets
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final, TypeVar

from models.base import now
from services.clock import SHANGHAI
from services.errors import Invalid, UpstreamAway
from services.media.disk import write_whole
from services.media.images import NotAPictureError, as_jpeg, rewritten
from services.wechat.client import WeChatClient

THREADS: Final = 2
MOST_AVATAR_BYTES: Final = 2 * 1024 * 1024
AVATAR_SIZE: Final = (640, 640)
PREFIXES: Final = {"rep": "rep", "customer": "xcx_cid"}
IMAGES: Final = "statics/zhugeleida/imgs"
AVATARS: Final = f"{IMAGES}/xiaochengxu/user_photo"
CODES: Final = f"{IMAGES}/xiaochengxu/qr_code"
CHAT: Final = f"{IMAGES}/chat"
CODE_SIZE: Final = (1280, 1280)
# What this module names, and nobody else: pictures of the demo, say, are shown in several places.
_UPLOADED: Final = re.compile(rf"{IMAGES}/\w+/\w+/rep_\d+_\d{{8}}_\d{{6}}_[0-9a-f]{{6}}\.\w+")

T = TypeVar("T")


class Files:
    """Keeps pictures; decodes and writes them in threads.

    Args:
        data_dir: what all processes of an installation share.
    """

    def __init__(self, data_dir: Path, wechat: WeChatClient) -> None:
        self._data_dir = data_dir
        self._wechat = wechat
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="media")

    def close(self) -> None:
        """End the threads, after what they are at."""
        self._threads.shutdown()

    def require_avatar_url(self, url: str) -> None:
        """Refuse the address of a picture that is not at WeChat.

        Raises:
            Invalid: the host is not WeChat's.
        """
        self._wechat.require_picture_url(url)

    async def fetch_avatar(self, side: str, principal_id: int, url: str, kept: str) -> str:
        """Keep a copy of somebody's picture at WeChat, unless the kept copy is just that.

        Args:
            side: ``rep`` or ``customer``.
            kept: the address of the picture that it has so far.

        Returns:
            the copy's address, relative to the server's root: ``kept`` or a new one.

        Raises:
            Invalid: the host is not WeChat's, or what came is no picture.
            UpstreamAway: it does not answer, or with too much.
        """
        data = await self._wechat.download_picture(url, MOST_AVATAR_BYTES)
        try:
            jpeg = await self._in_thread(lambda: as_jpeg(data, AVATAR_SIZE))
        except NotAPictureError:
            complaint = "头像不是有效的图片"
            raise Invalid(complaint, {"headimgurl": complaint}) from None
        before = self._avatar_file(side, principal_id, kept)
        if before is not None and await self._in_thread(lambda: _holds(before, jpeg)):
            return kept
        name = f"{AVATARS}/{_stamped(PREFIXES[side], principal_id)}.jpg"
        await self._in_thread(lambda: self._write(name, jpeg))
        return name

    async def drop_avatar(self, side: str, principal_id: int, address: str) -> None:
        """Delete a copy that nothing shows any more; what ``fetch_avatar`` has not made stays."""
        path = self._avatar_file(side, principal_id, address)
        if path is not None:
            await self._in_thread(lambda: _delete(path))

    def _avatar_file(self, side: str, principal_id: int, address: str) -> Path | None:
        owner = re.escape(f"{AVATARS}/{PREFIXES[side]}_{principal_id}")
        name = rf"{owner}_\d{{8}}_\d{{6}}_[0-9a-f]{{6}}\.jpg"
        return self._data_dir / address if re.fullmatch(name, address, re.ASCII) else None

    async def keep_upload(self, folder: str, rep_id: int, data: bytes) -> str:
        """Keep a picture that a rep has sent, written anew and under a name of ours.

        Args:
            folder: where, relative to the server's root.

        Returns:
            its address, relative to the server's root.

        Raises:
            Invalid: it is no picture, or has too many pixels.
        """
        try:
            picture = await self._in_thread(lambda: rewritten(data))
        except NotAPictureError as error:
            raise Invalid(str(error), {"file": str(error)}) from None
        name = f"{folder}/{_stamped('rep', rep_id)}.{picture.ending}"
        await self._in_thread(lambda: self._write(name, picture.data))
        return name

    async def remove_upload(self, url: str) -> None:
        """Remove a picture that a rep has sent; what is none of these stays."""
        if _UPLOADED.fullmatch(url):
            await self._in_thread(lambda: (self._data_dir / url).unlink(missing_ok=True))

    async def keep_for_chat(self, url: str) -> str:
        """Copy a picture that a rep has sent to where a chat shows it, for as long as it likes.

        A picture is copied once, however often it is shown.

        Returns:
            the copy's address, relative to the server's root; ``url`` itself if that is no picture
            that a rep has sent, or there is none any more.
        """
        if not _UPLOADED.fullmatch(url):
            return url
        copy = f"{CHAT}/{url.rpartition('/')[2]}"
        try:
            await self._in_thread(lambda: self._copy(url, copy))
        except FileNotFoundError:
            return url
        return copy

    async def keep_code(self, url: str, data: bytes) -> None:
        """Keep a mini-program code that WeChat has drawn, under an address of ``code_url``.

        Raises:
            UpstreamAway: what WeChat has sent is no picture.
        """
        try:
            jpeg = await self._in_thread(lambda: as_jpeg(data, CODE_SIZE))
        except NotAPictureError:
            raise UpstreamAway from None
        await self._in_thread(lambda: self._write(url, jpeg))

    async def has(self, url: str) -> bool:
        """Say whether a picture is there."""
        return await self._in_thread((self._data_dir / url).is_file)

    def _copy(self, url: str, copy: str) -> None:
        if not (self._data_dir / copy).is_file():
            self._write(copy, (self._data_dir / url).read_bytes())

    def _write(self, url: str, data: bytes) -> None:
        path = self._data_dir / url
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, data, is_durable=True)

    async def _in_thread(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, work)


def code_url(name: str) -> str:
    """Give the address of a mini-program code; the name says all that the code depends on."""
    return f"{CODES}/{name}_qrcode.jpg"


def _holds(path: Path, data: bytes) -> bool:
    """Whether a file is there and holds just this."""
    try:
        return path.read_bytes() == data
    except OSError:
        return False


def _delete(path: Path) -> None:
    with contextlib.suppress(OSError):  # a file too many does no harm
        path.unlink()


def _stamped(prefix: str, principal_id: int) -> str:
    """Make a new name that tells whose the picture is and since when."""
    stamp = now().astimezone(SHANGHAI).strftime("%Y%m%d_%H%M%S")
    return f"{prefix}_{principal_id}_{stamp}_{secrets.token_hex(3)}"
