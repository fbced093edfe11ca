"""Exported files as the programs that open them read them."""

from __future__ import annotations

import csv
import io
from typing import Any

from openpyxl import load_workbook
from tornado.httpclient import HTTPResponse

from tests.api import Api, Caller

XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV_TYPE = "text/csv; charset=utf-8"


async def export(
    api: Api, path: str, caller: Caller, **query: object
) -> tuple[HTTPResponse, list[list[Any]]]:
    """Export a table and read it, the heads of its columns included."""
    response = await api.fetch("GET", path, query, caller=caller)
    assert response.code == 200, response
    is_csv = query.get("format", "csv") == "csv"
    assert response.headers["Content-Type"] == (CSV_TYPE if is_csv else XLSX_TYPE), response.body
    return response, read_csv(response.body) if is_csv else read_xlsx(response.body)


def read_csv(body: bytes) -> list[list[Any]]:
    """Read CSV; the mark at its beginning tells the encoding."""
    assert body.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(body.decode("utf-8-sig"), newline=""), strict=True))


def read_xlsx(body: bytes) -> list[list[Any]]:
    """Read a workbook; a formula in it fails the test."""
    book = load_workbook(io.BytesIO(body))
    rows = [list(row) for row in book.active.iter_rows()] if book.active is not None else []
    kinds = {cell.data_type for row in rows for cell in row}
    assert kinds <= {"s", "n", "inlineStr"}, kinds
    assert all(cell.number_format == "@" for row in rows for cell in row if cell.data_type != "n")
    return [["" if cell.value is None else cell.value for cell in row] for row in rows]
