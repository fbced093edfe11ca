"""Every setting of the server, typed and frozen, from three places.

The environment (prefix ``ZHUGE_``) wins over the TOML file named by ``ZHUGE_CONFIG``, which wins
over the profile's defaults in ``conf/<profile>.toml``. A name that no setting has stops the start.
"""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Mapping
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Annotated, Any, Literal, get_origin
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, ValidationError

from conf.redis_url import SENTINEL_SECRETS, parse_redis_url, url_options

PREFIX = "ZHUGE_"
SIMULATOR = "simulator"
PRODUCTION_SECRET_LENGTH = 32
PRODUCTION_PASSWORD_LENGTH = 10
DATABASE_OPTIONS = ("unix_socket", "pool")
SECRET_OPTIONS = re.compile(rf"({'|'.join(SENTINEL_SECRETS)})=[^&]*")
DEMO = Path(__file__).parent / "demo.toml"

Profile = Literal["demo", "production"]


class SettingsError(Exception):
    """A setting is unknown, missing or wrong; the text is one line that names it."""


def _no_trailing_slash(value: str) -> str:
    return value.rstrip("/")


def _database_url(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme == "sqlite":
        if ":memory:" in parts.path:
            raise ValueError("SQLite must be a file: every connection has a memory of its own")
        if parts.query:
            raise ValueError("SQLite takes no options")
        return value
    parts.port  # noqa: B018 - raises for what is no port
    options = url_options(parts, DATABASE_OPTIONS)
    if not options.get("pool", "1").isdecimal() or int(options.get("pool", "1")) < 1:
        raise ValueError("pool must be a number from 1")
    return value


def _redis_url(value: str) -> str:
    if value:
        parse_redis_url(value)
    return value


def _with_host(value: str) -> str:
    """Refuse a URL that leads nowhere; empty and ``simulator`` are no URLs."""
    parts = urlsplit(value)
    parts.port  # noqa: B018 - raises for what is no port
    if parts.scheme and not parts.hostname:
        raise ValueError("names no host")
    if any(character.isspace() for character in value):
        raise ValueError("a URL has no blanks")
    return value


def _origin(value: str) -> str:
    parts = urlsplit(value)
    if parts.path.strip("/") or parts.query or parts.fragment or parts.username is not None:
        raise ValueError("an origin is https://host[:port] and no more")
    return value


def _address(value: str) -> str:
    return str(ip_address(value))


def _interface(value: str) -> str:
    if ":" in value:
        return _address(value)
    if not re.fullmatch(r"[\w.-]*", value):
        raise ValueError("must be an address or the name of one")
    return value


def _network(value: str) -> str:
    return str(ip_network(value))


HasHost = AfterValidator(_with_host)
Url = Annotated[
    str, Field(pattern=r"^https?://[^?#]*$"), HasHost, AfterValidator(_no_trailing_slash)
]
UpstreamUrl = Annotated[str, Field(pattern=r"^(https?://.+|simulator)$"), HasHost]
Origin = Annotated[str, Field(pattern=r"^https?://"), HasHost, AfterValidator(_origin)]


class Settings(BaseModel):
    """What an operator can set; the names in the environment are these, upper-cased, prefixed."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    profile: Profile
    database_url: Annotated[
        str, Field(pattern=r"^(sqlite:///.+|mysql://.+/.+)$"), AfterValidator(_database_url)
    ]
    redis_url: Annotated[str, AfterValidator(_redis_url)]
    data_dir: Annotated[Path, AfterValidator(Path.resolve)]
    # These two before the public URL, which the demo makes of them: the first complaint is shown.
    address: Annotated[str, AfterValidator(_interface)] = Field(
        description="the interface that the server listens on"
    )
    port: int = Field(ge=0, le=65535)
    public_url: Url
    frontend_url: Annotated[str, Field(pattern=r"^$|^https?://"), HasHost]
    trusted_proxies: list[Annotated[str, AfterValidator(_address)]] = Field(
        description="addresses whose X-Forwarded-For is believed"
    )
    secret_key: SecretStr = Field(min_length=1)
    log_level: Literal["debug", "info", "warning", "error"]

    wechat_api_url: UpstreamUrl
    wecom_api_url: UpstreamUrl
    wechat_pay_url: UpstreamUrl
    upstream_timeout_seconds: float = Field(gt=0, le=60)
    database_timeout_seconds: float = Field(gt=0, le=60)
    redis_timeout_seconds: float = Field(gt=0, le=60)
    shutdown_timeout_seconds: float = Field(gt=0, le=10)

    limits: Literal["on", "off"]
    send_rate: int = Field(ge=1, description="messages a second, per connection and per principal")
    send_burst: int = Field(ge=1)
    login_tries_per_account: int = Field(ge=1)
    login_tries_per_address: int = Field(ge=1)
    login_window_seconds: int = Field(ge=1)
    connections_per_principal: int = Field(ge=1)
    connections_per_address: int = Field(ge=1)
    connections_per_process: int = Field(ge=1)
    frame_rate: int = Field(ge=1, description="frames of all kinds a second, per connection")
    frame_burst: int = Field(ge=1)
    frame_bytes_per_second: int = Field(ge=64 * 1024, description="and twice as many at once")
    register_seconds: float = Field(gt=0, le=300, description="for a socket to say whose it is")
    unsent_bytes: int = Field(ge=64 * 1024, description="of frames that a slow socket has waiting")
    waits_per_principal: int = Field(ge=0, description="long polls at once")
    waits_per_process: int = Field(ge=0)

    signature_window_seconds: int = Field(ge=0)
    token_ttl_days: int = Field(ge=1)
    password_min_length: int = Field(ge=6, le=64)
    allow_unsigned_websocket: bool
    test_login_enabled: bool
    allowed_origins: list[Origin] = Field(description="beside the public URL, for websockets")
    metrics_allow: list[Annotated[str, AfterValidator(_network)]] = Field(
        description="networks that may read /metrics"
    )

    upload_tasks_per_rep: int = Field(ge=1, description="uploads that a rep has begun at once")
    upload_bytes_per_rep: int = Field(ge=20 * 1024 * 1024, description="what they may hold")
    upload_kept_hours: int = Field(ge=1, description="how long one waits for its next chunk")

    poster_fonts: list[Annotated[Path, AfterValidator(Path.resolve)]] = Field(
        description="font files to write posters with, the best first; none for the system's"
    )

    retention_hour: int = Field(
        ge=0, le=23, description="when the night's job may begin, in Shanghai"
    )

    catch_up_limit: int = Field(ge=1, le=10_000)
    max_message_bytes: int = Field(ge=1, le=60_000)

    notices: Literal["on", "off"]
    notice_delay_seconds: float = Field(
        ge=2, le=86_400, description="how long a message stays unread first"
    )
    notice_quiet_minutes: int = Field(
        ge=1, le=10_080, description="between two notices to one customer"
    )
    notice_fields: list[Annotated[str, Field(pattern=r"^[a-z_]+\d{1,2}$")]] = Field(
        min_length=3, max_length=3, description="of the template: the rep, the time, the text"
    )
    rep_notice_window_seconds: float = Field(
        gt=0, le=60, description="what happens to a rep within it is one notice"
    )

    close_score_weights: list[Annotated[str, Field(pattern=r"^\d{1,3}=\d{1,4}$")]] = Field(
        description="points for an action of each kind, such as 1=2, in the score of a customer"
    )

    @property
    def action_points(self) -> dict[int, int]:
        """What one action of each kind adds to the close score, by the action's number."""
        pairs = (weight.split("=") for weight in self.close_score_weights)
        return {int(action): int(points) for action, points in pairs}

    @property
    def simulated(self) -> bool:
        """Whether any of WeChat's hosts is the built-in simulator."""
        return SIMULATOR in (self.wechat_api_url, self.wecom_api_url, self.wechat_pay_url)

    @property
    def pay_simulated(self) -> bool:
        """Whether the built-in simulator takes the payments."""
        return self.wechat_pay_url == SIMULATOR

    @property
    def limited(self) -> bool:
        """Whether requests, logins, connections and sends are limited."""
        return self.limits == "on"

    @property
    def embedded(self) -> bool:
        """Whether this process must be the only one: SQLite, or no Redis to share events over."""
        return not (self.on_mysql and self.redis_url)

    @property
    def on_mysql(self) -> bool:
        """Whether the database is a server's."""
        return self.database_url.startswith("mysql")

    @property
    def frontend(self) -> str:
        """Where a browser lands after an OAuth login."""
        return self.frontend_url or f"{self.public_url}/console/"


def load(environ: Mapping[str, str], **options: Any) -> Settings:
    """Build the settings.

    Args:
        environ: the process's environment.
        options: what the command line says, by setting name; None means "not said".

    Raises:
        SettingsError: a name is unknown, a value is wrong, or production would run unsafely.
    """
    said = {name: value for name, value in options.items() if value is not None}
    env = {
        name[len(PREFIX) :].lower(): value
        for name, value in environ.items()
        if name.startswith(PREFIX)
    }
    config_path = env.pop("config", None)
    config = _read_toml(Path(config_path), f"{PREFIX}CONFIG") if config_path else {}
    profile = said.get("profile") or env.get("profile") or config.get("profile") or "demo"
    if profile not in ("demo", "production"):
        raise SettingsError(f"{PREFIX}PROFILE: must be demo or production")
    defaults = _read_toml(Path(__file__).parent / f"{profile}.toml", "profile")
    merged = {**defaults, **config, **_split_lists(env), **said, "profile": profile}
    if profile == "demo":
        # The demo is where it listens, whatever port that is.
        merged.setdefault("public_url", _http_url(str(merged["address"]), merged["port"]))
    _refuse_unknown(merged)
    try:
        settings = Settings(**merged)
    except ValidationError as error:
        first = error.errors()[0]
        name = f"{PREFIX}{str(first['loc'][0]).upper()}"
        raise SettingsError(f"{name}: {first['msg']}") from None
    if settings.profile == "production":
        _refuse_unsafe(settings)
    if settings.allow_unsigned_websocket and not _is_loopback(settings.address):
        raise SettingsError(
            f"{PREFIX}ALLOW_UNSIGNED_WEBSOCKET: may only be on while listening on loopback"
        )
    return settings


def masked(settings: Settings) -> dict[str, str]:
    """Every setting as text, with passwords and keys hidden, for ``doctor`` and the logs."""
    shown = {name: str(value) for name, value in settings.model_dump().items()}
    for name in ("database_url", "redis_url"):
        scheme, separator, rest = shown[name].partition("://")
        _, at, host = SECRET_OPTIONS.sub(r"\1=***", rest).rpartition("@")
        shown[name] = f"{scheme}{separator}{'***@' if at else ''}{host}"
    return shown


def _http_url(address: str, port: object) -> str:
    return f"http://[{address}]:{port}" if ":" in address else f"http://{address}:{port}"


def _is_loopback(address: str) -> bool:
    try:
        return address == "localhost" or ip_address(address).is_loopback
    except ValueError:
        return False  # another name, which may lead anywhere


def _read_toml(path: Path, name: str) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsError(f"{name}: cannot read {path}: {error.strerror}") from None
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{name}: {path} is not TOML: {error}") from None


def _split_lists(env: Mapping[str, str]) -> dict[str, Any]:
    """Read the list settings of the environment, which are comma-separated there."""
    lists = {
        name
        for name, field in Settings.model_fields.items()
        if get_origin(field.annotation) is list
    }
    return {
        name: [part.strip() for part in value.split(",") if part.strip()]
        if name in lists
        else value
        for name, value in env.items()
    }


def _refuse_unknown(merged: Mapping[str, Any]) -> None:
    for name in merged:
        if name not in Settings.model_fields:
            near = difflib.get_close_matches(name, Settings.model_fields, n=1, cutoff=0.0)[0]
            raise SettingsError(
                f"{PREFIX}{name.upper()}: unknown setting; did you mean {PREFIX}{near.upper()}?"
            )


def _refuse_unsafe(settings: Settings) -> None:
    """Refuse what only a demo may have (decisions T21)."""
    demo_only = {
        "test_login_enabled": settings.test_login_enabled,
        "allow_unsigned_websocket": settings.allow_unsigned_websocket,
        "wechat_api_url": settings.wechat_api_url == SIMULATOR,
        "wecom_api_url": settings.wecom_api_url == SIMULATOR,
        "wechat_pay_url": settings.wechat_pay_url == SIMULATOR,
        "limits": not settings.limited,
    }
    for name, is_on in demo_only.items():
        if is_on:
            raise SettingsError(f"{PREFIX}{name.upper()}: not allowed in production")
    secret = settings.secret_key.get_secret_value()
    if secret == _read_toml(DEMO, "profile")["secret_key"]:
        raise SettingsError(f"{PREFIX}SECRET_KEY: the demo's key is not for production")
    if len(secret) < PRODUCTION_SECRET_LENGTH:
        raise SettingsError(
            f"{PREFIX}SECRET_KEY: production needs {PRODUCTION_SECRET_LENGTH} characters or more"
        )
    if settings.password_min_length < PRODUCTION_PASSWORD_LENGTH:
        raise SettingsError(
            f"{PREFIX}PASSWORD_MIN_LENGTH: production needs {PRODUCTION_PASSWORD_LENGTH} or more"
        )
