"""Which pictures may be downloaded, and how much of them (decisions T18)."""

from __future__ import annotations

import asyncio
import contextlib
import io
import socket
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
import tornado.web
from PIL import Image
from structlog.testing import capture_logs
from tornado.iostream import StreamClosedError
from tornado.netutil import Resolver

from services.errors import Invalid, UpstreamAway
from services.wechat.client import WeChatClient
from services.wechat.pictures import AddressInsideError, OutsideResolver
from services.wechat.simulator import Fault, Faults, served

from .conftest import Connect

pytestmark = pytest.mark.asyncio

AVATAR = "/avatars/demo-rep-1.png"
HOSTED = "https://thirdwx.qlogo.cn/mmopen/vi_32/abc/132"
LIMIT = 100_000


class Addresses(Resolver):
    """Says that every host is at these addresses."""

    addresses: list[str]
    hosts: list[str]
    port: int | None

    def initialize(self, addresses: list[str], port: int | None = None) -> None:
        self.addresses = addresses
        self.hosts = []
        self.port = port

    async def resolve(self, host: str, port: int, family: int = 0) -> list[tuple[int, Any]]:
        self.hosts.append(host)
        return [
            (
                socket.AF_INET6 if ":" in address else socket.AF_INET,
                (address, self.port or port),
            )
            for address in self.addresses
        ]


class OddHandler(tornado.web.RequestHandler):
    """Pictures of a size, without end, and elsewhere."""

    async def get(self, name: str) -> None:
        if name == "redirect":
            self.redirect("/10")
        elif name == "endless":
            with contextlib.suppress(StreamClosedError):
                while True:
                    self.write(b"x" * 65536)
                    await self.flush()
        else:
            self.write(b"x" * int(name))


@pytest_asyncio.fixture
async def odd() -> AsyncIterator[str]:
    """The origin of a peer with odd pictures."""
    async with served(tornado.web.Application([(r"/(\w+)", OddHandler)])) as url:
        yield url


async def test_the_simulators_avatar_is_a_picture(client: WeChatClient, simulator: str) -> None:
    picture = Image.open(io.BytesIO(await client.download_picture(simulator + AVATAR, LIMIT)))
    assert (picture.format, picture.size) == ("PNG", (132, 132))


@pytest.mark.parametrize(
    "url",
    [
        "",
        "about:blank",
        "/avatars/demo-rep-1.png",
        "http://thirdwx.qlogo.cn/a",
        "ftp://thirdwx.qlogo.cn/a",
        "httpſ://thirdwx.qlogo.cn/a",
        "https://qlogo.cn/a",
        "https://evilqlogo.cn/a",
        "https://thirdwx.qlogo.cn.evil.example/a",
        "https://thirdwx.qlogo.cn:8443/a",
        "https://thirdwx.qlogo.cn@evil.example/a",
        "https://user:word@thirdwx.qlogo.cn/a",
        "https://evil.example/thirdwx.qlogo.cn/a",
        "https://evil.example#thirdwx.qlogo.cn/a",
        "https://evil.example\\.qlogo.cn/a",
        "https://thirdwx.qlogo.cn\\@evil.example/a",
        "https://thirdwx.qlogo.cn",
        "https://thirdwx.qlogo.cn/a b",
        "https://thirdwx.qlogo.cn/a\r\nHost: evil.example",
        "https://thirdwx.qlogo.cn/a\n",
        " https://thirdwx.qlogo.cn/a",
        "https://thirdwx.qlogo.cn./a",
        "https://127.0.0.1/a",
        "https://[::1]/a",
        "http://169.254.169.254/latest/meta-data/",
    ],
)
async def test_any_other_address_is_invalid_and_not_looked_up(connect: Connect, url: str) -> None:
    resolver = Addresses(addresses=["127.0.0.1"])
    with pytest.raises(Invalid) as refusal:
        await connect(resolver=resolver).download_picture(url, LIMIT)
    assert refusal.value.message == "头像地址不被允许"
    assert list(refusal.value.errors) == ["headimgurl"]
    assert resolver.hosts == []


@pytest.mark.parametrize(
    ("url", "host"),
    [
        (HOSTED, "thirdwx.qlogo.cn"),
        ("https://a.b.qpic.cn/x?y=z", "a.b.qpic.cn"),
        ("HTTPS://WX.QLOGO.CN:443/x", "WX.QLOGO.CN"),
    ],
)
async def test_wechats_picture_hosts_are_looked_up(connect: Connect, url: str, host: str) -> None:
    resolver = Addresses(addresses=["127.0.0.1"])
    with pytest.raises(UpstreamAway):
        await connect(resolver=resolver, simulator_url=None).download_picture(url, LIMIT)
    assert resolver.hosts == [host]


