"""What all tests share.

How to write a test here:

* ``async def test_…`` is all it takes; no marker. It runs on uvloop, as the server does.
* ``app`` is the real server on a real socket in the test's loop (``tests/app.py``), ``api`` a
  client of it that checks the envelope of every answer (``tests/api.py``):
  ``answer = await api.get("/zhugeleida/…", {"uid": rep.id}, caller=caller)``, and
  ``socket = await api.socket("leida")`` opens a chat socket (``tests/sockets.py``).
* ``db`` connects the database alone, for tests of models and services. A test takes ``app`` (or
  ``api``) or ``db``, never both.
* ``tests/factories.py`` makes rows: ``rep, customer = await make_pair()``,
  ``caller = await session_for(rep)``.
* Everything runs on SQLite; ``@pytest.mark.both`` runs a test on MariaDB and Redis as well, and
  ``@pytest.mark.mariadb`` only there. The private servers start with the first test that needs
  them, and each worker has its own.
* ``@pytest.mark.settings(limits="off")`` changes settings of the server.
* ``storage`` names the database and ``settings`` are the settings, for tests that connect alone.
* ``log`` has what was logged. A ``fault`` fails the test, unless it says ``log.take("fault")``.
* ``tests/processes.py`` runs ``server.py`` as a process of its own.
* ``tests/waiting.py`` waits without sleeping.

A test that leaves a task, an open socket, a registered feed or a database connection fails; so does
one that takes longer than two minutes, unless ``@pytest.mark.seconds(300)`` gives it more.
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
import inspect
import logging
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
import uvloop
from coverage import Coverage
from redis import Redis

from conf.settings import Settings, load
from handlers.endpoint import collect
from models import database
from models.migrate import migrate
from tests import redis_sets, servers
from tests.api import Api
from tests.app import App, assert_no_connection_held, assert_nothing_held, listening
from tests.logs import Log, capture
from tests.redis_sets import RedisSet, flushall, url_of
from tests.storage import Schema, Storage
from tests.waiting import held

Test = Callable[..., Awaitable[None]]

LONGEST_ID = 60
MEMORY = Path("/dev/shm")
MEMORY_BYTES = 4 << 30
TASK_SECONDS = 2.0
TEST_SECONDS = 120.0
FIXTURE_SECONDS = 60.0
ELSEWHERE = ("tests/console/", "tests/faults/", "tests/test_")
"""Tests of whole processes, where nothing is measured, and of the source's text."""


def pytest_asyncio_loop_factories() -> Mapping[str, Callable[[], asyncio.AbstractEventLoop]]:
    """Run tests on the loop that the server runs on."""
    return {"uvloop": uvloop.new_event_loop}


def pytest_configure() -> None:
    """Keep what tests write in memory where there is room: none is about the disk's own faults.

    Workers and processes inherit it. Every commit waits for the disk otherwise, the migrations'
    hundreds of each new database above all.
    """
    if MEMORY.is_dir() and shutil.disk_usage(MEMORY).free >= MEMORY_BYTES:
        os.environ.setdefault("TMPDIR", str(MEMORY))
        tempfile.tempdir = None  # it may have been asked for before


def pytest_sessionstart() -> None:
    """Have no loop but the tests' own: asyncio makes one for who asks first, and none closes it."""
    asyncio.set_event_loop(None)


