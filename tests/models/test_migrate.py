"""The way forward of the schema, and that it leads to what the models say."""

from __future__ import annotations

import asyncio
import itertools
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import peewee
import pytest

from models import TABLES
from models.engines import DatabaseAway
from models.migrate import MIGRATIONS, migrate, pending
from tests import processes, servers
from tests.storage import open_mariadb

STEPS = sorted(path.stem for path in MIGRATIONS.glob("[0-9]*.py"))

UNIQUE: dict[str, list[tuple[str, ...]]] = {
    "article_reader": [("article_id", "rep_id", "customer_id")],
    "action_counter": [("customer_id", "rep_id", "action", "day")],
    "action_total": [("rep_id", "customer_id", "day", "action", "company_id")],
    "audit_log": [("request_id",)],
    "bond": [("customer_id", "rep_id")],
    "card_praise": [("rep_id", "customer_id")],
    "case_collection": [("customer_id", "case_id")],
    "case_tag": [("company_id", "name")],
    "case_tag_link": [("case_id", "tag_id")],
    "company": [("name",)],
    "company_picture": [("company_id", "picture_url")],
    "conversation": [("rep_id", "customer_id")],
    "customer": [("openid", "kind")],
    "customer_note": [("rep_id", "customer_id")],
    "customer_tag": [("customer_id", "rep_id", "tag_id")],
    "diary_praise": [("customer_id", "diary_id")],
    "erasure": [("customer_id",)],
    "follow_phrase": [("rep_id", "phrase")],
    "goods_order": [("order_number",)],
    "lease": [("name",)],
    "login_code": [("code",)],
    "mall_settings": [("company_id",)],
    "message": [
        ("conversation_id", "seq"),
        ("conversation_id", "sender", "client_msg_id"),
    ],
    "mini_program": [("company_id",), ("appid",)],
    "notice": [("rep_id", "customer_id")],
    "official_account": [("company_id",), ("appid",)],
    "permission": [("path",), ("title",)],
    "product": [("company_id", "name")],
    "recall": [("message_id",)],
    "rep": [("username",), ("company_id", "wecom_userid")],
    "rep_tag": [("rep_id", "name")],
    "retention": [("company_id",)],
    "role": [("name",)],
    "session": [("token",)],
    "sign_praise": [("rep_id", "customer_id")],
    "tag": [("rep_id", "name")],
    "tag_search": [("customer_id", "tag_id")],
    "wecom_app": [("company_id", "kind")],
}
"""What no table may hold twice (semantics, section 1)."""

_numbers = itertools.count()


@pytest.fixture
def blank(engine: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Any]:
    """Makes URLs of databases without any table."""
    if engine == "sqlite":
        yield lambda: f"sqlite:///{tmp_path}/blank{next(_numbers)}.db"
        return
    url: str = request.getfixturevalue("private_mariadb")
    made: list[str] = []
    with open_mariadb(url) as connection, connection.cursor() as cursor:

        def make() -> str:
            made.append(f"blank{next(_numbers)}")
            cursor.execute(f"CREATE DATABASE {made[-1]} COLLATE utf8mb4_nopad_bin")
            return f"{url.rpartition('/')[0]}/{made[-1]}"

        yield make
        for name in made:
            cursor.execute(f"DROP DATABASE {name}")


@pytest.mark.both
async def test_a_fresh_database_gets_every_step(blank: Any) -> None:
    assert migrate(blank()) == STEPS


@pytest.mark.both
async def test_a_second_time_changes_nothing(blank: Any) -> None:
    url = blank()
    migrate(url)
    assert migrate(url) == []


@pytest.mark.both
async def test_steps_are_pending_until_they_have_been_taken(blank: Any) -> None:
    url = blank()
    before = pending(url)
    migrate(url)
    assert (before, pending(url)) == (STEPS, [])


@pytest.mark.both
async def test_of_several_processes_one_takes_the_steps(blank: Any) -> None:
    environ = {"ZHUGE_DATABASE_URL": blank()}
    ended = await asyncio.gather(*(processes.run("migrate", environ) for _ in range(3)))
    assert sorted((one.status, one.stdout.split()) for one in ended) == [
        (0, []),
        (0, []),
        (0, STEPS),
    ]


@pytest.mark.both
async def test_the_steps_lead_to_what_the_models_say(blank: Any) -> None:
    stepped, modelled = blank(), blank()
    migrate(stepped)
    with opened(modelled) as database, database.bind_ctx(TABLES):
        database.create_tables(TABLES, safe=False)
    assert described(stepped) == described(modelled)


