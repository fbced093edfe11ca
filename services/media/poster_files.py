"""Posters of cards as files, each drawn once until something on it changes."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import os
import re
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Final

import structlog
import ujson
from PIL import Image

from services.errors import Unavailable
from services.flights import Flights
from services.media.disk import write_whole
from services.media.files import IMAGES
from services.media.fonts import NO_CHINESE, Fonts
from services.media.images import NotAPictureError, opaque
from services.media.lettering import Pen
from services.media.posters import LARGEST, LAYOUT, Written, draw_poster

POSTERS: Final = f"{IMAGES}/xiaochengxu/user_poster"
STATIC: Final = Path(__file__).resolve().parents[2] / "static"
DEFAULT_AVATAR: Final = STATIC / "imgs" / "setAvator.jpg"
MOST_AT_ONCE: Final = 16
DRAW_SECONDS: Final = 15.0
DIGITS: Final = 16

_log = structlog.get_logger("posters")

Owner = tuple[int, ...]
"""Whose a poster is: a rep, and the customer that hands it on if it is the rep's."""


@dataclass(frozen=True, slots=True)
class Poster:
    """What stands on a poster.

    Args:
        avatar: address of the picture, relative to the server's root; empty for the default one.
        code: likewise, of the mini-program code.
    """

    written: Written
    avatar: str
    code: str


class PosterFiles:
    """Draws posters, one at a time, and keeps them.

    Args:
        data_dir: what all processes of an installation share.
        fonts: what to write with; nobody else may use them.
        seconds: how long one waits for its poster.
    """

    def __init__(self, data_dir: Path, fonts: Fonts, seconds: float = DRAW_SECONDS) -> None:
        self._data_dir = data_dir
        self._fonts = fonts
        self._seconds = seconds
        self._drawings: Flights[None] = Flights()
        # One thread: fonts are not to be shared, and requests need the processor too.
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="posters")

    def close(self) -> None:
        """End the thread, after what it is at."""
        self._thread.shutdown(cancel_futures=True)

    async def keep(self, owner: Owner, poster: Poster) -> str:
        """Draw a poster, unless there is one that shows just this.

        Another one of the same owner, which shows what no longer holds, is removed.

        Returns:
            its address, relative to the server's root.

        Raises:
            Unavailable: no font has Chinese, or too many posters wait to be drawn.
        """
        url, is_there = await asyncio.to_thread(self._find, owner, poster)
        if is_there:
            return url
        if len(self._drawings) >= MOST_AT_ONCE and url not in self._drawings:
            raise Unavailable("正在生成的海报过多,请稍后再试")
        await self._drawings.join(url, lambda: self._drawn(owner, poster, url))
        return url

    async def _drawn(self, owner: Owner, poster: Poster, url: str) -> None:
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(self._seconds):
                await loop.run_in_executor(self._thread, self._draw, owner, poster, url)
        except TimeoutError:
            raise Unavailable("生成海报超时,请稍后再试") from None

    def _draw(self, owner: Owner, poster: Poster, url: str) -> None:
        if not self._fonts.has_chinese():
            _log.error("poster not drawn", reason=NO_CHINESE)
            raise Unavailable("服务器缺少中文字体,暂时无法生成海报,请联系管理员")
        began = time.monotonic()
        code = opaque((self._data_dir / poster.code).read_bytes(), LARGEST)
        data = draw_poster(poster.written, self._avatar(poster.avatar), code, Pen(self._fonts))
        path = self._data_dir / url
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, data, is_durable=True)
        for other in path.parent.iterdir():
            if other != path and _is_of(owner, other.name):
                other.unlink(missing_ok=True)
        _log.info("poster drawn", url=url, ms=round((time.monotonic() - began) * 1000))

    def _find(self, owner: Owner, poster: Poster) -> tuple[str, bool]:
        """Name the file after its owner and all that the poster shows, and see if it is there."""
        avatar = self._file(poster.avatar)
        shown = [LAYOUT, *astuple(poster.written), poster.avatar, poster.code]
        with contextlib.suppress(OSError):
            stat = (avatar or DEFAULT_AVATAR).stat()
            shown += [stat.st_size, stat.st_mtime_ns]
        digest = hashlib.sha256(ujson.dumps(shown).encode()).hexdigest()[:DIGITS]
        url = f"{POSTERS}/{owner[0]}/{_prefix(owner)}_{digest}_poster.png"
        return url, (self._data_dir / url).is_file()

    def _avatar(self, address: str) -> Image.Image:
        """Read a picture; the default one when it is not ours, not there or damaged."""
        path = self._file(address)
        if path is not None:
            with contextlib.suppress(OSError, NotAPictureError):
                return opaque(path.read_bytes(), LARGEST)
        return opaque(DEFAULT_AVATAR.read_bytes(), LARGEST)

    def _file(self, address: str) -> Path | None:
        """Find the file of a picture that browsers get here; None if it is not one of ours."""
        if not address.startswith("statics/"):
            return None
        for base in ((self._data_dir / "statics").resolve(), STATIC):
            path = os.path.realpath(base / address.removeprefix("statics/"))
            # is_file() raises for a name that no file can have.
            if Path(path).is_relative_to(base) and os.path.isfile(path):  # noqa: PTH113
                return Path(path)
        return None


def _prefix(owner: Owner) -> str:
    return "_".join(str(number) for number in owner)


def _is_of(owner: Owner, name: str) -> bool:
    return bool(re.fullmatch(rf"{_prefix(owner)}_[0-9a-f]{{{DIGITS}}}_poster\.png", name))
