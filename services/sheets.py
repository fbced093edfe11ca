"""Tables as files that spreadsheets open, written page by page.

What customers call themselves ends up in the spreadsheet of somebody in the company, where a text
that begins like a formula would be one. In CSV such a text gets an apostrophe before it; in XLSX
every text is a text cell, so that it stays as it is.
"""

from __future__ import annotations

import asyncio
import contextlib
import csv
import io
import os
import re
import shutil
import stat
import time
from collections.abc import AsyncGenerator, AsyncIterator, Iterable, Sequence
from datetime import timedelta
from enum import Enum
from pathlib import Path
from tempfile import TemporaryDirectory, gettempdir
from typing import Final

from xlsxwriter import Workbook

Cell = str | int
Rows = Sequence[Sequence[Cell]]

BYTE_ORDER_MARK: Final = "\ufeff"
CHUNK_BYTES: Final = 64 * 1024
COLUMN_WIDTH: Final = 20
FORMULA: Final = re.compile(r"\s*[=+\-@\t\r\n＝＋－＠]|[\t\r\n]")
"""How a text begins that a spreadsheet may take for a formula; some take the wide signs too."""

LEFT_BEHIND: Final = timedelta(days=1)
"""How old a temporary folder is whose process has died: no table takes nearly as long."""

OTHER_NUMBER: Final = re.compile(r"0[0-9]+|[0-9]{12,}|([0-9]+\.?[0-9]*|\.[0-9]+)[eE][+-]?[0-9]+")
"""What a spreadsheet shows as another number: without the zero, as 8.6E+12, or 12e5 as 1.2E+6."""

_PREFIX: Final = "zhugeleida-table-"
_BREAK: Final = re.compile("\r\n?")


class Kind(Enum):
    """What a table can be written as."""

    CSV = "csv"
    XLSX = "xlsx"


def defused(text: str) -> str:
    """Put an apostrophe before a text that a spreadsheet would take for something else."""
    is_taken = FORMULA.match(text) or OTHER_NUMBER.fullmatch(text)
    return f"'{text}" if is_taken else text


def written(
    kind: Kind, head: Sequence[str], pages: AsyncIterator[Rows]
) -> AsyncGenerator[bytes, None]:
    """Write a table as a file, piece by piece.

    CSV is given away page by page. XLSX is an archive whose index stands at its end, so it becomes
    a temporary file first: nothing is given away before the last page has been read.
    """
    return (_as_csv if kind is Kind.CSV else _as_xlsx)(head, pages)


async def _as_csv(head: Sequence[str], pages: AsyncIterator[Rows]) -> AsyncGenerator[bytes, None]:
    # Without the mark Excel takes the text for another encoding than UTF-8.
    yield (BYTE_ORDER_MARK + _lines([head])).encode()
    async for rows in pages:
        yield _lines(rows).encode()


def _lines(rows: Iterable[Sequence[Cell]]) -> str:
    text = io.StringIO(newline="")
    csv.writer(text).writerows(
        [defused(cell) if isinstance(cell, str) else cell for cell in row] for row in rows
    )
    return text.getvalue()


async def _as_xlsx(head: Sequence[str], pages: AsyncIterator[Rows]) -> AsyncGenerator[bytes, None]:
    with TemporaryDirectory(prefix=_PREFIX, ignore_cleanup_errors=True) as folder:
        path = Path(folder) / "table.xlsx"
        book = await asyncio.to_thread(_Book, path, head)
        try:
            async for rows in pages:
                await asyncio.to_thread(book.add, rows)
        finally:
            # Half a book is closed too: its temporary files are open.
            await asyncio.to_thread(book.close)
        with path.open("rb") as file:
            while piece := await asyncio.to_thread(file.read, CHUNK_BYTES):
                yield piece


def sweep() -> None:
    """Remove the temporary folders of this user that killed processes have left; for a thread."""
    before = time.time() - LEFT_BEHIND.total_seconds()
    for folder in Path(gettempdir()).glob(f"{_PREFIX}*"):
        with contextlib.suppress(FileNotFoundError):  # another process sweeps too
            found = folder.lstat()
            is_ours = stat.S_ISDIR(found.st_mode) and found.st_uid == os.getuid()
            if is_ours and found.st_mtime < before:
                shutil.rmtree(folder, ignore_errors=True)


class _Book:
    """A workbook of one sheet that keeps one row in memory; for a thread."""

    def __init__(self, path: Path, head: Sequence[str]) -> None:
        self._book = Workbook(path, {"constant_memory": True, "tmpdir": str(path.parent)})
        # A cell that is text stays so when somebody edits it.
        self._text = self._book.add_format({"num_format": "@", "quote_prefix": True})
        self._sheet = self._book.add_worksheet()
        self._sheet.set_column(0, len(head) - 1, COLUMN_WIDTH)
        self._sheet.freeze_panes(1, 0)
        self._count = 0
        self.add([head])

    def add(self, rows: Rows) -> None:
        """Write rows behind those that are there."""
        for row in rows:
            for column, cell in enumerate(row):
                if isinstance(cell, str):
                    text = _BREAK.sub("\n", cell)  # the one that cells know
                    self._sheet.write_string(self._count, column, text, self._text)
                else:
                    self._sheet.write_number(self._count, column, cell)
            self._count += 1

    def close(self) -> None:
        """Put the file together."""
        self._book.close()
