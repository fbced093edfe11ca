"""Exports: long lists as files, read page by page for as long as somebody takes them.

Each page is a short statement of its own that begins behind the last row of the page before, so an
export holds no connection to the database while its client reads, and costs the same far down.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar

import structlog

from models.base import now
from services import sheets
from services.clock import day_of
from services.errors import Invalid, Throttled
from services.principals import AdminRep
from services.refusals import Reason
from services.sheets import Cell
from services.sheets import Kind as Kind

PAGE_ROWS: Final = 200
MOST_ROWS: Final = 100_000
MOST_OF_COMPANY: Final = 2
MOST_AT_ONCE: Final = 6

_log = structlog.get_logger("exports")

T = TypeVar("T")


class Abandoned(Exception):
    """Nobody takes the file any more."""


@dataclass(frozen=True, slots=True)
class Listing(Generic[T]):
    """A list as exports read it.

    Args:
        count: counts its rows as far as a number.
        pages: reads it in pages of a length.
    """

    count: Callable[[int], Awaitable[int]]
    pages: Callable[[int], AsyncGenerator[Sequence[T], None]]


@dataclass(frozen=True, slots=True)
class Export(Generic[T]):
    """A list that is to become a file.

    Args:
        title: what the file is about.
        head: what its columns are called.
        cells: writes one row.
    """

    title: str
    kind: Kind
    head: Sequence[str]
    listing: Listing[T]
    cells: Callable[[T], Sequence[Cell]]

    @property
    def file_name(self) -> str:
        """What the file is called today."""
        return f"{self.title}-{day_of(now()):%Y%m%d}.{self.kind.value}"


class Exports:
    """Writes files, a few at once, so that others do not wait for them.

    Args:
        page_rows: how many rows are read by one statement.
        most_rows: how long a list may be.
    """

    def __init__(self, page_rows: int = PAGE_ROWS, most_rows: int = MOST_ROWS) -> None:
        self.page_rows = page_rows
        self.most_rows = most_rows
        self._under_way: Counter[int] = Counter()

    @property
    def count(self) -> int:
        """How many are under way."""
        return self._under_way.total()

    async def write(
        self, rep: AdminRep, export: Export[Any], is_gone: Callable[[], bool]
    ) -> AsyncGenerator[bytes, None]:
        """Write a file, piece by piece; each is noted in the log.

        Args:
            is_gone: whether nobody takes it any more.

        Raises:
            Throttled: the company, or this process, writes enough of them already.
            Invalid: the list is too long.
            Abandoned: nobody takes it any more.
        """
        with self._turn(rep.company_id):
            if await export.listing.count(self.most_rows + 1) > self.most_rows:
                raise Invalid(f"超过{self.most_rows}条记录,请缩小筛选范围后再导出")
            pages = _Pages(export, self.page_rows, is_gone)
            is_whole = False
            try:
                source = sheets.written(export.kind, export.head, pages.read())
                async with aclosing(source) as pieces:
                    async for piece in pieces:
                        yield piece
                is_whole = True
            finally:
                _log.info(
                    "export",
                    rep_id=rep.id,
                    company_id=rep.company_id,
                    file=export.file_name,
                    rows=pages.rows,
                    is_whole=is_whole,
                )

    async def sweep(self) -> None:
        """Remove what processes that were killed over a file have left."""
        await asyncio.to_thread(sheets.sweep)

    @contextlib.contextmanager
    def _turn(self, company_id: int) -> Iterator[None]:
        if self._under_way[company_id] >= MOST_OF_COMPANY or self.count >= MOST_AT_ONCE:
            raise Throttled("正在导出的文件过多,请稍后再试", reason=Reason.EXPORTS)
        self._under_way[company_id] += 1
        try:
            yield
        finally:
            self._under_way[company_id] -= 1
            if not self._under_way[company_id]:
                del self._under_way[company_id]


class _Pages:
    """The pages of an export as cells, and how many rows have been read."""

    def __init__(self, export: Export[Any], length: int, is_gone: Callable[[], bool]) -> None:
        self._export = export
        self._length = length
        self._is_gone = is_gone
        self.rows = 0

    async def read(self) -> AsyncGenerator[list[Sequence[Cell]], None]:
        async with aclosing(self._export.listing.pages(self._length)) as pages:
            async for page in pages:
                if self._is_gone():
                    raise Abandoned
                self.rows += len(page)
                yield [self._export.cells(row) for row in page]
                # SQLite answers at once, and so may the client: others have to have their turn.
                await asyncio.sleep(0)
