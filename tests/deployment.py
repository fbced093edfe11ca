"""The server as operators run it: by supervisor and behind nginx, from the files that they get.

Only what those files say of places is changed, and what they mark with CHANGE.
"""

from __future__ import annotations

import asyncio
import contextlib
import getpass
import json
import os
import random
import re
import resource
import signal
import socket
import sys
from asyncio.subprocess import PIPE, STDOUT
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import trustme

from tests.processes import ROOT, Finished
from tests.servers import binary, free_port, running

COUNT = 3
ROLLING_SECONDS = 100


@dataclass(frozen=True)
class Deployment:
    """Processes by supervisor, with nginx in front.

    Args:
        directory: where the configuration, the logs and the data are.
        ports: of the processes.
        plain_port: nginx's, without TLS.
        tls_port: nginx's, with TLS.
    """

    directory: Path
    ports: list[int]
    plain_port: int
    tls_port: int

    @property
    def url(self) -> str:
        """Where clients call."""
        return f"https://127.0.0.1:{self.tls_port}"

    @property
    def ca_certs(self) -> str:
        """The file of the authority that vouches for nginx."""
        return str(self.directory / "ca.pem")

    @property
    def data_dir(self) -> Path:
        """What the processes share."""
        return self.directory / "data"

    @property
    def nginx_logs(self) -> str:
        """Everything that nginx has logged of clients."""
        return "".join(path.read_text() for path in (self.directory / "log").iterdir())

    @property
    def supervisor_log(self) -> str:
        """Everything that supervisor has logged of the processes."""
        return (self.directory / "var" / "supervisord.log").read_text()

    async def control(self, *arguments: str) -> Finished:
        """Run ``supervisorctl``."""
        return await self._run("supervisorctl", "-c", self._supervisor_conf, *arguments)

    async def restart_one_by_one(self) -> Finished:
        """Run ``conf/rolling_restart.sh``."""
        script = str(ROOT / "conf" / "rolling_restart.sh")
        return await self._run("sh", script, "-c", self._supervisor_conf)

    async def wait_ready(self) -> None:
        """Wait until every process is ready."""
        urls = [f"http://127.0.0.1:{port}/readyz" for port in self.ports]
        again = ("--retry", str(ROLLING_SECONDS), "--retry-delay", "1", "--retry-connrefused")
        ready = await self._run("curl", "-sS", "--fail", *again, *urls)
        assert ready.status == 0, ready.stdout

    async def pids(self) -> dict[str, str]:
        """The processes' numbers, by their names."""
        status = (await self.control("status")).stdout
        return dict(re.findall(r"^(\S+) +RUNNING +pid (\d+)", status, re.MULTILINE))

    @property
    def _supervisor_conf(self) -> str:
        return str(self.directory / "supervisor.conf")

    async def _run(self, *command: str) -> Finished:
        process = await asyncio.create_subprocess_exec(
            *command, stdout=PIPE, stderr=STDOUT, env=environ()
        )
        try:
            async with asyncio.timeout(ROLLING_SECONDS):
                said, _ = await process.communicate()
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
        assert process.returncode is not None
        return Finished(process.returncode, said.decode(), "")


def environ() -> dict[str, str]:
    """The environment of operators, who have supervisor's commands in their path."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("ZHUGE_")}
    return {**own, "PATH": f"{Path(sys.executable).parent}:{own.get('PATH', '')}"}


@contextlib.contextmanager
def deployed(directory: Path, database_url: str, redis_url: str) -> Iterator[Deployment]:
    """Start everything in a directory of its own; the processes may still be starting."""
    for name in ("var", "log", "data", "nginx"):
        (directory / name).mkdir(parents=True)
    first = consecutive_ports(COUNT)
    ports = [first + number for number in range(COUNT)]
    deployment = Deployment(directory, ports, free_port(), free_port())
    write_certificate(directory)
    write_settings(deployment, database_url, redis_url)
    write_supervisor_conf(deployment)
    write_nginx_conf(deployment)
    supervisord = [str(Path(sys.executable).with_name("supervisord")), "-n"]
    nginx = [binary("nginx"), "-e", str(directory / "log" / "start"), "-g", "daemon off;"]
    with (
        running(
            [*supervisord, "-c", str(directory / "supervisor.conf")],
            b"supervisord started",
            directory / "var" / "said",
            env=environ(),
            last_word=signal.SIGTERM,
        ),
        running(
            [*nginx, "-c", str(directory / "nginx.conf")],
            b"start worker processes",
            directory / "var" / "nginx",
            last_word=signal.SIGTERM,
        ),
    ):
        yield deployment


def write_certificate(directory: Path) -> None:
    """Make an authority, and nginx's certificate by it."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(directory / "ca.pem"))
    issued = authority.issue_cert("127.0.0.1")
    issued.private_key_pem.write_to_path(str(directory / "privkey.pem"))
    for pem in issued.cert_chain_pems:
        pem.write_to_path(str(directory / "fullchain.pem"), append=True)


