"""The command line of zhugeleida, and the only place that builds and connects things."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import json
import os
import signal
import socket
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from functools import partial

import click
import structlog
import uvloop

from conf import logs
from conf.settings import Settings, SettingsError, load, masked
from handlers.call import Services, UnderWay
from handlers.description import describe
from handlers.endpoint import collect, collect_raw
from handlers.http_server import HttpServer, bind
from handlers.routing import EdgeRouter, make_router
from handlers.xiaochengxu import payback
from models import database
from models.migrate import alone
from models.migrate import migrate as migrate_schema
from services import demo, operations
from services.accounts import Accounts
from services.cards import Cards
from services.chat.bus import Bus, LocalBus, RedisBus
from services.chat.delivery import Delivery
from services.chat.messages import Messages
from services.chat.reading import Reading
from services.chat.recalls import Recalls
from services.chat.scheduled import send_due
from services.chat.timing import BEAT_SECONDS, BusLag
from services.company_settings import CompanySettings
from services.erasures import Erasures
from services.errors import DatabaseAway, ServiceError
from services.exports import Exports
from services.jobs import every
from services.limits import LoginLimit, make_limits
from services.media.files import Files
from services.media.fonts import Fonts
from services.media.poster_files import PosterFiles
from services.media.uploads import Uploads, make_uploads
from services.metrics import Metrics
from services.mini_codes import MiniCodes
from services.notices.opening import make_notices
from services.orders import Orders
from services.passwords import Passwords
from services.payments import Payments
from services.phone_numbers import PhoneNumbers
from services.posters import Posters
from services.process_lock import AlreadyRunning, Place, WrongDatabase, admitted
from services.radar import Radar
from services.readiness import Readiness
from services.redis_clients import RedisClient, opened_redis
from services.retention import Retention
from services.sessions import Sessions, make_sessions
from services.staff import Staff
from services.watching import Watched
from services.wechat.client import WeChatClient
from services.wechat.crypto import SecretBox
from services.wechat.opening import opened
from services.wechat.pay import PayClient
from services.wechat_apps import WechatApps

BAD_SETTING = 2
SWEEP_SECONDS = 3600.0
CANCEL_SECONDS = 60.0
JOB_SECONDS = 60.0
SEND_SECONDS = 1.0
MYSQL_LANES = 2  # SQLite has one connection: a second lane would only wait for the first

_log = structlog.get_logger("server")


@dataclass(frozen=True)
class Opened:
    """What is open for as long as the server runs, for the services to be built on."""

    settings: Settings
    redis: RedisClient | None
    bus: Bus
    wechat: WeChatClient
    pay: PayClient
    secrets: SecretBox
    passwords: Passwords
    files: Files
    uploads: Uploads
    poster_files: PosterFiles


@contextlib.asynccontextmanager
async def everything(settings: Settings) -> AsyncIterator[Opened]:
    """Open the database, Redis, the way to WeChat and the threads, and close them all again."""
    async with contextlib.AsyncExitStack() as stack:
        await stack.enter_async_context(
            database.connected(settings.database_url, settings.database_timeout_seconds)
        )
        redis = await stack.enter_async_context(
            opened_redis(settings.redis_url, settings.redis_timeout_seconds)
        )
        wechat, pay = await stack.enter_async_context(opened(settings, redis, payback.PATH))
        secret = settings.secret_key.get_secret_value()
        bus: Bus = LocalBus() if redis is None else RedisBus(redis, secret)
        passwords = Passwords()
        stack.callback(passwords.close)
        files = Files(settings.data_dir, wechat)
        stack.callback(files.close)
        uploads = make_uploads(settings, files)
        stack.callback(uploads.close)
        posters = PosterFiles(settings.data_dir, Fonts(settings.poster_fonts))
        stack.callback(posters.close)
        kept = (SecretBox(secret), passwords, files, uploads, posters)
        yield Opened(settings, redis, bus, wechat, pay, *kept)


def make_services(base: Opened) -> Services:
    """Build every service; nothing runs yet."""
    settings, bus = base.settings, base.bus
    sessions = make_sessions(settings, bus)
    metrics, reading, lanes = Metrics(), Reading(bus), MYSQL_LANES if settings.on_mysql else 1
    notices = make_notices(settings, bus, base.wechat, base.secrets, metrics)
    radar = Radar(bus, notices.note)
    login_limit, send_limit, gate = make_limits(settings)
    cards, mini_codes = Cards(radar, metrics), MiniCodes(base.wechat, base.secrets, base.files)
    return Services(
        settings=settings,
        sessions=sessions,
        secrets=base.secrets,
        accounts=make_accounts(base, sessions, login_limit),
        radar=radar,
        cards=cards,
        staff=Staff(sessions, base.passwords, base.files, shortest=settings.password_min_length),
        company_settings=CompanySettings(bus),
        wechat_apps=WechatApps(bus, base.secrets),
        exports=Exports(),
        messages=Messages(bus, lanes=lanes, note=notices.note, metrics=metrics),
        notices=notices,
        reading=reading,
        recalls=Recalls(bus, metrics),
        delivery=Delivery(bus, sessions, reading, metrics, catch_up_limit=settings.catch_up_limit),
        send_limit=send_limit,
        gate=gate,
        files=base.files,
        uploads=base.uploads,
        phone_numbers=PhoneNumbers(base.secrets, notices.note),
        mini_codes=mini_codes,
        posters=Posters(cards, mini_codes, base.poster_files),
        orders=Orders(base.pay, base.secrets),
        payments=Payments(base.pay, base.secrets, radar),
        erasures=Erasures(sessions, settings.data_dir),
        retention=Retention(hour=settings.retention_hour),
        metrics=metrics,
        readiness=Readiness(bus, base.redis, settings.data_dir),
        under_way=UnderWay(),
    )


def watched(bus: Bus, services: Services) -> BusLag:
    """Have the figures show what the services are doing, and give what times the bus."""
    lag = BusLag(bus, services.metrics.bus_lag_seconds.observe)
    each = (services.cards, services.delivery, services.gate, services.messages, services.notices)
    services.metrics.registry.register(Watched(bus, lag, *each))
    return lag


def make_accounts(base: Opened, sessions: Sessions, login_limit: LoginLimit) -> Accounts:
    """Make the logins of both kinds of principal."""
    return Accounts(
        *(sessions, base.wechat, base.secrets, base.passwords, login_limit, base.files),
        exchange_seconds=4 * base.settings.upstream_timeout_seconds,
    )


@contextlib.asynccontextmanager
async def running(settings: Settings) -> AsyncIterator[EdgeRouter]:
    """Build what serves requests, and run what runs beside them."""
    async with everything(settings) as base:
        services = make_services(base)
        async with _beside(base.bus, services, watched(base.bus, services)):
            yield make_router(services)


@contextlib.asynccontextmanager
async def _beside(bus: Bus, services: Services, lag: BusLag) -> AsyncIterator[None]:
    """Run what runs beside the requests; a fault in any of it ends the process."""
    async with asyncio.TaskGroup() as group:
        tasks = [
            group.create_task(bus.run()),
            group.create_task(services.messages.run()),
            group.create_task(services.cards.run()),
            group.create_task(services.delivery.run()),
            group.create_task(services.notices.run()),
            group.create_task(
                every(SEND_SECONDS, partial(send_due, services.messages), "scheduled")
            ),
            group.create_task(every(BEAT_SECONDS, lag.beat, "bus.beat")),
            group.create_task(every(SWEEP_SECONDS, services.sessions.sweep, "sessions.sweep")),
            group.create_task(every(SWEEP_SECONDS, services.accounts.sweep, "accounts.sweep")),
            group.create_task(every(SWEEP_SECONDS, services.uploads.sweep, "uploads.sweep")),
            group.create_task(every(SWEEP_SECONDS, services.exports.sweep, "exports.sweep")),
            group.create_task(every(JOB_SECONDS, services.retention.run_due, "retention")),
            group.create_task(every(JOB_SECONDS, services.erasures.finish_due, "erasures")),
            group.create_task(every(CANCEL_SECONDS, services.payments.cancel_overdue, "orders")),
        ]
        try:
            yield
        finally:
            await services.reading.flush()
            await services.delivery.presence.leave()
            for task in tasks:
                task.cancel()


async def serve(settings: Settings, sockets: list[socket.socket], place: Place) -> None:
    """Serve until SIGTERM or SIGINT, then finish what is under way, under one deadline.

    Raises:
        AlreadyRunning: another process has taken this one's place while the database was away.
    """
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    async with running(settings) as router:
        http = HttpServer(router)
        http.listen_on(sockets)
        # What is alive now lives on; looking through it again and again would double the p99.
        gc.collect()
        gc.freeze()
        _log.info("listening", address=settings.address, port=sockets[0].getsockname()[1])
        watch = asyncio.create_task(place.watch(stop.set))
        await stop.wait()
        watch.cancel()
        _log.info("stopping")
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(settings.shutdown_timeout_seconds):
                await close_connections(router, http)
    if place.is_lost:
        raise AlreadyRunning


async def close_connections(router: EdgeRouter, http: HttpServer) -> None:
    """Let requests finish, store what was sent, say goodbye to the sockets, and tell the reps.

    The order matters: whoever is sent away must find this process refusing new connections, and
    nobody is sent away while its proxy may still send something here.
    """
    services: Services = router.application.settings["services"]
    services.readiness.stop()
    await http.stop_listening()
    services.delivery.release_waiting()
    await http.serve_the_last()
    await services.messages.drain()
    for sink in list(services.delivery.connections):
        sink.leave()
    await services.under_way.wait_idle()
    await services.delivery.wait_closed()
    await http.close_all_connections()
    await services.notices.drain()


@click.group(invoke_without_command=True)
@click.pass_context
def main(context: click.Context) -> None:
    """zhugeleida (诸葛雷达): business cards, a radar and live chat for sales."""
    if context.invoked_subcommand is None:
        context.invoke(serve_command)


def common_options(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options that all of them have."""
    return click.option(
        "--profile", type=click.Choice(["demo", "production"]), help="Whose defaults to use."
    )(command)


