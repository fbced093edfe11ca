"""What the URL of a Redis says (conf/redis_url.py)."""

from __future__ import annotations

import pytest

from conf.redis_url import parse_redis_url


def test_sentinels_are_read_with_their_service_and_both_logins() -> None:
    url = parse_redis_url(
        "rediss+sentinel://me:s%40cret@a:1,b,[::1]:3/chat/2?sentinel_password=other&ssl_ca_certs=/c"
    )
    assert (url.kind, url.nodes) == ("sentinel", (("a", 1), ("b", 26379), ("::1", 3)))
    assert (url.service, url.database, url.is_tls) == ("chat", 2, True)
    assert (url.username, url.password) == ("me", "s@cret")
    assert url.options == {"sentinel_password": "other", "ssl_ca_certs": "/c"}


def test_a_cluster_is_read_with_its_nodes() -> None:
    url = parse_redis_url("redis+cluster://:secret@a,b:7001")
    assert (url.kind, url.nodes) == ("cluster", (("a", 6379), ("b", 7001)))
    assert (url.username, url.password, url.is_tls) == (None, "secret", False)


@pytest.mark.parametrize(
    ("url", "complaint"),
    [
        ("http://a", "there are redis://"),
        ("redis+sentinel://a,b", "names no service"),
        ("redis+sentinel://a,/chat", "names no host"),
        ("redis+sentinel://a/chat/one", "the database must be a number"),
        ("redis+cluster://a/0", "a cluster has no services or databases"),
        ("redis+cluster://a?db=0", "unknown option db; there are ssl_ca_certs"),
        ("redis://a,b", "names several hosts"),
        ("unix://", "names no socket"),
    ],
)
def test_what_is_wrong_is_said(url: str, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        parse_redis_url(url)


def test_no_password_is_shown() -> None:
    shown = repr(parse_redis_url("redis+sentinel://:secret@a/chat?sentinel_password=other"))
    assert "secret" not in shown
    assert "other" not in shown


@pytest.mark.parametrize(
    "url",
    [
        "redis://:hush/abc@a/0",
        "redis://:1/hush@a/0",
        "redis+sentinel://me:hush/abc@a/chat",
        "redis+cluster://me:hush/abc@a",
    ],
)
def test_a_password_that_is_not_encoded_is_not_shown(url: str) -> None:
    with pytest.raises(ValueError, match=r"^(?!.*hush)"):
        parse_redis_url(url)