def write_settings(deployment: Deployment, database_url: str, redis_url: str) -> None:
    """Write the file that ZHUGE_CONFIG names; nobody is throttled or told over WeChat."""
    settings = {
        "database_url": database_url,
        "redis_url": redis_url,
        "public_url": deployment.url,
        "secret_key": "k" * 32,
        "data_dir": str(deployment.data_dir),
        "notices": "off",
        "send_rate": 100_000,
        "send_burst": 100_000,
    }
    lines = [f"{name} = {json.dumps(value)}" for name, value in settings.items()]
    (deployment.directory / "zhugeleida.toml").write_text("\n".join(lines))


def write_supervisor_conf(deployment: Deployment) -> None:
    """Write supervisor's configuration of this place."""
    text = changed(
        (ROOT / "supervisor.conf").read_text("utf-8"),
        {
            "user=root": f"user={getpass.getuser()}",
            "user=zhuge": f"user={getpass.getuser()}",
            "directory=%(here)s": f"directory={ROOT}",
            "%(here)s/.venv/bin/python": sys.executable,
            "/etc/zhugeleida.toml": f"{deployment.directory}/zhugeleida.toml",
            "80%(process_num)02d": f"{deployment.ports[0] // 100}%(process_num)02d",
            "numprocs=4": f"numprocs={COUNT}",
            "minfds=16384": f"minfds={min(16384, resource.getrlimit(resource.RLIMIT_NOFILE)[1])}",
        },
    )
    (deployment.directory / "supervisor.conf").write_text(text)


def write_nginx_conf(deployment: Deployment) -> None:
    """Write nginx's configuration of this place."""
    directory = deployment.directory
    temporary = "".join(
        f"{kind}_temp_path {directory}/nginx/{kind};"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    text = changed(
        (ROOT / "conf" / "nginx.conf").read_text("utf-8"),
        {
            "user www-data;": f"user {getpass.getuser()};" if os.getuid() == 0 else "",
            "/run/nginx.pid": f"{directory}/nginx/pid",
            # Where it can be read when nginx is up.
            "error_log /var/log/nginx/error.log warn;": "error_log stderr notice;",
            "http {": f"http {{ {temporary}",
            "/var/log/nginx/": f"{directory}/log/",
            "        server 127.0.0.1:8004 max_fails=0;\n": "",
            **{
                f"127.0.0.1:800{number}": f"127.0.0.1:{port}"
                for number, port in enumerate(deployment.ports, 1)
            },
            "listen 80;": f"listen 127.0.0.1:{deployment.plain_port};",
            "listen 443 ": f"listen 127.0.0.1:{deployment.tls_port} ",
            "zhuge.example": "127.0.0.1",
            "/etc/ssl/zhugeleida/": f"{directory}/",
            "root /srv/zhuge;": f"root {deployment.data_dir};",
        },
    )
    (directory / "nginx.conf").write_text(text)


def changed(text: str, places: Mapping[str, str]) -> str:
    """Put this installation's places into an example; each has to be there."""
    for example, own in places.items():
        assert example in text, example
        text = text.replace(example, own)
    return text


def consecutive_ports(count: int) -> int:
    """Find the first of so many free ports, which ends with 01 as supervisor counts."""
    hundreds = random.sample(range(200, 320), 120)  # below those that the kernel gives away
    for first in (hundred * 100 + 1 for hundred in hundreds):
        with contextlib.suppress(OSError), contextlib.ExitStack() as stack:
            for port in range(first, first + count):
                stack.enter_context(socket.socket()).bind(("127.0.0.1", port))
            return first
    raise AssertionError("no ports are free")
