"""How large a body may be, and what is answered when it is larger."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Final

from tornado.httputil import (
    HTTPHeaders,
    HTTPMessageDelegate,
    RequestStartLine,
    ResponseStartLine,
)
from tornado.web import stream_request_body

from handlers.base import BaseHandler
from handlers.codes import TOO_LARGE_TEXT, Code

MOST_BODY_BYTES: Final = 4 * 1024 * 1024
MOST_DROPPED_BYTES: Final = 4 * MOST_BODY_BYTES
DROPPING_SECONDS: Final = 5

StartLine = RequestStartLine | ResponseStartLine


@stream_request_body
class TooLarge(BaseHandler):
    """Answers a request whose body is too large before it is read.

    What the client goes on sending is read and dropped, up to a bound: a connection that is closed
    upon data is reset, and the client may lose the answer.

    Args:
        is_sending: whether there is something to drop, or the client waits with it for the answer.
    """

    def initialize(self, *, is_sending: bool) -> None:
        self._is_sending = is_sending
        self._dropped = 0

    def prepare(self) -> None:
        text = self.envelope(Code.TOO_LARGE, TOO_LARGE_TEXT, {}).encode()
        if not self._is_sending:
            self.finish(text)
            return
        self.set_header("Content-Length", len(text))
        self.write(text)
        self.flush()

    def data_received(self, chunk: bytes) -> None:
        self._dropped += len(chunk)
        if self._dropped > MOST_DROPPED_BYTES:
            self.finish()

    def on_connection_close(self) -> None:
        super().on_connection_close()
        if not self._finished:
            self.finish()

    def write_error(self, status_code: int, **kwargs: object) -> None:
        self.answer(Code.TOO_LARGE, TOO_LARGE_TEXT, {})

    def end(self) -> None:
        """End the request, which has been answered and of which all has been dropped."""
        self.finish()

    get = post = put = delete = patch = head = options = end


class Bounded(HTTPMessageDelegate):
    """Hands a body on that does not tell its length, until it is too large.

    Args:
        target: what serves the request.
        refusal: makes what answers it instead, once it is too large.
    """

    def __init__(
        self, target: HTTPMessageDelegate, refusal: Callable[[], HTTPMessageDelegate]
    ) -> None:
        self._target = target
        self._refusal = refusal
        self._left = MOST_BODY_BYTES
        self._head: tuple[StartLine, HTTPHeaders] | None = None

    def headers_received(
        self, start_line: StartLine, headers: HTTPHeaders
    ) -> Awaitable[None] | None:
        self._head = start_line, headers
        return self._target.headers_received(start_line, headers)

    def data_received(self, chunk: bytes) -> Awaitable[None] | None:
        is_refused = self._left < 0
        self._left -= len(chunk)
        if is_refused or self._left >= 0:
            return self._target.data_received(chunk)
        assert self._head is not None
        self._target.on_connection_close()
        self._target = self._refusal()
        return self._target.headers_received(*self._head)

    def finish(self) -> None:
        self._target.finish()

    def on_connection_close(self) -> None:
        self._target.on_connection_close()
