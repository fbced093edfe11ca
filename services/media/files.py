"""Files that the server keeps for browsers, below ``<data_dir>/statics``."""

from __future__ import annotations

import asyncio
import contextlib
import io
import re
import secrets
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

from PIL import Image, ImageOps, UnidentifiedImageError

from models.base import now
from services.clock import SHANGHAI
from services.errors import Invalid
from services.wechat.client import WeChatClient

THREADS: Final = 2
MOST_AVATAR_BYTES: Final = 2 * 1024 * 1024
MOST_PIXELS: Final = 25_000_000
AVATAR_SIZE: Final = (640, 640)
PREFIXES: Final = {"rep": "rep", "customer": "xcx_cid"}
AVATARS: Final = "statics/zhugeleida/imgs/xiaochengxu/user_photo"


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
        stamp = now().astimezone(SHANGHAI).strftime("%Y%m%d_%H%M%S")
        name = f"{_avatars_of(side, principal_id)}_{stamp}_{secrets.token_hex(3)}.jpg"
        before = self._avatar_file(side, principal_id, kept)
        loop = asyncio.get_running_loop()
        is_new = await loop.run_in_executor(
            self._threads, _write_avatar, data, self._data_dir / name, before
        )
        return name if is_new else kept

    async def drop_avatar(self, side: str, principal_id: int, address: str) -> None:
        """Delete a copy that nothing shows any more; what ``fetch_avatar`` has not made stays."""
        path = self._avatar_file(side, principal_id, address)
        if path is not None:
            loop = asyncio.get_running_loop()
            await loop.run_in_executor(self._threads, _delete, path)

    def _avatar_file(self, side: str, principal_id: int, address: str) -> Path | None:
        name = rf"{re.escape(_avatars_of(side, principal_id))}_\d{{8}}_\d{{6}}_[0-9a-f]{{6}}\.jpg"
        return self._data_dir / address if re.fullmatch(name, address, re.ASCII) else None


def _avatars_of(side: str, principal_id: int) -> str:
    return f"{AVATARS}/{PREFIXES[side]}_{principal_id}"


def _delete(path: Path) -> None:
    with contextlib.suppress(OSError):  # a file too many does no harm
        path.unlink()


def _write_avatar(data: bytes, path: Path, before: Path | None) -> bool:
    """Decode a picture and write it anew, so that nothing else in the file gets through.

    Args:
        before: a file that may hold the very same, and then nothing is written.

    Returns:
        whether it was written.
    """
    complaint = "头像不是有效的图片"
    try:
        with Image.open(io.BytesIO(data), formats=("JPEG", "PNG", "WEBP", "GIF")) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise Invalid(complaint, {"headimgurl": complaint})
            upright = ImageOps.exif_transpose(picture).convert("RGB")
    except (UnidentifiedImageError, OSError, ValueError, Image.DecompressionBombError):
        raise Invalid(complaint, {"headimgurl": complaint}) from None
    upright.info.clear()  # a comment would be written again
    upright.thumbnail(AVATAR_SIZE)
    file = io.BytesIO()
    upright.save(file, "JPEG", quality=88)
    with contextlib.suppress(OSError):
        if before is not None and before.read_bytes() == file.getvalue():
            return False
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(file.getvalue())
    return True
