"""Parts of files that are on their way, on the disk that all processes share.

``<root>/<rep>/<task>/<number>`` is one chunk. Names of clients are never names of files. There is
no lock: a chunk appears by a rename, and who takes a task renames its folder, which only one can.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import secrets
import shutil
import time
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Final

from services.errors import Invalid, NoTask, Throttled
from services.media.disk import write_whole
from services.media.files import AVATARS, IMAGES
from services.refusals import Reason

MOST_CHUNK_BYTES: Final = 2 * 1024 * 1024
MOST_CHUNKS: Final = 500
MOST_BYTES: Final = 20 * 1024 * 1024
WRITE_TRIES: Final = 100
DROP_TRIES: Final = 5
SHOWN_GAPS: Final = 5


class Purpose(Enum):
    """What a picture is sent for; the value is the folder that it is kept in."""

    PHOTO = AVATARS
    PRODUCT = f"{IMAGES}/qiyeweixin/product"
    GOODS = f"{IMAGES}/admin/goods"
    WEBSITE = f"{IMAGES}/admin/website"
    CASE = f"{IMAGES}/admin/case"


@dataclass(frozen=True, slots=True)
class Task:
    """One upload: whose it is, what for, and what its client calls it."""

    rep_id: int
    purpose: Purpose
    name: str

    @property
    def folder(self) -> str:
        """Where its chunks are, below the root; nothing in it is a client's text."""
        digest = hashlib.sha256(f"{self.purpose.name}:{self.name}".encode()).hexdigest()
        return f"{self.rep_id}/{digest[:32]}"


@dataclass(frozen=True, slots=True)
class Allowance:
    """What one rep may have begun and not finished; several at once may pass it by a chunk each."""

    tasks: int
    bytes: int


