"""Files that the server keeps for browsers, below ``<data_dir>/statics``."""

from __future__ import annotations

import asyncio
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
IMAGES: Final = "statics/zhugeleida/imgs"
AVATARS: Final = f"{IMAGES}/xiaochengxu/user_photo"
# What this module names, and nobody else: pictures of the demo, say, are shown in several places.
_UPLOADED: Final = re.compile(rf"{IMAGES}/\w+/\w+/rep_\d+_\d{{8}}_\d{{6}}_[0-9a-f]{{6}}\.\w+")


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

    async def fetch_avatar(self, side: str, principal_id: int, url: str) -> str:
        """Keep a copy of somebody's picture at WeChat.

        Args:
            side: ``rep`` or ``customer``.

        Returns:
            its address, relative to the server's root.

        Raises:
            Invalid: the host is not WeChat's, or what came is no picture.
            UpstreamAway: it does not answer, or with too much.
        """
        data = await self._wechat.download_picture(url, MOST_AVATAR_BYTES)
        stamp = now().astimezone(SHANGHAI).strftime("%Y%m%d_%H%M%S")
        owner = f"{PREFIXES[side]}_{principal_id}"
        name = f"{AVATARS}/{owner}_{stamp}_{secrets.token_hex(3)}.jpg"
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(self._threads, _write_avatar, data, self._data_dir / name)
        return name

    async def remove_upload(self, url: str) -> None:
        """Remove a picture that a rep has sent; what is none of these stays."""
        if _UPLOADED.fullmatch(url):
            path = self._data_dir / url
            loop = asyncio.get_running_loop()
            await loop.run_in_executor(self._threads, lambda: path.unlink(missing_ok=True))


def _write_avatar(data: bytes, path: Path) -> None:
    """Decode a picture and write it anew, so that nothing else in the file gets through."""
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
    path.parent.mkdir(parents=True, exist_ok=True)
    upright.save(path, "JPEG", quality=88)
