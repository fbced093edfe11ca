"""From a request to the handler that serves it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import partial
from ipaddress import ip_address

from tornado.http1connection import HTTP1Connection
from tornado.httputil import HTTPMessageDelegate, HTTPServerRequest
from tornado.routing import Router
from tornado.web import Application

from handlers import auth
from handlers.base import EndpointHandler, UnknownUrl, log_request
from handlers.bodies import DROPPING_SECONDS, MOST_BODY_BYTES, Bounded, TooLarge
from handlers.call import Services
from handlers.endpoint import Routes, collect, collect_raw

_SLASHES = re.compile("^/+")


class EdgeRouter(Router):
    """Finds declared endpoints by their path, then the ordinary handlers, and bounds every body.

    Args:
        trusted_proxies: the addresses whose word for a client's address is taken.
    """

    def __init__(
        self, application: Application, routes: Routes, trusted_proxies: Iterable[str]
    ) -> None:
        self.application = application
        self.routes = routes
        self._trusted = frozenset(map(ip_address, trusted_proxies))

    def find_handler(self, request: HTTPServerRequest, **_: object) -> HTTPMessageDelegate | None:
        request.path = _SLASHES.sub("/", request.path)
        request.remote_ip = auth.address_of(request, self._trusted)
        connection, headers = request.connection, request.headers
        assert isinstance(connection, HTTP1Connection)
        length = _body_bytes(request)
        if length > MOST_BODY_BYTES:
            connection.set_max_body_size(length)
            connection.set_body_timeout(DROPPING_SECONDS)
            is_sending = not ("Expect" in headers or "Transfer-Encoding" in headers)
            return self._refusal(request, is_sending=is_sending)
        if "Transfer-Encoding" in headers:
            # What grows too large is ours to answer: Tornado does so without an envelope.
            return Bounded(self._target(request), partial(self._refusal, request, is_sending=True))
        connection.set_max_body_size(MOST_BODY_BYTES)
        return self._target(request)

    def _refusal(self, request: HTTPServerRequest, *, is_sending: bool) -> HTTPMessageDelegate:
        options = {"is_sending": is_sending}
        return self.application.get_handler_delegate(request, TooLarge, options)

    def _target(self, request: HTTPServerRequest) -> HTTPMessageDelegate:
        endpoints, path_values = self.routes.find(request.path)
        if endpoints:
            target = {"endpoints": endpoints, "path_values": path_values}
            return self.application.get_handler_delegate(request, EndpointHandler, target)
        return self.application.find_handler(request)


def make_router(services: Services) -> EdgeRouter:
    """Put the declared endpoints and the ordinary handlers behind one router."""
    application = Application(
        [(raw.pattern, raw.handler, {**raw.options}) for raw in collect_raw()],
        default_handler_class=UnknownUrl,
        log_function=log_request,
        websocket_max_message_size=64 * 1024,
        services=services,
    )
    return EdgeRouter(application, Routes(collect()), services.settings.trusted_proxies)


def _body_bytes(request: HTTPServerRequest) -> int:
    length = request.headers.get("Content-Length", "0")
    return int(length) if length.isascii() and length.isdigit() else 0
