"""Where the server listens, and what it lets in there."""

from __future__ import annotations

import socket

from tornado.httpserver import HTTPServer
from tornado.netutil import bind_sockets

from conf.settings import Settings, SettingsError
from handlers.routing import EdgeRouter


def bind(settings: Settings) -> list[socket.socket]:
    """Take the address and the port.

    Raises:
        SettingsError: they are not to be had.
    """
    try:
        return bind_sockets(settings.port, settings.address, family=socket.AF_UNSPEC)
    except socket.gaierror as error:
        raise SettingsError(f"ZHUGE_ADDRESS: {settings.address}: {error.strerror}") from None
    except OSError as error:
        raise SettingsError(f"ZHUGE_PORT: {settings.port}: {error.strerror}") from None


def make_http_server(router: EdgeRouter) -> HTTPServer:
    """Make the HTTP server; it does not listen yet."""
    return HTTPServer(
        router,
        max_body_size=1 << 40,  # the router sets the real bound, and answers what is over it
        idle_connection_timeout=120,
        body_timeout=60,
    )