class Chunks:
    """Keeps chunks; every method waits for the disk.

    Args:
        allowance: None for no bound.
    """

    def __init__(self, root: Path, allowance: Allowance | None) -> None:
        self._root = root
        self._allowance = allowance

    def add(self, task: Task, number: int, data: bytes) -> None:
        """Keep a chunk, in the place of the one with its number if there is one.

        Raises:
            Invalid: it is empty or too large, or the task has too many or too much; what the task
                has is dropped then, since it will never be complete.
            Throttled: the rep has begun too much that it has not finished.
        """
        folder = self._root / task.folder
        complaint = _fault(_sizes(folder), number, data)
        if complaint is not None:
            self.drop(folder)
            raise Invalid(complaint, {"chunk": complaint})
        self._check_allowance(folder, len(data))
        for tries_left in reversed(range(WRITE_TRIES)):
            try:
                folder.mkdir(parents=True, exist_ok=True)
                write_whole(folder / str(number), data)
            except (FileNotFoundError, FileExistsError):
                # The folder was taken or swept in this very moment: a new one is begun.
                if not tries_left:
                    raise
            else:
                return

    def received(self, task: Task) -> dict[int, int]:
        """Say which chunks are there, and the bytes of each.

        Raises:
            NoTask: none is.
        """
        folder = self._root / task.folder
        sizes = _sizes(folder)
        # Taken while it was read, it would look as if chunks were missing.
        if not sizes or not folder.is_dir():
            raise NoTask
        return dict(sorted(sizes.items()))

    def take(self, task: Task, counts: Collection[int] | None) -> Path:
        """Take a complete task; of several who try, one can.

        Args:
            counts: how many chunks it may have by what the client says; None if it does not say.

        Returns:
            the folder that its chunks are in now.

        Raises:
            NoTask: there is none, or somebody has taken it.
            Invalid: a chunk is missing; those that are there stay.
        """
        numbers = set(self.received(task))
        wanted = max(max(numbers) + 1, min(*(counts or (0,)), MOST_CHUNKS))
        missing = [number for number in range(wanted) if number not in numbers]
        if missing:
            shown = "、".join(map(str, missing[:SHOWN_GAPS]))
            complaint = f"上传异常,缺少分片{shown}{'等' if len(missing) > SHOWN_GAPS else ''}"
            raise Invalid(complaint, {"chunk": complaint})
        if counts and len(numbers) not in counts:
            complaint = f"分片数量不符,已收到{len(numbers)}个分片"
            raise Invalid(complaint, {"chunk": complaint})
        folder = self._root / task.folder
        taken = folder.with_name(f"{folder.name}.{secrets.token_hex(4)}")
        try:
            folder.rename(taken)
            os.utime(taken)  # so that no sweep takes it for one that a crash has left
        except FileNotFoundError:
            raise NoTask from None
        return taken

    def give_back(self, task: Task, taken: Path) -> None:
        """Let a task that was taken be taken again, unless it was begun anew."""
        try:
            taken.rename(self._root / task.folder)
        except OSError:
            self.drop(taken)

    def drop(self, folder: Path) -> None:
        """Remove a task with its chunks, and the rep's folder when it was the last."""
        for _ in range(DROP_TRIES):
            shutil.rmtree(folder, ignore_errors=True)
            # A chunk that was on its way when the folder was taken may have come in meanwhile.
            if not folder.exists():
                break
        with contextlib.suppress(OSError):
            folder.parent.rmdir()

    def sweep(self, kept_seconds: float) -> None:
        """Drop the tasks that have waited so long for a chunk, also those that a crash has left."""
        deadline = time.time() - kept_seconds
        for rep in _entries(self._root):
            for entry in _entries(Path(rep.path)):
                with contextlib.suppress(FileNotFoundError):
                    if entry.stat().st_mtime < deadline:
                        self.drop(Path(entry.path))

    def _check_allowance(self, folder: Path, size: int) -> None:
        if self._allowance is None:
            return
        sizes = {
            each.name: sum(_sizes(Path(each.path)).values()) for each in _entries(folder.parent)
        }
        is_new = folder.name not in sizes
        if (
            len(sizes) + is_new > self._allowance.tasks
            or sum(sizes.values()) + size > self._allowance.bytes
        ):
            raise Throttled("未完成的上传过多,请先完成或稍后再试", reason=Reason.UPLOADS)


def read(taken: Path) -> bytes:
    """Put the chunks of a task that was taken behind one another.

    Raises:
        Invalid: together they are too large.
    """
    sizes = _sizes(taken)
    if sum(sizes.values()) > MOST_BYTES:
        raise Invalid(_too_large(), {"file": _too_large()})
    return b"".join((taken / str(number)).read_bytes() for number in sorted(sizes))


def _fault(sizes: dict[int, int], number: int, data: bytes) -> str | None:
    """Say what is wrong with another chunk of a task."""
    if not data:
        return "分片内容不能为空"
    if len(data) > MOST_CHUNK_BYTES:
        return f"每个分片不能超过{MOST_CHUNK_BYTES >> 20}MB"
    if number >= MOST_CHUNKS:
        return f"分片不能超过{MOST_CHUNKS}个"
    if sum(sizes.values()) - sizes.get(number, 0) + len(data) > MOST_BYTES:
        return _too_large()
    return None


def _too_large() -> str:
    return f"文件不能超过{MOST_BYTES >> 20}MB"


def _sizes(folder: Path) -> dict[int, int]:
    """The chunks of a folder, by their numbers; what is being written has no number yet."""
    found = {}
    for entry in _entries(folder):
        if entry.name.isdigit():
            with contextlib.suppress(FileNotFoundError):
                found[int(entry.name)] = entry.stat().st_size
    return found


def _entries(folder: Path) -> Iterator[os.DirEntry[str]]:
    """What is in a folder that may not be there."""
    try:
        with os.scandir(folder) as entries:
            yield from list(entries)
    except (FileNotFoundError, NotADirectoryError):
        return
