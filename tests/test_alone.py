"""Which servers may be beside each other on one database (docs/OPERATIONS.md, "Processes")."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.processes import Finished, run, serving
from tests.storage import Storage

Environ = dict[str, str]


@pytest.fixture
def production(tmp_path: Path, storage: Storage) -> Environ:
    """A production server on the test's database, without Redis."""
    return {
        "ZHUGE_PROFILE": "production",
        "ZHUGE_DATABASE_URL": storage.database_url,
        "ZHUGE_DATA_DIR": f"{tmp_path}/data",
        "ZHUGE_PUBLIC_URL": "https://zhuge.example",
        "ZHUGE_SECRET_KEY": "k" * 32,
    }


@pytest.fixture
def sharing(production: Environ, storage: Storage) -> Environ:
    """The same with Redis."""
    return {**production, "ZHUGE_REDIS_URL": storage.redis_url}


def is_refused(finished: Finished) -> bool:
    """Whether a server was refused in one line that says what several need."""
    lines = finished.stderr.splitlines()
    return (finished.status, finished.stdout, len(lines)) == (2, "", 1) and lines[0].startswith(
        "ZHUGE_REDIS_URL: another process serves from this database"
    )


@pytest.mark.both
async def test_a_second_process_without_redis_is_refused(production: Environ) -> None:
    async with serving(production):
        assert is_refused(await run("serve", production, "--port", "0"))


@pytest.mark.both
async def test_a_second_process_with_another_data_directory_is_refused(
    production: Environ, tmp_path: Path
) -> None:
    elsewhere = {**production, "ZHUGE_DATA_DIR": f"{tmp_path}/elsewhere"}
    async with serving(production):
        assert is_refused(await run("serve", elsewhere, "--port", "0"))


async def test_a_second_process_that_reaches_the_file_by_a_link_is_refused(
    production: Environ, tmp_path: Path
) -> None:
    (tmp_path / "link.db").symlink_to(tmp_path / "zhuge.db")
    linked = {**production, "ZHUGE_DATABASE_URL": f"sqlite:///{tmp_path}/link.db"}
    async with serving(production):
        assert is_refused(await run("serve", linked, "--port", "0"))


async def test_servers_of_two_databases_may_be_beside_each_other(
    production: Environ, tmp_path: Path
) -> None:
    other = {**production, "ZHUGE_DATABASE_URL": f"sqlite:///{tmp_path}/other.db"}
    async with serving(production) as first, serving(other) as second:
        assert first.port != second.port


@pytest.mark.mariadb
async def test_a_process_without_redis_is_refused_beside_two_that_share_it(
    production: Environ, sharing: Environ
) -> None:
    async with serving(sharing), serving(sharing):
        assert is_refused(await run("serve", production, "--port", "0"))


@pytest.mark.mariadb
async def test_a_process_with_redis_is_refused_beside_one_without(
    production: Environ, sharing: Environ
) -> None:
    async with serving(production):
        assert is_refused(await run("serve", sharing, "--port", "0"))


@pytest.mark.mariadb
async def test_several_processes_share_mysql_and_redis(sharing: Environ) -> None:
    async with serving(sharing) as first, serving(sharing) as second:
        assert first.port != second.port


@pytest.mark.both
async def test_a_server_starts_right_after_another_was_killed(production: Environ) -> None:
    async with serving(production) as process:
        await process.kill()
    async with serving(production) as process:
        assert await process.stop() == 0