async def test_the_simulator_draws_what_wechat_hosts_and_nobody_else_is_asked(
    connect: Connect,
) -> None:
    data = await connect(resolver=Addresses(addresses=["127.0.0.1"])).download_picture(
        HOSTED, LIMIT
    )
    assert Image.open(io.BytesIO(data)).format == "PNG"


@pytest.mark.parametrize("real", ["api_url", "wecom_url"])
async def test_beside_a_real_wechat_the_simulator_draws_only_its_own_pictures(
    connect: Connect, simulator: str, real: str
) -> None:
    resolver = Addresses(addresses=["127.0.0.1"])
    client = connect(resolver=resolver, **{real: "https://api.example"})
    with pytest.raises(UpstreamAway):
        await client.download_picture(HOSTED, LIMIT)
    assert resolver.hosts == ["thirdwx.qlogo.cn"]


@pytest.mark.parametrize("suffix", [".evil.example/a", "@evil.example/a", "0/a", ""])
async def test_what_only_begins_like_the_simulator_is_invalid(
    client: WeChatClient, simulator: str, suffix: str
) -> None:
    with pytest.raises(Invalid):
        await client.download_picture(simulator + suffix, LIMIT)


async def test_without_a_simulator_its_pictures_are_invalid(
    connect: Connect, simulator: str
) -> None:
    with pytest.raises(Invalid):
        await connect(simulator_url=None).download_picture(simulator + AVATAR, LIMIT)


async def test_a_good_name_that_leads_inside_is_not_connected_to(connect: Connect) -> None:
    connections = 0

    def count(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal connections
        connections += 1
        writer.close()

    async with await asyncio.start_server(count, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        resolver = Addresses(addresses=["127.0.0.1"], port=port)
        client = connect(resolver=resolver, simulator_url=None)
        with capture_logs() as logs, pytest.raises(UpstreamAway):
            await client.download_picture(HOSTED, LIMIT)
    assert connections == 0
    assert [line["reason"] for line in logs] == ["thirdwx.qlogo.cn is at 127.0.0.1"]


@pytest.mark.parametrize(
    "addresses",
    [
        ["127.0.0.1"],
        ["10.1.2.3"],
        ["172.16.0.1"],
        ["192.168.1.1"],
        ["100.64.0.1"],
        ["169.254.169.254"],
        ["0.0.0.0"],
        ["224.0.0.1"],
        ["255.255.255.255"],
        ["::1"],
        ["::"],
        ["fd00::1"],
        ["fe80::1%1"],
        ["::ffff:127.0.0.1"],
        ["::ffff:10.0.0.1"],
        ["8.8.8.8", "10.0.0.1"],
    ],
)
async def test_an_address_inside_is_refused(addresses: list[str]) -> None:
    resolver = OutsideResolver(resolver=Addresses(addresses=addresses))
    with pytest.raises(AddressInsideError):
        await resolver.resolve("thirdwx.qlogo.cn", 443)


@pytest.mark.parametrize("address", ["8.8.8.8", "2400:3200::1"])
async def test_an_address_outside_is_taken(address: str) -> None:
    resolver = OutsideResolver(resolver=Addresses(addresses=[address]))
    ((_, found),) = await resolver.resolve("thirdwx.qlogo.cn", 443)
    assert found == (address, 443)


async def test_a_redirect_is_not_followed(connect: Connect, odd: str) -> None:
    with pytest.raises(UpstreamAway):
        await connect(simulator_url=odd).download_picture(f"{odd}/redirect", LIMIT)


async def test_a_picture_of_exactly_the_limit_is_taken(connect: Connect, odd: str) -> None:
    picture = await connect(simulator_url=odd).download_picture(f"{odd}/{LIMIT}", LIMIT)
    assert len(picture) == LIMIT


@pytest.mark.parametrize("name", [str(LIMIT + 1), "endless"])
async def test_a_picture_over_the_limit_is_cut_off(connect: Connect, odd: str, name: str) -> None:
    client = connect(simulator_url=odd, timeout_seconds=30)
    with pytest.raises(UpstreamAway):
        await asyncio.wait_for(client.download_picture(f"{odd}/{name}", LIMIT), timeout=10)


@pytest.mark.parametrize("fault", [Fault(status=500), Fault(drop=True), Fault(delay_seconds=60)])
async def test_a_picture_that_does_not_come_is_upstream_away(
    connect: Connect, faults: Faults, simulator: str, fault: Fault
) -> None:
    faults.set(AVATAR, fault)
    with pytest.raises(UpstreamAway):
        await connect(timeout_seconds=0.2).download_picture(simulator + AVATAR, LIMIT)
