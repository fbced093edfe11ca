"""What the examples for operators say agrees with what the server does."""

from __future__ import annotations

import configparser
import json
import re
import shlex
import tomllib

import pytest

import server
from handlers.bodies import MOST_BODY_BYTES
from handlers.chatting import LONGEST_WAIT_SECONDS
from handlers.codes import AWAY_TEXT, TOO_LARGE_TEXT, UNKNOWN_URL_TEXT, Code
from handlers.http_server import LAST_REQUESTS_SECONDS
from handlers.public.connection import PING_SECONDS, PONG_SECONDS
from services.limits import SPARE_FILES
from tests.source import ROOT

OTHER_FILES = 100
NGINX = (ROOT / "conf" / "nginx.conf").read_text("utf-8")
MAKEFILE = (ROOT / "Makefile").read_text("utf-8")
MEGABYTE = 1024 * 1024


def program(section: str = "program:zhugeleida") -> configparser.SectionProxy:
    """What supervisor is told of the server, or of itself."""
    parser = configparser.RawConfigParser(inline_comment_prefixes=(";",))
    parser.read_string((ROOT / "supervisor.conf").read_text("utf-8"))
    return parser[section]


def directive(name: str) -> str:
    """The value of a directive of nginx that stands there once."""
    (value,) = re.findall(rf"^\s*{name}\s+([^;]+);", NGINX, re.MULTILINE)
    return str(value)


def arguments(number: int) -> list[str]:
    """What supervisor starts process number ``number`` with."""
    command = program()["command"].replace("%(process_num)02d", f"{number:02}")
    return shlex.split(command)


def test_supervisor_starts_the_server_in_a_way_that_it_takes() -> None:
    _, script, name, *options = arguments(1)
    context = server.main.commands[name].make_context(name, options)
    assert (script, context.params["port"]) == ("server.py", 8001)


def test_supervisor_starts_from_what_make_installs_into() -> None:
    assert arguments(1)[0] == "%(here)s/.venv/bin/python"


def test_nginx_asks_every_process_that_supervisor_starts() -> None:
    first, count = int(program()["numprocs_start"]), int(program()["numprocs"])
    started = {f"127.0.0.1:{arguments(number)[-1]}" for number in range(first, first + count)}
    assert set(re.findall(r"server (\S+:\d+) max_fails=0;", NGINX)) == started


def test_supervisor_waits_longer_than_the_server_takes_to_stop() -> None:
    with (ROOT / "conf" / "production.toml").open("rb") as file:
        deadline = tomllib.load(file)["shutdown_timeout_seconds"]
    assert int(program()["stopwaitsecs"]) > deadline


def test_supervisor_does_not_start_a_process_with_a_bad_setting_again() -> None:
    assert str(server.BAD_SETTING) in program()["exitcodes"].split(",")


def test_nginx_gives_up_kept_connections_before_a_stopping_server_does() -> None:
    (kept,) = re.findall(r"keepalive 64;.*?keepalive_timeout (\d+)s;", NGINX, re.DOTALL)
    assert int(kept) < LAST_REQUESTS_SECONDS


def test_a_stopping_server_has_time_for_requests_and_for_sockets() -> None:
    with (ROOT / "conf" / "production.toml").open("rb") as file:
        deadline = tomllib.load(file)["shutdown_timeout_seconds"]
    assert deadline >= 2 * LAST_REQUESTS_SECONDS


def test_nginx_has_two_connections_for_every_file_that_processes_may_open() -> None:
    of_workers = int(directive("worker_processes")) * int(directive("worker_connections"))
    files = int(program("supervisord")["minfds"])
    assert of_workers >= 2 * files * int(program()["numprocs"])
    assert int(directive("worker_rlimit_nofile")) > int(directive("worker_connections"))


def test_sockets_leave_open_files_for_long_polls_and_kept_connections() -> None:
    with (ROOT / "conf" / "production.toml").open("rb") as file:
        settings = tomllib.load(file)
    files = int(program("supervisord")["minfds"])
    assert settings["connections_per_process"] + SPARE_FILES <= files
    kept = int(directive("worker_processes")) * int(directive("keepalive"))
    assert settings["waits_per_process"] + kept + OTHER_FILES <= SPARE_FILES


def test_the_rolling_restart_finds_the_port_at_the_end_of_a_name() -> None:
    name, command = program()["process_name"], arguments(1)[-1]
    port = name.replace("%(process_num)02d", "01").rpartition("_")[2]
    assert port == command


def test_nginx_logs_no_requests_among_ordinary_errors() -> None:
    site = NGINX[NGINX.index("listen 443") :]
    assert re.findall(r"^\s*error_log \S+ (\w+);", site, re.MULTILINE) == ["crit"]


def test_nginx_bounds_a_body_as_the_server_does() -> None:
    assert int(directive("client_max_body_size").removesuffix("m")) * MEGABYTE == MOST_BODY_BYTES


@pytest.mark.parametrize(
    ("code", "text"),
    [
        (Code.TOO_LARGE, TOO_LARGE_TEXT),
        (Code.AWAY, AWAY_TEXT),
        (Code.FORBIDDEN, UNKNOWN_URL_TEXT),
    ],
)
def test_what_nginx_answers_itself_is_an_envelope(code: Code, text: str) -> None:
    (answer,) = re.findall(rf"return {code.value} '(.+)';", NGINX)
    assert json.loads(answer) == {"code": code, "msg": text, "data": {}}


@pytest.mark.parametrize("seconds", [LONGEST_WAIT_SECONDS, PING_SECONDS + PONG_SECONDS])
def test_nginx_waits_longer_than_the_server_is_silent(seconds: int) -> None:
    assert int(directive("proxy_read_timeout").removesuffix("s")) > seconds


def test_nginx_never_logs_a_query() -> None:
    (log_format,) = re.findall(r"log_format (.*?);", NGINX, re.DOTALL)
    assert not {"$request ", "$request_uri", "$args", '$request"'} & set(
        re.split(r"(?<=\W)", log_format)
    )
    assert "$uri" in log_format


def test_nginx_passes_websockets_on() -> None:
    assert "proxy_set_header Upgrade $http_upgrade" in NGINX


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md"])
def test_the_answers_of_the_session_to_paste_have_lines_of_their_own(name: str) -> None:
    shown = re.findall(r"^curl .*", (ROOT / name).read_text("utf-8"), re.MULTILINE)
    assert [line for line in shown if "curl -sw '\\n' " not in line] == []
    assert len(shown) == 6


def test_continuous_integration_runs_what_a_developer_runs() -> None:
    script = (ROOT / ".ci" / "run").read_text("utf-8")
    commands = [line for line in script.splitlines() if line and not line.startswith("#")]
    assert commands == ["set -eu", 'cd "$(dirname "$0")/.."', "exec make test"]


def test_every_pinned_package_has_one_version() -> None:
    for name in ("requirements.txt", "requirements-dev.txt"):
        text = (ROOT / name).read_text("utf-8")
        lines = [line for line in text.splitlines() if line and not line.startswith(("#", "-r"))]
        assert [line for line in lines if not re.fullmatch(r"[a-z0-9-]+==[\w.]+", line)] == []