@main.command("serve")
@common_options
@click.option("--port", type=int, help="The port to listen on; 0 for any.")
@click.option("--address", help="The interface to listen on.")
def serve_command(
    profile: str | None = None, port: int | None = None, address: str | None = None
) -> None:
    """Serve (the default): migrate, load the demo data if this is the demo, then listen."""
    settings = prepared(profile=profile, port=port, address=address)
    with admitted(settings) as place:
        sockets = bind(settings)
        port = sockets[0].getsockname()[1]
        settings = load(os.environ, profile=profile, port=port, address=address)
        migrate_schema(settings.database_url)
        with alone(settings.database_url, "zhugeleida_demo"):
            asyncio.run(operations.settle_demo(settings))
        if settings.profile == "demo":
            click.echo(demo.greeting(settings.public_url))
        elif not settings.on_mysql:
            _log.warning("SQLite serves one process only")
        if (fonts := operations.fonts_state(settings)) != "ok":
            _log.warning("fonts", state=fonts)
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(serve(settings, sockets, place))


@main.command("migrate")
@common_options
def migrate_command(profile: str | None) -> None:
    """Bring the database's schema forward."""
    settings = prepared(profile=profile)
    for name in migrate_schema(settings.database_url):
        click.echo(name)


@main.command("load-demo")
@common_options
def load_demo_command(profile: str | None) -> None:
    """Load the demo data, unless it is there; never in production."""
    settings = prepared(profile=profile)
    if settings.profile == "production":
        raise SettingsError("ZHUGE_PROFILE: demo data is not for production")
    migrate_schema(settings.database_url)
    with alone(settings.database_url, "zhugeleida_demo"):
        asyncio.run(operations.settle_demo(settings))


