"""The one way from a request to an answer: authenticate, validate, run, answer."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import sys
import time
from collections.abc import Awaitable, Collection, Mapping, Sequence
from email.utils import encode_rfc2231
from http import HTTPStatus
from types import TracebackType
from typing import Any, Final

import structlog
from tornado.http1connection import HTTP1Connection
from tornado.httputil import HTTPInputError
from tornado.iostream import StreamClosedError
from tornado.web import HTTPError, RequestHandler

from handlers import auditing, auth, wire
from handlers.call import Call, Redirect, Said, Services, Streamed
from handlers.codes import (
    FAULT_TEXT,
    HTTP_STATUS,
    UNKNOWN_URL_TEXT,
    WRONG_METHOD_TEXT,
    Code,
    code_of,
    text_of,
)
from handlers.endpoint import Endpoint
from services.audit import Trail
from services.errors import BadSignature, BadType, DatabaseAway, ServiceError, Throttled
from services.exports import Abandoned
from services.principals import Principal

JSON_TYPE: Final = "application/json; charset=UTF-8"
STALL_SECONDS: Final = 60.0
"""How long a client may take for one piece of a file."""

_log = structlog.get_logger("http")
_access_log = structlog.get_logger("access")


class BaseHandler(RequestHandler):
    """What every handler shares: the request id, the envelope, errors and the access line."""

    caller: Principal | None = None
    endpoint_name = ""
    code: int | None = None

    @property
    def services(self) -> Services:
        services: Services = self.settings["services"]
        return services

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.request_id = secrets.token_hex(8)
        structlog.contextvars.bind_contextvars(request_id=self.request_id)
        super().__init__(*args, **kwargs)

    def set_default_headers(self) -> None:
        self.set_header("Content-Type", JSON_TYPE)
        self.set_header("X-Content-Type-Options", "nosniff")
        self.clear_header("Server")
        if self.services.readiness.is_stopping:
            self.set_header("Connection", "close")

    def compute_etag(self) -> str | None:
        """No etag: an answer is never the same as the last one."""
        return None

    def head(self, *args: Any, **kwargs: Any) -> Awaitable[None] | None:
        """Answer as to a GET; of what is written only the headers go out."""
        return self.get(*args, **kwargs)

    def envelope(
        self,
        code: Code,
        msg: str,
        data: Any,
        *,
        extra: Mapping[str, Any] | None = None,
        status: HTTPStatus | None = None,
    ) -> str:
        """Set the headers of an answer with the envelope and give its text."""
        self.code = code
        self.set_status(status or HTTP_STATUS.get(code, HTTPStatus.OK))
        self.set_header("Content-Type", JSON_TYPE)
        return wire.to_json({"code": code, "msg": msg, "data": data, **(extra or {})})

    def answer(self, code: Code, msg: str, data: Any, **options: Any) -> None:
        """Finish with the envelope; options as those of ``envelope``."""
        self.finish(self.envelope(code, msg, data, **options))

    def refuse(self, error: Exception) -> None:
        """Finish with the code and text of a refusal; what is none goes on as a fault of ours."""
        code = code_of(error)
        if code is None:
            raise error
        if code == Code.AWAY:
            _log.warning("upstream or database away", endpoint=self.endpoint_name, error=str(error))
        if isinstance(error, Throttled):
            self.services.metrics.refuse(error.reason)
        errors = error.errors if isinstance(error, ServiceError) else {}
        self.answer(code, text_of(error), {"errors": errors} if errors else {})

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        error = kwargs.get("exc_info", (None, None, None))[1]
        if isinstance(error, HTTPInputError) or status_code == HTTPStatus.BAD_REQUEST:
            self.answer(Code.BAD_TYPE, "请求内容格式错误", {})
        elif status_code == HTTPStatus.METHOD_NOT_ALLOWED:
            self.answer(Code.WRONG_METHOD, WRONG_METHOD_TEXT, {})
        elif status_code in (HTTPStatus.NOT_FOUND, HTTPStatus.FORBIDDEN):
            self.answer(Code.FORBIDDEN, UNKNOWN_URL_TEXT, {}, status=HTTPStatus.NOT_FOUND)
        else:
            self.answer(Code.FAULT, FAULT_TEXT, {"request_id": self.request_id})

    def log_exception(
        self,
        typ: type[BaseException] | None,
        value: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        if isinstance(value, (HTTPError, HTTPInputError)):
            return
        _log.error("fault", endpoint=self.endpoint_name, exc_info=(typ, value, tb))


class EndpointHandler(BaseHandler):
    """Serves every declared endpoint."""

    trail: Trail | None = None

    def initialize(self, endpoints: Sequence[Endpoint], path_values: dict[str, str]) -> None:
        self.gone = asyncio.Event()
        self.endpoints = endpoints
        self.path_values = path_values
        self.endpoint_name = endpoints[0].name

    def on_connection_close(self) -> None:
        self.gone.set()

    async def serve(self) -> None:
        """Authenticate, validate, run, answer."""
        with self.services.under_way:
            await self._serve()

    async def _serve(self) -> None:
        endpoints = [each for each in self.endpoints if each.method == self.request.method]
        if not endpoints:
            self.answer(Code.WRONG_METHOD, WRONG_METHOD_TEXT, {})
            return
        try:
            chosen, self.caller = await auth.authenticate(
                self.request, endpoints, self.services.sessions
            )
            self.endpoint_name = chosen.name
            if chosen.setting and not getattr(self.services.settings, chosen.setting):
                raise BadSignature
            given = {} if chosen.params is None else self._given(chosen)
            address = self.request.remote_ip or ""
            if chosen.is_audited:
                values, number = self.path_values, self.request_id
                self.trail = auditing.trail(chosen, given, values, address, number)
                await auditing.begin(self.trail, self.caller)
            call = Call(self.caller, self.services, address, self.gone, self.trail)
            if chosen.params is None:
                data = await chosen.run(call)
            else:
                data = await chosen.run(call, wire.read(chosen.params, given))
        except Exception as error:  # noqa: BLE001 - refuse() passes on what is not a refusal
            await self._turn_down(error)
            return
        if isinstance(data, Streamed):
            async with contextlib.aclosing(data.parts):
                await self._stream(data)
            return
        await auditing.finish(self.trail, data.refusal if isinstance(data, Redirect) else None)
        self._succeed(chosen, data)

    get = post = put = delete = patch = head = options = serve

    async def _turn_down(self, error: Exception) -> None:
        await auditing.finish(self.trail, error)
        self.refuse(error)

    def _succeed(self, chosen: Endpoint, data: Any) -> None:
        if isinstance(data, Redirect):
            self.code = HTTPStatus.FOUND
            self.redirect(data.location)
            return
        msg = chosen.success
        if isinstance(data, Said):
            msg, data = data.msg, data.data
        self.answer(Code.OK, msg, {} if data is None else data, extra=chosen.extra)

    async def _stream(self, data: Streamed) -> None:
        try:
            part = await anext(data.parts)
        except Abandoned:
            await auditing.finish(self.trail, None)
            return
        except Exception as error:  # noqa: BLE001 - refuse() passes on what is not a refusal
            await self._turn_down(error)
            return
        await auditing.finish(self.trail, None)
        self._begin(data)
        try:
            await self._hand_over(part)
            async for part in data.parts:
                await self._hand_over(part)
        except (Abandoned, StreamClosedError):
            return
        except (DatabaseAway, TimeoutError) as error:
            _log.warning("file cut off", endpoint=self.endpoint_name, error=str(error))
            self._cut_off()
            return
        except Exception:  # noqa: BLE001 - half of it must not look like the whole
            self.log_exception(*sys.exc_info())
            self._cut_off()
            return
        self.finish()

    def _begin(self, data: Streamed) -> None:
        self.code = Code.OK
        name = data.file_name
        given = f'="{name}"' if name.isascii() else f"*={encode_rfc2231(name, 'UTF-8')}"
        self.set_header("Content-Type", data.content_type)
        self.set_header("Content-Disposition", f"attachment; filename{given}")
        self.set_header("Cache-Control", "no-store")

    async def _hand_over(self, piece: str | bytes) -> None:
        """Write a piece of a file, and wait until the client takes more.

        Raises:
            TimeoutError: it takes nothing.
        """
        self.write(piece)
        async with asyncio.timeout(STALL_SECONDS):
            await self.flush()

    def _cut_off(self) -> None:
        """Close the connection: an answer that just ends would look like the whole file."""
        self.code = Code.AWAY
        connection = self.request.connection
        assert isinstance(connection, HTTP1Connection)
        connection.close()

    def _given(self, chosen: Endpoint) -> dict[str, Any]:
        """Merge what was sent: the path wins over the body, which wins over the query."""
        lists = chosen.params.lists if chosen.params else frozenset()
        given: dict[str, Any] = {
            name: value
            for name, value in _values(self.request.query_arguments, lists).items()
            if not (chosen.callers and name in auth.SIGNATURE_NAMES)
        }
        if self.request.method == "POST":
            given.update(self._body(lists))
            given.update(self._files(chosen))
        given.update(self.path_values)
        cleaned: dict[str, Any] = wire.clean(given)
        return cleaned

    def _body(self, lists: Collection[str]) -> dict[str, Any]:
        content_type = self.request.headers.get("Content-Type", "")
        if content_type.startswith("application/json"):
            body = wire.from_json(self.request.body or b"{}", "请求内容")
            if not isinstance(body, dict):
                raise BadType("请求内容不是正确的JSON")
            return body
        return _values(self.request.body_arguments, lists)

    def _files(self, chosen: Endpoint) -> dict[str, bytes]:
        """Take the last file of each field that is one, without its name."""
        wanted = chosen.params.files if chosen.params else frozenset()
        return {
            name: files[-1].body for name, files in self.request.files.items() if name in wanted
        }


class UnknownUrl(BaseHandler):
    """Answers every URL that nothing else serves, by whatever method it is called."""

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        super().write_error(HTTPStatus.NOT_FOUND, **kwargs)


def log_request(handler: BaseHandler) -> None:
    """Write the one access line of a request; never the query, which holds the signature."""
    seconds = time.time() - handler.request._start_time
    handler.services.metrics.observe(handler.endpoint_name, handler.code, seconds)
    caller = handler.caller
    _access_log.info(
        "request",
        method=handler.request.method,
        endpoint=handler.endpoint_name or handler.request.path,
        caller=f"{type(caller).__name__}:{caller.id}" if caller else None,
        status=handler.get_status(),
        code=handler.code,
        ms=round(seconds * 1000, 1),
    )


def _values(arguments: Mapping[str, list[bytes]], lists: Collection[str]) -> dict[str, Any]:
    """Take the last value of each parameter, and all of those that may be repeated."""
    return {
        name: [_text(value) for value in values]
        if name in lists and len(values) > 1
        else _text(values[-1])
        for name, values in arguments.items()
    }


def _text(value: bytes) -> str:
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        raise BadType("请求内容不是正确的UTF-8文本") from None
