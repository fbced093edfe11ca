"""HTTP to WeChat: one place that sends requests and turns whatever goes wrong into UpstreamAway."""

from __future__ import annotations

import errno
import socket
from typing import Final
from urllib.parse import urlsplit

import structlog
from tenacity import retry, retry_if_exception, stop_after_attempt, wait_random
from tornado.httpclient import HTTPClientError, HTTPRequest, HTTPResponse
from tornado.iostream import StreamBufferFullError, UnsatisfiableReadError
from tornado.netutil import Resolver
from tornado.simple_httpclient import SimpleAsyncHTTPClient

from services.errors import UpstreamAway

MAX_CLIENTS: Final = 100
MAX_ANSWER_BYTES: Final = 4 * 1024 * 1024
CONNECT_TRIES: Final = 3
UNREACHABLE: Final = frozenset({errno.ECONNREFUSED, errno.EHOSTUNREACH, errno.ENETUNREACH})

log = structlog.get_logger(__name__)


def open_http(
    resolver: Resolver | None = None, max_body_bytes: int = MAX_ANSWER_BYTES
) -> SimpleAsyncHTTPClient:
    """Make an HTTP client of its own, inside the running loop.

    Args:
        resolver: looks up the hosts; the system's if None.
        max_body_bytes: an answer that is longer is cut off while it is being read, and fails.
    """
    return SimpleAsyncHTTPClient(
        force_instance=True,
        max_clients=MAX_CLIENTS,
        resolver=resolver,
        max_body_size=max_body_bytes,
    )


async def send(
    http: SimpleAsyncHTTPClient,
    url: str,
    *,
    timeout_seconds: float,
    body: bytes | None = None,
    content_type: str = "application/json",
) -> bytes:
    """GET the URL, or POST the body to it, and return what HTTP 200 brings.

    Raises:
        UpstreamAway: no connection, no answer in time, a broken one, or any other HTTP status.
    """
    request = HTTPRequest(
        url,
        method="GET" if body is None else "POST",
        headers={} if body is None else {"Content-Type": content_type},
        body=body,
        connect_timeout=timeout_seconds,
        request_timeout=timeout_seconds,
        follow_redirects=False,
        # A few bytes of gzip may be very many afterwards, and WeChat's answers are small.
        decompress_response=False,
    )
    try:
        answer = await _fetch(http, request)
    except (HTTPClientError, OSError, StreamBufferFullError, UnsatisfiableReadError) as error:
        raise away(url, str(error) or type(error).__name__) from error
    if answer.code != 200:
        raise away(url, f"HTTP {answer.code}")
    return answer.body


def away(url: str, reason: str) -> UpstreamAway:
    """Note for the operators why a call failed, and make the error to raise.

    The query stays out of the log: secrets, codes and tokens are in it.
    """
    parts = urlsplit(url)
    log.warning("wechat_away", host=parts.hostname, path=parts.path, reason=reason)
    return UpstreamAway()


def _never_sent(error: BaseException) -> bool:
    """Whether no byte of the request can have reached WeChat; a code is good for one try only."""
    return isinstance(error, socket.gaierror) or (
        isinstance(error, OSError) and error.errno in UNREACHABLE
    )


@retry(
    retry=retry_if_exception(_never_sent),
    stop=stop_after_attempt(CONNECT_TRIES),
    wait=wait_random(0.05, 0.2),
    reraise=True,
)
async def _fetch(http: SimpleAsyncHTTPClient, request: HTTPRequest) -> HTTPResponse:
    return await http.fetch(request, raise_error=False)
