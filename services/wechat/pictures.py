"""Pictures that WeChat hosts, fetched so that no URL can lead the server astray (decisions T18)."""

from __future__ import annotations

import ipaddress
import re
import socket
from typing import Any, Final
from urllib.parse import urlsplit

from tornado.netutil import Resolver

from services.errors import Invalid
from services.wechat.transport import open_http, send

# The whole URL, not its parts: parsers disagree about user names, backslashes and blanks in it.
HOSTED_BY_WECHAT: Final = re.compile(
    r"https://(?:[a-z0-9-]+\.)+(?:qlogo|qpic)\.cn(?::443)?/[!-~]*", re.IGNORECASE | re.ASCII
)
REST_OF_URL: Final = re.compile(r"/[!-~]*", re.ASCII)
WORD: Final = re.compile(r"[A-Za-z0-9]+")
LONGEST_NAME: Final = 64
NOBODY: Final = "nobody"


class AddressInsideError(OSError):
    """A public name leads to an address inside."""


class OutsideResolver(Resolver):
    """Looks up hosts and refuses every one of which an address is not on the public internet.

    The connection is made to the very addresses that were checked, so a name server that answers
    differently the second time gains nothing.
    """

    resolver: Resolver

    def initialize(self, resolver: Resolver) -> None:
        """Take the resolver that does the looking up (Tornado's way to construct)."""
        self.resolver = resolver

    async def resolve(
        self, host: str, port: int, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[tuple[int, Any]]:
        """Look up a host.

        Raises:
            AddressInsideError: an address of the host is private, loopback, link-local or the like.
        """
        found = await self.resolver.resolve(host, port, family)
        for _, address in found:
            if not _is_outside(address[0]):
                raise AddressInsideError(f"{host} is at {address[0]}")
        return found


class Pictures:
    """Downloads of pictures.

    Args:
        timeout_seconds: for a whole download.
        simulator_url: origin of the simulator, whose pictures are allowed too, inside as it is.
        is_simulated: whether it plays WeChat's picture hosts too, so that nothing leaves the
            machine.
        resolver: looks up the hosts.
    """

    def __init__(
        self,
        *,
        timeout_seconds: float,
        simulator_url: str | None,
        is_simulated: bool,
        resolver: Resolver,
    ) -> None:
        self._timeout_seconds = timeout_seconds
        self._simulator_url = simulator_url.rstrip("/") if simulator_url else None
        self._is_simulated = is_simulated
        self._inside: Resolver = resolver
        self._outside: Resolver = OutsideResolver(resolver=resolver)

    async def download(self, url: str, limit_bytes: int) -> bytes:
        """Fetch a picture; whether it is one, the caller checks.

        Raises:
            Invalid: the URL is not one of WeChat's picture hosts.
            UpstreamAway: no answer in time, a redirect, an address inside, or more than the limit.
        """
        resolver = self.resolver_for(url)
        # The size limit belongs to a client, not to a request; a client is cheap to make.
        http = open_http(resolver, limit_bytes)
        try:
            return await send(http, self._played(url), timeout_seconds=self._timeout_seconds)
        finally:
            http.close()

    def _played(self, url: str) -> str:
        """Where a picture is to be had: a simulator may draw what WeChat hosts."""
        if not self._is_simulated or self._is_drawn(url):
            return url
        name = "-".join(WORD.findall(urlsplit(url).path))[:LONGEST_NAME]
        return f"{self._simulator_url}/avatars/{name or NOBODY}.png"

    def resolver_for(self, url: str) -> Resolver:
        """Say how the host of a picture is looked up, if a picture may be there at all.

        Raises:
            Invalid: the URL is not one of WeChat's picture hosts.
        """
        if self._is_drawn(url):
            return self._inside
        if HOSTED_BY_WECHAT.fullmatch(url):
            return self._inside if self._is_simulated else self._outside
        raise Invalid("头像地址不被允许", {"headimgurl": "只接受微信头像的 https 地址"})

    def _is_drawn(self, url: str) -> bool:
        """Whether it is one of the simulator's own pictures."""
        origin = self._simulator_url
        return (
            origin is not None
            and url.startswith(origin)
            and REST_OF_URL.fullmatch(url, len(origin)) is not None
        )


def _is_outside(text: str) -> bool:
    address = ipaddress.ip_address(text)
    return address.is_global and not address.is_multicast