@main.command("create-admin")
@common_options
@click.option("--company", required=True, help="The company's name; made if there is none.")
@click.option("--username", required=True, help="The login name.")
@click.password_option(help="Asked for when it is not given.")
def create_admin_command(profile: str | None, company: str, username: str, password: str) -> None:
    """Make a rep with role 1, and its company."""
    settings = prepared(profile=profile)
    migrate_schema(settings.database_url)
    rep_id = asyncio.run(operations.create_admin(settings, company, username, password))
    click.echo(f"{username}: {rep_id}")


@main.command("doctor")
@common_options
def doctor_command(profile: str | None) -> None:
    """Show the settings and whether everything that they name answers."""
    settings = prepared(profile=profile)
    for name, value in masked(settings).items():
        click.echo(f"{name} = {value}")
    causes = asyncio.run(operations.examine(settings))
    for name, cause in causes.items():
        click.echo(f"{name}: {cause}")
    # Posters are all that fonts are needed for, so without them the server is well.
    click.echo(f"fonts: {operations.fonts_state(settings)}")
    if any(cause != "ok" for cause in causes.values()):
        raise SystemExit(1)


@main.command("openapi")
def openapi_command() -> None:
    """Write the API's description, as /openapi.json shows it."""
    click.echo(json.dumps(describe(collect(), collect_raw()), ensure_ascii=False, indent=2))


def prepared(**options: str | int | None) -> Settings:
    """Read the settings, set the logs up and make the data directory.

    Raises:
        SettingsError: a setting is wrong.
    """
    settings = load(os.environ, **options)
    logs.configure(settings.log_level)
    try:
        settings.data_dir.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SettingsError(f"ZHUGE_DATA_DIR: {settings.data_dir}: {error.strerror}") from None
    return settings


def run() -> None:
    """Run the command line; what an operator got wrong ends it with one line and status 2."""
    try:
        main(standalone_mode=True)
    except SettingsError as error:
        click.echo(str(error), err=True)
        raise SystemExit(BAD_SETTING) from None
    except DatabaseAway as error:
        click.echo(f"ZHUGE_DATABASE_URL: {error}", err=True)
        raise SystemExit(BAD_SETTING if isinstance(error, WrongDatabase) else 1) from None
    except ServiceError as error:
        click.echo(str(error), err=True)
        raise SystemExit(1) from None


if __name__ == "__main__":
    run()
