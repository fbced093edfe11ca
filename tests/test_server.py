"""The command line and the life of the process, as an operator meets them."""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import socket
import time
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
from tornado.httpclient import AsyncHTTPClient

from handlers.description import describe
from handlers.endpoint import collect, collect_raw
from models.migrate import MIGRATIONS
from tests.api import Api, Caller
from tests.processes import ROOT, Finished, run, serving
from tests.servers import free_port
from tests.storage import Storage

Environ = dict[str, str]
SECONDS_TO_STOP = 10
PASSWORD = "a-long-password"
COMMANDS = ["serve", "migrate", "create-admin", "load-demo", "doctor", "openapi"]


@pytest.fixture
def demo(tmp_path: Path) -> Environ:
    """The demo, in a directory of its own."""
    return {
        "ZHUGE_DATABASE_URL": f"sqlite:///{tmp_path}/data/zhuge.db",
        "ZHUGE_DATA_DIR": f"{tmp_path}/data",
    }


@pytest.fixture
def production(demo: Environ) -> Environ:
    """A production server on SQLite."""
    return {
        **demo,
        "ZHUGE_PROFILE": "production",
        "ZHUGE_PUBLIC_URL": "https://zhuge.example",
        "ZHUGE_SECRET_KEY": "k" * 32,
    }


@pytest.fixture
def several(production: Environ, storage: Storage) -> Environ:
    """A production server that may have others beside it."""
    return {
        **production,
        "ZHUGE_DATABASE_URL": storage.database_url,
        "ZHUGE_REDIS_URL": storage.redis_url,
    }


def the_one_line(finished: Finished) -> str:
    """What a command says that fails: one line on standard error, and nothing else."""
    assert finished.stdout == ""
    (line,) = finished.stderr.splitlines()
    return line


def from_here(path: Path) -> str:
    """Write a path as the server's own directory sees it."""
    return os.path.relpath(path, ROOT)


async def make_admin(environ: Environ, **changed: str) -> Finished:
    """Run ``create-admin``."""
    options = {"company": "诸葛", "username": "boss", "password": PASSWORD, **changed}
    arguments = [part for name, value in options.items() for part in (f"--{name}", value)]
    return await run("create-admin", environ, *arguments)


@pytest.mark.parametrize("command", COMMANDS)
async def test_every_command_explains_itself(command: str) -> None:
    finished = await run(command, {}, "--help")
    assert (finished.status, "Usage: server.py" in finished.stdout) == (0, True)


@pytest.mark.parametrize("command", ["serve", "migrate", "doctor", "load-demo"])
async def test_a_bad_setting_ends_a_command_with_one_line_that_names_it(
    demo: Environ, command: str
) -> None:
    finished = await run(command, {**demo, "ZHUGE_LIMITS": "maybe"})
    assert (finished.status, the_one_line(finished)[:14]) == (2, "ZHUGE_LIMITS: ")


async def test_an_unknown_setting_ends_the_start_with_the_nearest_name(demo: Environ) -> None:
    finished = await run("serve", {**demo, "ZHUGE_DATABASE_URI": "x"})
    assert finished.status == 2
    assert "ZHUGE_DATABASE_URL" in the_one_line(finished)