@pytest.mark.both
async def test_no_table_is_without_a_model(blank: Any) -> None:
    url = blank()
    migrate(url)
    with opened(url) as database:
        assert set(database.get_tables()) - {"migratehistory"} == {
            table._meta.table_name for table in TABLES
        }


@pytest.mark.both
@pytest.mark.parametrize("table", UNIQUE)
async def test_what_is_unique_stays_so(storage: Any, table: str) -> None:
    with opened(storage.database_url) as database:
        found = {tuple(one.columns) for one in database.get_indexes(table) if one.unique}
    assert found - {("id",)} == set(UNIQUE[table])


@pytest.mark.both
async def test_no_index_is_the_beginning_of_another(storage: Any) -> None:
    with opened(storage.database_url) as database:
        for table in database.get_tables():
            columns = sorted(one.columns for one in database.get_indexes(table))
            pairs = itertools.pairwise(columns)
            assert [pair for pair in pairs if pair[1][: len(pair[0])] == pair[0]] == []


@pytest.mark.both
async def test_every_database_has_the_systems_tags_and_phrases(blank: Any) -> None:
    url = blank()
    migrate(url)
    with opened(url) as database:
        tags = database.execute_sql("SELECT id, name, parent_id, rep_id FROM tag ORDER BY id")
        groups = [(number, name) for number, name, parent, _ in tags if parent is None]
        tags = database.execute_sql("SELECT id, parent_id, rep_id FROM tag WHERE id > 4")
        parents = [(number, parent) for number, parent, rep in tags if rep is None]
        phrases = database.execute_sql("SELECT id, rep_id FROM follow_phrase ORDER BY id")
        assert groups == [(1, "基本功能"), (2, "关注点"), (3, "级别"), (4, "自定义")]
        assert parents == list(zip(range(5, 17), [1] * 5 + [2] * 4 + [3] * 3, strict=True))
        assert list(phrases) == [(number, None) for number in range(1, 10)]


async def test_a_server_that_is_away_is_told_as_such() -> None:
    with pytest.raises(DatabaseAway):
        migrate(f"mysql://zhuge:private@127.0.0.1:{servers.free_port()}/zhuge")


def opened(url: str) -> Any:
    """Open a database as peewee has it."""
    if url.startswith("sqlite"):
        return peewee.SqliteDatabase(url.removeprefix("sqlite:///"))
    connection = open_mariadb(url)
    host = {"host": connection.host, "port": connection.port, "user": "zhuge"}
    connection.close()
    name = url.rpartition("/")[2]
    return peewee.MySQLDatabase(name, password=servers.PASSWORD, charset="utf8mb4", **host)


def described(url: str) -> dict[str, list[str]]:
    """Describe each table: its columns, indexes, references and checks, in no order."""
    with opened(url) as database:
        return {
            name: parts(definition)
            for name, definition in definitions(database)
            if name != "migratehistory"
        }


def definitions(database: Any) -> Iterator[tuple[str, str]]:
    """Give the SQL of every table, indexes included, each part on a line of its own."""
    is_sqlite = isinstance(database, peewee.SqliteDatabase)
    for name in () if is_sqlite else database.get_tables():
        yield database.execute_sql(f"SHOW CREATE TABLE `{name}`").fetchone()
    if not is_sqlite:
        return
    rows = database.execute_sql("SELECT tbl_name, sql FROM sqlite_master ORDER BY tbl_name")
    for name, made in itertools.groupby(rows, lambda row: row[0]):
        yield name, "\n".join(split_up(sql) for _, sql in made if sql)


def split_up(sql: str) -> str:
    """Put each part of SQLite's definition of a table on a line of its own."""
    if not sql.startswith("CREATE TABLE"):
        return sql
    head, _, body = sql.rpartition(")")[0].partition("(")
    return "\n".join([head, *re.split(r", (?![^(]*\))", body)])


def parts(definition: str) -> list[str]:
    """Take a definition apart, without the names that indexes and references go by."""
    named = r"(?<=INDEX )\S+ |(?<=KEY )`\S+` (?=\()|CONSTRAINT `\S+` |AUTO_INCREMENT=\d+ "
    return sorted(line.strip(" ,") for line in re.sub(named, "", definition).split("\n"))
