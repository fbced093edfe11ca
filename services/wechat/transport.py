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
from tornado.simple_httpclient import HTTPTimeoutError, SimpleAsyncHTTPClient

from services.errors import UpstreamAway, UpstreamSilent

MAX_CLIENTS: Final = 100
MAX_ANSWER_BYTES: Final = 4 * 1024 * 1024
CONNECT_TRIES: Final = 3
NOT_ASKED_YET: Final = ("Timeout while connecting", "Timeout in request queue")
"""What Tornado says of a timeout before anything was sent."""
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
        UpstreamSilent: it was sent, and no whole answer came in time.
        UpstreamAway: no connection, or any other HTTP status.
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
        failure = away(url, str(error) or type(error).__name__)
        raise (failure if _never_sent(error) else UpstreamSilent()) from error
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
    if isinstance(error, HTTPTimeoutError):
        return error.message in NOT_ASKED_YET
    return _not_connected(error)


def _not_connected(error: BaseException) -> bool:
    """Whether there was no connection, and that was found out at once."""
    return isinstance(error, socket.gaierror) or (
        isinstance(error, OSError) and error.errno in UNREACHABLE
    )


@retry(
    retry=retry_if_exception(_not_connected),
    stop=stop_after_attempt(CONNECT_TRIES),
    wait=wait_random(0.05, 0.2),
    reraise=True,
)
async def _fetch(http: SimpleAsyncHTTPClient, request: HTTPRequest) -> HTTPResponse:
    return await http.fetch(request, raise_error=False)