@pytest.hookimpl(tryfirst=True)
def pytest_pycollect_makeitem(collector: Any, name: str, obj: Any) -> None:
    """Mark async tests for pytest-asyncio, but those of pytest-tornado."""
    if not (collector.funcnamefilter(name) and inspect.iscoroutinefunction(obj)):
        return
    own = getattr(obj, "pytestmark", ())
    marks = {mark.name for mark in (*own, *collector.iter_markers())}
    if not marks & {"asyncio", "gen_test"}:
        pytest.mark.asyncio(obj)


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Name long values after their argument: workers have to agree on names, tokens differ."""
    return argname if isinstance(val, str) and len(val) > LONGEST_ID else None


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run what is marked so on both engines, or on MariaDB alone."""
    again = pytest.param("mariadb", marks=pytest.mark.unmeasured)  # on SQLite it is measured
    for name, engines in (("both", ["sqlite", again]), ("mariadb", ["mariadb"])):
        if metafunc.definition.get_closest_marker(name) is None:
            continue
        if "engine" not in metafunc.fixturenames:
            raise pytest.UsageError(f"{metafunc.definition.nodeid}: {name}, but uses no database")
        metafunc.parametrize("engine", engines, indirect=True)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Watch over the tasks of every async test, and begin with those that take long."""
    items.sort(key=lambda item: item.get_closest_marker("seconds") is None)
    for item in items:
        if item.nodeid.startswith(ELSEWHERE):
            item.add_marker(pytest.mark.unmeasured)
        if item.get_closest_marker("asyncio") and isinstance(item, pytest.Function):
            names = item.fixturenames
            if "no_task_left" not in names:
                names.insert(0, "no_task_left")
            item.obj = in_time(item.obj, seconds_of(item))


@contextlib.contextmanager
def unmeasured() -> Iterator[None]:
    """Measure no coverage for a while: everything takes twice as long where it is measured.

    In a worker pytest-cov measures twice, and the first goes on when the second stops: so its own
    marker, ``no_cover``, has no effect there.
    """
    stopped = []
    while measuring := Coverage.current():
        measuring.stop()
        stopped.append(measuring)
    try:
        yield
    finally:
        for measuring in reversed(stopped):
            measuring.start()


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Iterator[None]:
    """Collect without coverage, but import with it whatever serves a call."""
    collect()
    with unmeasured():
        return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """Leave tests out of the coverage that are marked so, and their fixtures."""
    with unmeasured() if item.get_closest_marker("unmeasured") else contextlib.nullcontext():
        return (yield)


def seconds_of(item: pytest.Item) -> float:
    """How long a test may take."""
    mark = item.get_closest_marker("seconds")
    return mark.args[0] if mark else TEST_SECONDS


def in_time(test: Test, seconds: float) -> Test:
    """Fail a test that does not come to an end; its fixtures end as ever."""

    @functools.wraps(test)
    async def run(**fixtures: Any) -> None:
        async with asyncio.timeout(seconds):
            await test(**fixtures)

    return run


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Show what tests have to report, by ``record_property("report", text)``."""
    for outcome in ("passed", "failed"):
        for report in terminalreporter.getreports(outcome):
            for name, text in report.user_properties:
                if name == "report":
                    terminalreporter.section(report.nodeid)
                    terminalreporter.write_line(text)


@pytest_asyncio.fixture
async def no_task_left(request: pytest.FixtureRequest) -> AsyncIterator[None]:
    """Fail a test that leaves a task running, and one whose fixtures do not come to an end."""
    before = asyncio.all_tasks()
    loop = asyncio.get_running_loop()
    seconds = seconds_of(request.node) + FIXTURE_SECONDS
    late = loop.call_later(seconds, lambda: [task.cancel() for task in asyncio.all_tasks()])
    yield
    late.cancel()
    left = asyncio.all_tasks() - before - {asyncio.current_task()}
    if left:
        _, left = await asyncio.wait(left, timeout=TASK_SECONDS)  # some end just now
    assert not left, f"tasks are left: {left}"


@pytest.fixture(autouse=True)
def log() -> Iterator[Log]:
    """What is logged during the test; it fails when that is a fault."""
    log = Log()
    capture(log)
    root = logging.getLogger()
    root.addHandler(log)
    yield log
    root.removeHandler(log)
    log.assert_no_fault()


