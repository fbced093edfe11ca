"""Settings: where they come from, and what stops the start."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from conf.settings import Settings, SettingsError, load, masked

CONF = Path(__file__).parents[2] / "conf"

PRODUCTION = {
    "ZHUGE_PROFILE": "production",
    "ZHUGE_DATABASE_URL": "mysql://zhuge:db-secret@127.0.0.1/zhuge",
    "ZHUGE_REDIS_URL": "redis://:redis-secret@127.0.0.1/0",
    "ZHUGE_PUBLIC_URL": "https://zhuge.example",
    "ZHUGE_SECRET_KEY": "k" * 32,
}


def complaint(environ: dict[str, str], **options: Any) -> str:
    """What the settings are refused with, which is always one line."""
    with pytest.raises(SettingsError) as caught:
        load(environ, **options)
    text = str(caught.value)
    assert "\n" not in text
    return text


def written(path: Path, text: str) -> dict[str, str]:
    """Write a TOML file and give the environment that names it."""
    path.write_text(text, encoding="utf-8")
    return {"ZHUGE_CONFIG": str(path)}


def test_the_demo_needs_no_setting() -> None:
    assert load({}).profile == "demo"


def test_production_starts_with_what_has_no_default() -> None:
    assert load(PRODUCTION).profile == "production"


@pytest.mark.parametrize("name", ["DATABASE_URL", "PUBLIC_URL", "SECRET_KEY"])
def test_production_names_what_is_missing(name: str) -> None:
    environ = {key: value for key, value in PRODUCTION.items() if key != f"ZHUGE_{name}"}
    assert complaint(environ).startswith(f"ZHUGE_{name}: ")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "postgres://127.0.0.1/zhuge"),
        ("DATABASE_URL", "sqlite:///"),
        ("DATABASE_URL", "mysql://127.0.0.1"),
        ("DATABASE_URL", "mysql://zhuge:x@127.0.0.1:port/zhuge"),
        ("DATABASE_URL", "mysql://zhuge:x@127.0.0.1/zhuge?pool=many"),
        ("DATABASE_URL", "mysql://zhuge:x@127.0.0.1/zhuge?pol=5"),
        ("DATABASE_URL", "mysql://zhuge:x@127.0.0.1/zhuge?pool=0"),
        ("DATABASE_URL", "sqlite:///:memory:"),
        ("DATABASE_URL", "sqlite:///var/zhuge.db?mode=ro"),
        ("REDIS_URL", "http://127.0.0.1"),
        ("REDIS_URL", "redis://127.0.0.1/abc"),
        ("REDIS_URL", "redis://127.0.0.1/0?foo=bar"),
        ("REDIS_URL", "redis://127.0.0.1/0?socket_timeout=abc"),
        ("REDIS_URL", "redis:///0"),
        ("REDIS_URL", "unix://"),
        ("REDIS_URL", "unix:///run/redis.sock?db=first"),
        ("REDIS_URL", "redis://127.0.0.1:port/0"),
        ("REDIS_URL", "redis://a:1,b:2/0"),
        ("REDIS_URL", "redis+sentinel://a:26379,b:26379"),
        ("REDIS_URL", "redis+sentinel:///chat"),
        ("REDIS_URL", "redis+sentinel://a,,b/chat"),
        ("REDIS_URL", "redis+sentinel://a:port/chat"),
        ("REDIS_URL", "redis+sentinel://a/chat/first"),
        ("REDIS_URL", "redis+sentinel://a/chat?service=chat"),
        ("REDIS_URL", "redis+cluster://"),
        ("REDIS_URL", "redis+cluster://a:6379,b:70000"),
        ("REDIS_URL", "redis+cluster://a/1"),
        ("REDIS_URL", "redis+cluster://a?db=1"),
        ("REDIS_URL", "redis+cluster://a?sentinel_password=b"),
        ("REDIS_URL", "sentinel://a/chat"),
        ("PUBLIC_URL", "zhuge.example"),
        ("PUBLIC_URL", "http://"),
        ("PUBLIC_URL", "http://:8000"),
        ("PUBLIC_URL", "https://zhuge.example:port"),
        ("PUBLIC_URL", "https://zhuge.example/?a=1"),
        ("PUBLIC_URL", "https://zhuge .example"),
        ("FRONTEND_URL", "ftp://zhuge.example"),
        ("CLOSE_SCORE_WEIGHTS", "1=2,view=4"),
        ("CLOSE_SCORE_WEIGHTS", "1=-2"),
        ("FRONTEND_URL", "https:///console"),
        ("TRUSTED_PROXIES", "garbage"),
        ("TRUSTED_PROXIES", "127.0.0.1,10.0.0.0/8"),
        ("ALLOWED_ORIGINS", "foo"),
        ("ALLOWED_ORIGINS", "https://"),
        ("ALLOWED_ORIGINS", "https://servicewechat.com,https://a.example/path"),
        ("SECRET_KEY", ""),
        ("ADDRESS", "local host"),
        ("ADDRESS", "::zz"),
        ("PORT", "eighty"),
        ("PORT", "65536"),
        ("PORT", "-1"),
        ("LOG_LEVEL", "loud"),
        ("PROFILE", "test"),
        ("WECHAT_API_URL", "nowhere"),
        ("WECOM_API_URL", ""),
        ("WECHAT_PAY_URL", "wechat"),
        ("WECHAT_PAY_URL", "https://:443"),
        ("UPSTREAM_TIMEOUT_SECONDS", "0"),
        ("DATABASE_TIMEOUT_SECONDS", "61"),
        ("REDIS_TIMEOUT_SECONDS", "soon"),
        ("SHUTDOWN_TIMEOUT_SECONDS", "11"),
        ("LIMITS", "maybe"),
        ("SEND_RATE", "0"),
        ("SEND_BURST", "0"),
        ("LOGIN_TRIES_PER_ACCOUNT", "0"),
        ("LOGIN_TRIES_PER_ADDRESS", "0"),
        ("LOGIN_WINDOW_SECONDS", "0"),
        ("CONNECTIONS_PER_PRINCIPAL", "0"),
        ("CONNECTIONS_PER_ADDRESS", "0"),
        ("CONNECTIONS_PER_PROCESS", "0"),
        ("FRAME_RATE", "0"),
        ("FRAME_BURST", "0"),
        ("FRAME_BYTES_PER_SECOND", "65535"),
        ("REGISTER_SECONDS", "0"),
        ("UNSENT_BYTES", "65535"),
        ("WAITS_PER_PRINCIPAL", "-1"),
        ("WAITS_PER_PROCESS", "-1"),
        ("SIGNATURE_WINDOW_SECONDS", "-1"),
        ("TOKEN_TTL_DAYS", "0"),
        ("PASSWORD_MIN_LENGTH", "5"),
        ("PASSWORD_MIN_LENGTH", "65"),
        ("ALLOW_UNSIGNED_WEBSOCKET", "perhaps"),
        ("TEST_LOGIN_ENABLED", "2"),
        ("CATCH_UP_LIMIT", "0"),
        ("MAX_MESSAGE_BYTES", "0"),
        ("METRICS_ALLOW", "10.0.0.0/33"),
        ("NOTICES", "some"),
        ("NOTICE_DELAY_SECONDS", "1"),
        ("NOTICE_QUIET_MINUTES", "0"),
        ("NOTICE_FIELDS", "thing1,time2"),
        ("NOTICE_FIELDS", "thing1,time2,text"),
        ("REP_NOTICE_WINDOW_SECONDS", "0"),
        ("CONFIG", "/no/such/file.toml"),
    ],
)
def test_a_bad_value_is_refused_by_its_name(name: str, value: str) -> None:
    assert complaint({f"ZHUGE_{name}": value}).startswith(f"ZHUGE_{name}: ")


@pytest.mark.parametrize(
    ("wrong", "near"),
    [
        ("ZHUGE_DATABASE_URI", "ZHUGE_DATABASE_URL"),
        ("ZHUGE_LIMIT", "ZHUGE_LIMITS"),
        ("ZHUGE_ALOW_UNSIGNED_WEBSOCKETS", "ZHUGE_ALLOW_UNSIGNED_WEBSOCKET"),
    ],
)
def test_an_unknown_name_is_refused_with_the_nearest_one(wrong: str, near: str) -> None:
    text = complaint({wrong: "x"})
    assert text.startswith(f"{wrong}: ")
    assert near in text


def test_an_unknown_name_in_the_file_is_refused(tmp_path: Path) -> None:
    environ = written(tmp_path / "zhuge.toml", "prot = 80")
    assert "ZHUGE_PORT" in complaint(environ)


def test_a_file_that_is_no_toml_is_refused(tmp_path: Path) -> None:
    environ = written(tmp_path / "zhuge.toml", "port: 80")
    assert complaint(environ).startswith("ZHUGE_CONFIG: ")


def test_other_variables_of_the_environment_do_not_matter() -> None:
    assert load({"PORT": "1", "HOME": "/root"}) == load({})


def test_a_refused_secret_is_not_shown() -> None:
    assert "hunter2" not in complaint({**PRODUCTION, "ZHUGE_SECRET_KEY": "hunter2"})


@pytest.mark.parametrize(
    ("sources", "port"),
    [
        ((), 8000),
        (("file",), 1),
        (("file", "environment"), 2),
        (("file", "environment", "option"), 3),
        (("environment",), 2),
    ],
)
def test_the_nearer_source_wins(tmp_path: Path, sources: tuple[str, ...], port: int) -> None:
    environ = written(tmp_path / "zhuge.toml", "port = 1") if "file" in sources else {}
    if "environment" in sources:
        environ["ZHUGE_PORT"] = "2"
    settings = load(environ, port=3 if "option" in sources else None)
    assert settings.port == port


@pytest.mark.parametrize("source", ["environment", "file", "option"])
def test_the_profile_may_be_named_anywhere(tmp_path: Path, source: str) -> None:
    environ = {key: value for key, value in PRODUCTION.items() if key != "ZHUGE_PROFILE"}
    options = {}
    if source == "environment":
        environ["ZHUGE_PROFILE"] = "production"
    elif source == "file":
        environ |= written(tmp_path / "zhuge.toml", 'profile = "production"')
    else:
        options["profile"] = "production"
    assert load(environ, **options).password_min_length == 10


def test_lists_of_the_environment_are_separated_by_commas() -> None:
    settings = load({"ZHUGE_ALLOWED_ORIGINS": "https://a.example, https://b.example,"})
    assert settings.allowed_origins == ["https://a.example", "https://b.example"]


def test_weights_of_actions_are_read_by_their_numbers() -> None:
    settings = load({"ZHUGE_CLOSE_SCORE_WEIGHTS": "1=2, 18=30"})
    assert settings.action_points == {1: 2, 18: 30}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TEST_LOGIN_ENABLED", "true"),
        ("ALLOW_UNSIGNED_WEBSOCKET", "true"),
        ("WECHAT_API_URL", "simulator"),
        ("WECOM_API_URL", "simulator"),
        ("WECHAT_PAY_URL", "simulator"),
        ("LIMITS", "off"),
        ("SECRET_KEY", "k" * 31),
        ("SECRET_KEY", "demo-only-key-that-production-refuses"),
        ("PASSWORD_MIN_LENGTH", "9"),
    ],
)
def test_production_refuses_what_only_a_demo_may_have(name: str, value: str) -> None:
    assert complaint({**PRODUCTION, f"ZHUGE_{name}": value}).startswith(f"ZHUGE_{name}: ")


@pytest.mark.parametrize("address", ["0.0.0.0", "::", "192.0.2.1"])
def test_unsigned_sockets_are_for_loopback_only(address: str) -> None:
    text = complaint({"ZHUGE_ADDRESS": address})
    assert text.startswith("ZHUGE_ALLOW_UNSIGNED_WEBSOCKET: ")


@pytest.mark.parametrize("address", ["localhost", "127.0.0.2", "::1"])
def test_a_demo_may_listen_on_any_loopback(address: str) -> None:
    assert load({"ZHUGE_ADDRESS": address}).address == address


def test_a_demo_on_ipv6_has_a_url_that_browsers_take() -> None:
    assert load({"ZHUGE_ADDRESS": "::1"}).public_url == "http://[::1]:8000"


@pytest.mark.parametrize(
    "url",
    [
        "redis://127.0.0.1",
        "redis://:secret@[::1]:6379/5",
        "rediss://redis.example/0?ssl_ca_certs=/etc/ca.pem",
        "unix:///run/redis.sock?db=2",
        "redis+sentinel://user:secret@a:26379,b,[::1]:26380/chat/2?sentinel_password=secret",
        "rediss+sentinel://a/chat?ssl_ca_certs=/etc/ca.pem",
        "redis+cluster://:secret@a:6379,b,[::1]:6380",
        "rediss+cluster://a:6379?ssl_ca_certs=/etc/ca.pem",
    ],
)
def test_a_redis_may_be_anywhere(url: str) -> None:
    assert load({"ZHUGE_REDIS_URL": url}).redis_url == url


@pytest.mark.parametrize(
    ("environ", "is_embedded"),
    [
        ({}, True),
        ({"ZHUGE_REDIS_URL": "redis://127.0.0.1"}, True),
        ({"ZHUGE_DATABASE_URL": "mysql://a:b@127.0.0.1/zhuge"}, True),
        (PRODUCTION, False),
    ],
)
def test_a_server_is_alone_unless_it_has_mysql_and_redis(
    environ: dict[str, str], is_embedded: bool
) -> None:
    assert load(environ).embedded is is_embedded


@pytest.mark.parametrize(
    ("given", "frontend"),
    [
        ({"ZHUGE_PUBLIC_URL": "https://zhuge.example/"}, "https://zhuge.example/console/"),
        ({"ZHUGE_FRONTEND_URL": "https://h5.example/#/in"}, "https://h5.example/#/in"),
    ],
)
def test_oauth_logins_land_in_the_console_unless_told_otherwise(
    given: dict[str, str], frontend: str
) -> None:
    assert load(given).frontend == frontend


def test_no_secret_is_shown() -> None:
    shown = " ".join(masked(load(PRODUCTION)).values())
    assert not any(secret in shown for secret in ("db-secret", "redis-secret", "k" * 32))


def test_passwords_of_redis_and_its_sentinels_are_hidden_and_hosts_are_not() -> None:
    url = "redis+sentinel://me:secret@a:1,b:2/chat?sentinel_username=it&sentinel_password=s%40cret"
    shown = masked(load({"ZHUGE_REDIS_URL": url}))["redis_url"]
    hidden = "redis+sentinel://***@a:1,b:2/chat?sentinel_username=***&sentinel_password=***"
    assert shown == hidden


def test_a_masked_url_still_tells_the_host() -> None:
    assert masked(load(PRODUCTION))["database_url"] == "mysql://***@127.0.0.1/zhuge"


def test_settings_cannot_be_changed() -> None:
    with pytest.raises(ValueError, match="frozen"):
        load({}).port = 1  # type: ignore[misc]


@pytest.mark.parametrize("profile", ["demo", "production"])
def test_a_profile_sets_only_what_there_is(profile: str) -> None:
    defaults = tomllib.loads((CONF / f"{profile}.toml").read_text(encoding="utf-8"))
    assert defaults.keys() <= Settings.model_fields.keys()
