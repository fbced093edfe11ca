"""What Redis and MariaDB count themselves: published events, bytes, commits."""

from __future__ import annotations

from urllib.parse import urlsplit

import pymysql
from redis import Redis


def read(redis_url: str, database_url: str) -> dict[str, int]:
    """Read the counters since the start of each that has a URL."""
    return {**_of_redis(redis_url), **_of_mariadb(database_url)}


def redis_pid(url: str) -> int:
    """Ask a Redis for its process."""
    with Redis.from_url(url) as client:
        pid: int = client.info("server")["process_id"]
    return pid


def _of_redis(url: str) -> dict[str, int]:
    """The published events, and the bytes that went in and out."""
    if not url:
        return {}
    with Redis.from_url(url) as client:
        stats, commands = client.info("stats"), client.info("commandstats")
    published = [commands.get(f"cmdstat_{name}", {}) for name in ("publish", "spublish")]
    return {
        "events": sum(one.get("calls", 0) for one in published),
        "bytes_in": stats["total_net_input_bytes"],
        "bytes_out": stats["total_net_output_bytes"],
    }


def _of_mariadb(url: str) -> dict[str, int]:
    if not url:
        return {}
    place = urlsplit(url)
    assert place.hostname is not None and place.port is not None
    connection = pymysql.connect(
        host=place.hostname,
        port=place.port,
        user=place.username,
        password=place.password or "",
    )
    with connection, connection.cursor() as cursor:
        cursor.execute("SHOW GLOBAL STATUS LIKE 'Com_commit'")
        ((_, count),) = cursor.fetchall()
    return {"commits": int(count)}
