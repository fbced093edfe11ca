"""Tables that endpoints answer with, as files for spreadsheets."""

from __future__ import annotations

from typing import Any, Final, Literal

from handlers.call import Call, Streamed
from handlers.wire import Wire, wire
from services.exports import Export, Kind
from services.principals import AdminRep

MEDIA_TYPES: Final = {
    Kind.CSV: "text/csv; charset=utf-8",
    Kind.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


class FileParams(Wire):
    """As what kind of file the answer is wanted."""

    format: Literal["csv", "xlsx"] = wire("format", title="文件格式", default="csv")

    @property
    def kind_of_file(self) -> Kind:
        """The same in the words of the business."""
        return Kind(self.format)


def table(call: Call[AdminRep], export: Export[Any]) -> Streamed:
    """Answer with a list as a file, which is written for as long as somebody takes it."""
    parts = call.services.exports.write(call.caller, export, call.gone.is_set)
    return Streamed(export.file_name, MEDIA_TYPES[export.kind], parts)
