"""Tables as files, read back by the programs that open them."""

from __future__ import annotations

import os
import time
from collections.abc import AsyncIterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from services import sheets
from services.sheets import Kind, Rows, defused
from tests.sheets import read_csv, read_xlsx

FORMULAS = [
    "=1+1",
    '=HYPERLINK("http://example.com","看")',
    "+8613800000001",
    "+86 138 0000 0001",
    "-2+3",
    "@SUM(A1:A2)",
    "\t=1",
    "\r=1",
    "\n=1",
    "  =1+1",
    "\u3000=1",
    "\ttext",
    "＝1+1",
    "＠吴",
    "012345",
    "8613800000001",
    "12e5",
    "1.5E+10",
    "0e1",
    "3.E2",
    ".5E3",
]
PLAIN = [
    "吴女士",
    "",
    "a,b",
    'say "hi"',
    "两\n行",
    "两\r\n行",
    "🌷👩‍👩‍👧",
    "13800000001",
    "0",
    "e5",
    "12e",
    "12e5x",
    "a=b",
    "2026-06-24 20:49:35",
    "'引号",
    "<b>&amp;",
]
READERS = {Kind.CSV: read_csv, Kind.XLSX: read_xlsx}


async def pages(*given: Rows) -> AsyncIterator[Rows]:
    """Give pages one by one."""
    for rows in given:
        yield rows


async def table(kind: Kind, head: Sequence[str], *given: Rows) -> list[list[Any]]:
    """Write a table and read it."""
    pieces = [piece async for piece in sheets.written(kind, head, pages(*given))]
    return READERS[kind](b"".join(pieces))


async def test_csv_is_read_as_it_was_written() -> None:
    rows: list[list[str | int]] = [[number, text] for number, text in enumerate(PLAIN)]
    found = await table(Kind.CSV, ["编号", "文字"], rows[:3], rows[3:])
    assert found == [["编号", "文字"], *[[str(number), text] for number, text in enumerate(PLAIN)]]


async def test_a_workbook_is_read_as_it_was_written() -> None:
    rows: list[list[str | int]] = [[number, text] for number, text in enumerate(PLAIN)]
    found = await table(Kind.XLSX, ["编号", "文字"], rows[:3], rows[3:])
    # Cells know one kind of line break.
    texts = [[number, text.replace("\r", "")] for number, text in enumerate(PLAIN)]
    assert found == [["编号", "文字"], *texts]


async def test_in_csv_a_text_that_is_no_formula_of_ours_has_an_apostrophe() -> None:
    found = await table(Kind.CSV, ["文字"], [[text] for text in FORMULAS])
    assert [row[0] for row in found[1:]] == [f"'{text}" for text in FORMULAS]


async def test_in_xlsx_a_text_like_a_formula_is_a_text_cell() -> None:
    # read_xlsx fails on a cell that is a formula, or that would become one by an edit.
    found = await table(Kind.XLSX, ["文字"], [[text] for text in FORMULAS])
    assert [row[0] for row in found[1:]] == [text.replace("\r", "\n") for text in FORMULAS]


def test_what_is_no_formula_stays_as_it_is() -> None:
    assert [text for text in PLAIN if defused(text) != text] == []


@pytest.mark.parametrize("kind", Kind)
async def test_a_table_without_rows_has_its_head(kind: Kind) -> None:
    assert await table(kind, ["编号", "文字"]) == [["编号", "文字"]]


def files(folder: Path) -> list[Path]:
    """What is in a folder."""
    return [*folder.iterdir()]


async def test_an_abandoned_workbook_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))

    async def broken() -> AsyncIterator[Rows]:
        yield [["一"]]
        assert files(tmp_path)
        raise ConnectionError

    with pytest.raises(ConnectionError):
        async for _ in sheets.written(Kind.XLSX, ["文字"], broken()):
            pass
    assert files(tmp_path) == []


def test_folders_that_killed_processes_have_left_are_swept_after_a_day(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    old = time.time() - timedelta(hours=25).total_seconds()
    kept = ["zhugeleida-table-new", "zhugeleida-other", "another"]
    for name in ["zhugeleida-table-old", *kept]:
        (tmp_path / name).mkdir()
        (tmp_path / name / "table.xlsx").write_bytes(b"x")
        if not name.endswith("new"):
            os.utime(tmp_path / name, (old, old))
    (tmp_path / "zhugeleida-table-link").symlink_to(tmp_path / "another")
    os.utime(tmp_path / "zhugeleida-table-link", (old, old), follow_symlinks=False)
    sheets.sweep()
    found = {each.name for each in tmp_path.iterdir()}
    assert found == {*kept, "zhugeleida-table-link"}
    assert (tmp_path / "another" / "table.xlsx").exists()