async def test_a_data_directory_that_cannot_be_made_is_a_bad_setting(
    demo: Environ, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    finished = await run("serve", {**demo, "ZHUGE_DATA_DIR": f"{tmp_path}/file"})
    assert (finished.status, "ZHUGE_DATA_DIR" in the_one_line(finished)) == (2, True)


async def test_a_port_that_is_taken_is_a_bad_setting(production: Environ) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        finished = await run("serve", production, "--port", port)
    assert (finished.status, finished.stderr.count("\n")) == (2, 1)
    assert "ZHUGE_PORT" in finished.stderr


@pytest.mark.parametrize("command", ["serve", "migrate"])
async def test_a_database_that_is_away_ends_a_command_with_one_line(
    demo: Environ, command: str
) -> None:
    url = f"mysql://zhuge:private@127.0.0.1:{free_port()}/zhuge"
    finished = await run(command, {**demo, "ZHUGE_DATABASE_URL": url})
    assert (finished.status, "private" in the_one_line(finished)) == (1, False)


@pytest.mark.mariadb
@pytest.mark.parametrize("command", ["serve", "migrate"])
@pytest.mark.parametrize(("right", "wrong"), [(":private@", ":wrong@"), ("/zhuge$", "/nowhere")])
async def test_a_database_that_lets_nobody_in_is_a_bad_setting(
    several: Environ, command: str, right: str, wrong: str
) -> None:
    url = re.sub(right, wrong, several["ZHUGE_DATABASE_URL"])
    finished = await run(command, {**several, "ZHUGE_DATABASE_URL": url})
    assert (finished.status, the_one_line(finished)[:20]) == (2, "ZHUGE_DATABASE_URL: ")


@pytest.mark.parametrize("command", ["serve", "migrate"])
@pytest.mark.parametrize("path", ["/proc/x/y.db", "{tmp_path}", "{tmp_path}/text"])
async def test_a_file_that_cannot_be_a_database_is_a_bad_setting(
    demo: Environ, tmp_path: Path, command: str, path: str
) -> None:
    (tmp_path / "text").write_text("no database, but long enough to be taken for one" * 9)
    url = f"sqlite:///{path.format(tmp_path=tmp_path)}"
    finished = await run(command, {**demo, "ZHUGE_DATABASE_URL": url})
    assert (finished.status, the_one_line(finished)[:20]) == (2, "ZHUGE_DATABASE_URL: ")


async def test_doctor_tells_of_a_file_that_is_no_database(demo: Environ, tmp_path: Path) -> None:
    (tmp_path / "text").write_text("no database, but long enough to be taken for one" * 9)
    url = f"sqlite:///{tmp_path}/text"
    finished = await run("doctor", {**demo, "ZHUGE_DATABASE_URL": url})
    assert (finished.status, finished.stderr) == (1, "")
    assert "database: file is not a database" in finished.stdout.splitlines()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_server_that_is_told_to_stop_exits_with_0_in_time(
    production: Environ, number: int
) -> None:
    async with serving(production) as process:
        began = time.monotonic()
        assert await process.stop(number) == 0
        assert time.monotonic() - began < SECONDS_TO_STOP


@pytest.mark.parametrize("kind", ["xiaochengxu", "gongzhonghao", "leida"])
async def test_a_server_that_stops_closes_sockets_with_1001(production: Environ, kind: str) -> None:
    async with serving(production) as process, AsyncExitStack() as stack:
        api = Api(process.url)
        stack.push_async_callback(api.close)
        chat = await api.socket(kind)
        await chat.before_pong()
        await process.stop()
        assert await chat.close_code() == 1001


async def test_a_server_that_stops_answers_who_waits_for_messages(demo: Environ) -> None:
    async with serving(demo) as process, AsyncExitStack() as stack:
        api = Api(process.url)
        stack.push_async_callback(api.close)
        rep = await logged_in(api, "demo-rep-1", "zhuge-demo")
        contacts = await api.get("/zhugeleida/qiyeweixin/contact", caller=rep)
        customer_id = contacts.data["ret_data"][0]["customer_id"]
        path = "/zhugeleida/qiyeweixin/chat/getmsg"
        await api.get(path, {"customer_id": customer_id}, caller=rep)
        waiting = asyncio.create_task(
            api.get(path, {"customer_id": customer_id, "wait": 25}, caller=rep)
        )
        await in_service(api, rep)
        await process.stop()
        assert (await waiting)["code"] == 200


async def test_a_server_that_has_stopped_tells_of_no_fault(production: Environ) -> None:
    async with serving(production) as process:
        await process.stop()
        assert "Traceback" not in process.output
        assert '"fault"' not in process.output


async def test_a_killed_server_starts_again(production: Environ) -> None:
    async with serving(production) as process:
        await process.kill()
    async with serving(production) as process:
        assert await process.stop() == 0


async def test_a_demo_tells_where_it_is_and_how_to_get_in(demo: Environ) -> None:
    async with serving(demo) as process:
        greeting = process.output
    assert process.url in greeting
    assert f"{process.url}/console/" in greeting
    assert "demo-rep-1" in greeting


async def test_a_demo_shows_its_pictures_from_a_relative_directory(
    demo: Environ, tmp_path: Path
) -> None:
    async with serving({**demo, "ZHUGE_DATA_DIR": from_here(tmp_path / "data")}) as process:
        picture = next((tmp_path / "data" / "statics").rglob("*.jpg"))
        http = AsyncHTTPClient(force_instance=True)
        try:
            response = await http.fetch(f"{process.url}/{picture.relative_to(tmp_path / 'data')}")
        finally:
            http.close()
    assert response.body == picture.read_bytes()


async def test_migrate_names_the_steps_that_it_takes(production: Environ) -> None:
    finished = await run("migrate", production)
    assert finished.stdout.split() == sorted(path.stem for path in MIGRATIONS.glob("[0-9]*.py"))


async def test_migrate_is_silent_when_there_is_nothing_to_do(production: Environ) -> None:
    await run("migrate", production)
    finished = await run("migrate", production)
    assert (finished.status, finished.stdout) == (0, "")


async def test_openapi_writes_the_description() -> None:
    finished = await run("openapi", {})
    assert json.loads(finished.stdout) == describe(collect(), collect_raw())


async def test_doctor_is_content_with_what_answers(production: Environ) -> None:
    await run("migrate", production)
    finished = await run("doctor", production)
    assert finished.status == 0
    assert {"database: ok", "disk: ok", "schema: ok", "fonts: ok"} <= set(
        finished.stdout.splitlines()
    )


async def test_without_fonts_a_server_starts_and_says_so(production: Environ) -> None:
    environ = {**production, "ZHUGE_POSTER_FONTS": "/nowhere/font.ttf"}
    async with serving(environ) as process:
        assert "apt-get install fonts-wqy-microhei" in process.output
    finished = await run("doctor", environ)
    assert (finished.status, "fonts: no font has Chinese" in finished.stdout) == (0, True)


async def test_doctor_tells_of_steps_that_wait(production: Environ) -> None:
    finished = await run("doctor", production)
    assert (finished.status, "schema: waiting for: 001" in finished.stdout) == (1, True)


async def test_doctor_tells_of_a_database_that_is_away(production: Environ) -> None:
    url = f"mysql://zhuge:private@127.0.0.1:{free_port()}/zhuge"
    finished = await run("doctor", {**production, "ZHUGE_DATABASE_URL": url})
    assert (finished.status, finished.stderr) == (1, "")
    assert "database: ok" not in finished.stdout


@pytest.mark.mariadb
async def test_doctor_tells_of_a_redis_that_is_away(several: Environ) -> None:
    away = f"redis://127.0.0.1:{free_port()}/0"
    finished = await run("doctor", {**several, "ZHUGE_REDIS_URL": away})
    assert finished.status == 1
    assert {"database: ok", "redis: ok"} & set(finished.stdout.splitlines()) == {"database: ok"}


async def test_doctor_shows_no_secret(production: Environ) -> None:
    finished = await run("doctor", production)
    assert production["ZHUGE_SECRET_KEY"] not in finished.stdout


async def test_who_was_made_admin_can_log_in(production: Environ) -> None:
    await make_admin(production)
    async with serving(production) as process, AsyncExitStack() as stack:
        api = Api(process.url)
        stack.push_async_callback(api.close)
        form = {"username": "boss", "password": PASSWORD}
        answer = await api.post("/zhugeleida/admin/login", form)
    assert (answer["code"], answer.data["role_id"], answer.data["company_name"]) == (200, 1, "诸葛")


async def test_a_second_admin_joins_the_company_of_the_first(production: Environ) -> None:
    await make_admin(production)
    await make_admin(production, username="second")
    async with serving(production) as process, AsyncExitStack() as stack:
        api = Api(process.url)
        stack.push_async_callback(api.close)
        logins = [
            await api.post("/zhugeleida/admin/login", {"username": username, "password": PASSWORD})
            for username in ("boss", "second")
        ]
    assert logins[0].data["company_id"] == logins[1].data["company_id"]


@pytest.mark.parametrize(
    ("changed", "complaint"),
    [({"password": "too-short"}, "密码"), ({"username": "boss"}, "用户名已存在")],
)
async def test_an_admin_that_cannot_be_made_is_told_why_in_one_line(
    production: Environ, changed: Environ, complaint: str
) -> None:
    await make_admin(production)
    finished = await make_admin(production, **{"username": "other", **changed})
    assert (finished.status != 0, complaint in the_one_line(finished)) == (True, True)


@pytest.mark.mariadb
async def test_an_admin_may_have_the_longest_names_there_are(several: Environ) -> None:
    finished = await make_admin(several, username="某" * 64, company="诸" * 128)
    assert (finished.status, finished.stderr) == (0, "")


async def test_production_does_not_start_on_demo_data(demo: Environ, production: Environ) -> None:
    await run("load-demo", demo)
    finished = await run("serve", production, "--port", "0")
    assert (finished.status, the_one_line(finished)[:20]) == (2, "ZHUGE_DATABASE_URL: ")


async def test_production_loads_no_demo_data(production: Environ) -> None:
    finished = await run("load-demo", production)
    assert (finished.status, "ZHUGE_PROFILE" in the_one_line(finished)) == (2, True)


async def logged_in(api: Api, username: str, password: str) -> Caller:
    """Log a rep in over HTTP."""
    form = {"username": username, "password": password}
    data: Any = (await api.post("/zhugeleida/admin/login", form)).data
    return Caller(data["user_id"], data["token"], "rep")


async def in_service(api: Api, rep: Caller) -> None:
    """Let a call that was sent before arrive: one that is sent after has been answered."""
    await api.get("/zhugeleida/qiyeweixin/contact/query_num", caller=rep)