@pytest.fixture
def engine(request: pytest.FixtureRequest) -> str:
    """Which engine the test runs on."""
    name: str = getattr(request, "param", "sqlite")
    return name


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file, to be copied."""
    path = tmp_path_factory.mktemp("template") / "template.db"
    migrate(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def server_directory() -> Iterator[Path]:
    """A directory of this run's servers that goes with it."""
    with tempfile.TemporaryDirectory(prefix="zhuge-") as name:
        yield Path(name)


@pytest.fixture(scope="session")
def private_redis(server_directory: Path) -> Iterator[str]:
    """The URL of a Redis that only these tests use."""
    with servers.redis(server_directory / "redis") as url:
        yield url


@pytest.fixture(scope="session")
def private_sentinel(server_directory: Path) -> Iterator[RedisSet]:
    """A Redis with a replica behind a Sentinel that only these tests use."""
    with redis_sets.sentinel(server_directory / "sentinel") as redises:
        yield redises


@pytest.fixture(scope="session")
def private_cluster(server_directory: Path) -> Iterator[RedisSet]:
    """A cluster of three Redises that only these tests use."""
    with redis_sets.cluster(server_directory / "cluster") as redises:
        yield redises


@pytest.fixture(params=["redis", "sentinel", "cluster"])
def shared_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """The URL of each kind of Redis that processes share; it is empty again behind the test."""
    yield url_of(request, request.param)
    flushall(request, request.param)


@pytest.fixture(scope="session")
def private_mariadb(server_directory: Path) -> Iterator[str]:
    """The URL of a MariaDB that only these tests use."""
    # What a test wrote need not survive the machine, so no test waits for the disk.
    quick = ("--innodb-flush-log-at-trx-commit=0", "--innodb-flush-method=nosync")
    with servers.mariadb(server_directory / "mariadb", *quick) as url:
        yield url


@pytest.fixture(scope="session")
def schema(private_mariadb: str) -> Iterator[Schema]:
    """The migrated schema of the private MariaDB."""
    migrate(private_mariadb)
    with contextlib.closing(Schema(private_mariadb)) as schema:
        yield schema


@pytest.fixture
def storage(request: pytest.FixtureRequest, engine: str, tmp_path: Path) -> Iterator[Storage]:
    """A migrated and empty database of the test's engine."""
    if engine == "sqlite":
        path = tmp_path / "zhuge.db"
        shutil.copyfile(request.getfixturevalue("template"), path)
        yield Storage("sqlite", f"sqlite:///{path}", "")
        return
    schema: Schema = request.getfixturevalue("schema")
    redis_url: str = request.getfixturevalue("private_redis")
    yield Storage("mariadb", schema.url, redis_url)
    schema.empty()
    with Redis.from_url(redis_url) as redis:
        redis.flushall()


@pytest.fixture
def settings(request: pytest.FixtureRequest, storage: Storage, tmp_path: Path) -> Settings:
    """The demo's settings, on the test's database and data directory."""
    environ = {
        "ZHUGE_DATABASE_URL": storage.database_url,
        "ZHUGE_REDIS_URL": storage.redis_url,
        "ZHUGE_DATA_DIR": str(tmp_path),
        # They come in their own time; tests that are about them turn them on.
        "ZHUGE_NOTICES": "off",
    }
    changed: dict[str, Any] = {}
    for mark in reversed(list(request.node.iter_markers("settings"))):
        changed.update(mark.kwargs)
    return load(environ, **changed)


@pytest_asyncio.fixture
async def db(storage: Storage) -> AsyncIterator[None]:
    """The database connected, without a server."""
    async with held(database.connected(storage.database_url, 5.0)):
        yield
        await assert_no_connection_held()


@pytest_asyncio.fixture
async def app(settings: Settings) -> AsyncIterator[App]:
    """The server, listening."""
    async with listening(settings) as app:
        yield app
        await assert_nothing_held(app)


@pytest_asyncio.fixture
async def api(app: App) -> AsyncIterator[Api]:
    """A client of the server."""
    api = Api(app.url)
    yield api
    await api.close()
