"""Where Redis is, as a URL says it: one server, a master that Sentinels name, or a cluster."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, Literal
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

TLS_OPTIONS: Final = ("ssl_ca_certs", "ssl_certfile", "ssl_keyfile")
SENTINEL_SECRETS: Final = ("sentinel_username", "sentinel_password")
SENTINEL_PORT: Final = 26379
REDIS_PORT: Final = 6379

Kind = Literal["single", "sentinel", "cluster"]

KINDS: Final[dict[str, Kind]] = {
    "redis": "single",
    "rediss": "single",
    "unix": "single",
    "redis+sentinel": "sentinel",
    "rediss+sentinel": "sentinel",
    "redis+cluster": "cluster",
    "rediss+cluster": "cluster",
}


@dataclass(frozen=True)
class RedisUrl:
    """What the URL of Sentinels or of a cluster says; that of one server is redis-py's own.

    Args:
        nodes: hosts and ports of the Sentinels, or of some nodes of the cluster.
        service: what the Sentinels call the master.
        options: of the query, by name.
    """

    kind: Kind
    nodes: tuple[tuple[str, int], ...]
    service: str
    database: int
    is_tls: bool
    username: str | None
    password: str | None = field(repr=False)
    options: dict[str, str] = field(repr=False)


def parse_redis_url(value: str) -> RedisUrl:
    """Read a URL.

    Raises:
        ValueError: it leads nowhere or says what nobody understands; in one line.
    """
    parts = urlsplit(value)
    kind = KINDS.get(parts.scheme)
    if kind is None:
        raise ValueError(f"there are {', '.join(f'{scheme}://' for scheme in KINDS)}")
    known = {
        "single": ("db", *TLS_OPTIONS),
        "sentinel": ("db", *TLS_OPTIONS, *SENTINEL_SECRETS),
        "cluster": TLS_OPTIONS,
    }[kind]
    options = url_options(parts, known)
    service, database = _path(kind, parts, options.pop("db", ""))
    return RedisUrl(
        kind=kind,
        nodes=() if parts.scheme == "unix" else _nodes(kind, parts),
        service=service,
        database=_number(database),
        is_tls=parts.scheme.startswith("rediss"),
        username=unquote(parts.username) if parts.username else None,
        password=unquote(parts.password) if parts.password else None,
        options=options,
    )


def url_options(parts: SplitResult, known: Sequence[str]) -> dict[str, str]:
    """Read the query of a URL, which may say only what is known."""
    options = dict(parse_qsl(parts.query, strict_parsing=bool(parts.query)))
    for name in options:
        if name not in known:
            raise ValueError(f"unknown option {name}; there are {', '.join(known)}")
    return options


def _path(kind: Kind, parts: SplitResult, option: str) -> tuple[str, str]:
    """Tell the service and the database; what the query says of the database comes first."""
    path = parts.path.strip("/")
    if parts.scheme == "unix":
        if not path:
            raise ValueError("names no socket")
        return "", option
    if kind == "cluster":
        if path:
            raise ValueError("a cluster has no services or databases")
        return "", ""
    if kind == "single":
        _number(path)
        return "", option or path
    service, _, database = path.partition("/")
    if not service:
        raise ValueError("names no service; what Sentinel calls the master stands behind the hosts")
    _number(database)
    return unquote(service), option or database


def _number(database: str) -> int:
    if database and not database.isdecimal():
        # Not what it is: it may be the end of a password that is not percent-encoded.
        raise ValueError("the database must be a number")
    return int(database or 0)


def _nodes(kind: Kind, parts: SplitResult) -> tuple[tuple[str, int], ...]:
    hosts = parts.netloc.rpartition("@")[2].split(",")
    if kind == "single" and len(hosts) > 1:
        raise ValueError("names several hosts; those of Sentinels begin with redis+sentinel://")
    default = SENTINEL_PORT if kind == "sentinel" else REDIS_PORT
    nodes = []
    for one in hosts:
        host = urlsplit(f"//{one}")
        if not host.hostname:
            raise ValueError("names no host")
        nodes.append((host.hostname, _port(host) or default))
    return tuple(nodes)


def _port(host: SplitResult) -> int | None:
    try:
        return host.port
    except ValueError:
        raise ValueError("names no port; a password must be percent-encoded") from None
