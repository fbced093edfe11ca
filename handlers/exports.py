"""Calls that answer with a file, which is written while it is read."""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from email.utils import encode_rfc2231
from typing import Any, Final, Literal

import structlog
from tornado.iostream import StreamClosedError

from handlers import auditing
from handlers.base import EndpointHandler
from handlers.codes import Code
from handlers.endpoint import Endpoint, Raw
from handlers.wire import Wire, wire
from services.errors import DatabaseAway
from services.exports import Abandoned, Export, Kind
from services.principals import AdminRep

MEDIA_TYPES: Final = {
    Kind.CSV: "text/csv; charset=utf-8",
    Kind.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}

_log = structlog.get_logger("http")


class FileParams(Wire):
    """As what kind of file the answer is wanted."""

    format: Literal["csv", "xlsx"] = wire("format", title="文件格式", default="csv")

    @property
    def kind_of_file(self) -> Kind:
        """The same in the words of the business."""
        return Kind(self.format)


def export_at(
    path: str, params: type[FileParams], run: Callable[..., Awaitable[Export[Any]]]
) -> Raw:
    """Serve a file at a path to reps with role 1, read and refused as every other call.

    Args:
        run: says what the file is made of.
    """
    endpoint = Endpoint("GET", (path,), (AdminRep,), params, "", run, audited=True)
    options = {"endpoints": [endpoint], "path_values": {}}
    return Raw(rf"{re.escape(path)}/?", ExportHandler, options, path)


class ExportHandler(EndpointHandler):
    """Answers with a file; a refusal is an envelope like any other."""

    _export: Export[Any] | None = None

    async def serve(self) -> None:
        """Authenticate and validate as ever, then write the file."""
        await super().serve()
        if self._export is not None:
            assert isinstance(self.caller, AdminRep)
            exports = self.services.exports
            pieces = exports.write(self.caller, self._export, self.gone.is_set)
            with self.services.under_way:
                async with aclosing(pieces):
                    await self._send(self._export, pieces)

    get = post = put = delete = patch = head = options = serve

    def _succeed(self, chosen: Endpoint, data: Export[Any]) -> None:
        self._export = data

    async def _send(self, export: Export[Any], pieces: AsyncGenerator[bytes, None]) -> None:
        try:
            piece = await anext(pieces)
        except Abandoned:
            return
        except Exception as error:  # noqa: BLE001 - refuse() passes on what is not a refusal
            await auditing.finish(self.trail, error)
            self.refuse(error)
            return
        self._begin(export)
        try:
            await self.hand_over(piece)
            async for piece in pieces:
                await self.hand_over(piece)
        except (Abandoned, StreamClosedError):
            return
        except (DatabaseAway, TimeoutError) as error:
            _log.warning("file cut off", endpoint=self.endpoint_name, error=str(error))
            self.cut_off()
        except BaseException:
            self.cut_off()
            raise

    def _begin(self, export: Export[Any]) -> None:
        self.code = Code.OK
        name = encode_rfc2231(export.file_name, "UTF-8")
        self.set_header("Content-Type", MEDIA_TYPES[export.kind])
        self.set_header("Content-Disposition", f"attachment; filename*={name}")
        self.set_header("Cache-Control", "no-store")
