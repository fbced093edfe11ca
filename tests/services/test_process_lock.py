"""The place among the processes of a database, after its server has ended the connection."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterator

import pymysql
import pytest

from models.seats import Seat
from services import process_lock
from services.process_lock import Place
from tests.storage import Storage, open_mariadb

pytestmark = pytest.mark.mariadb


class Processes:
    """Makes seats of processes on one database."""

    def __init__(self, url: str) -> None:
        self._url = url
        self.made: list[Seat] = []
        self._others = self._connections()

    def make(self, *, is_alone: bool) -> Seat:
        """A process that has not taken its place yet."""
        self.made.append(Seat(self._url, is_alone=is_alone, timeout_seconds=5))
        return self.made[-1]

    def disconnect(self) -> None:
        """End the connections of all of them, as a restart of the server does."""
        for number in self._connections() - self._others:
            # One that has ended by itself cannot be ended.
            with (
                contextlib.suppress(pymysql.err.OperationalError),
                open_mariadb(self._url) as connection,
            ):
                connection.kill(number)

    def _connections(self) -> set[int]:
        with open_mariadb(self._url) as connection, connection.cursor() as cursor:
            cursor.execute(
                "SELECT id FROM information_schema.processlist WHERE id <> CONNECTION_ID()"
            )
            return {number for (number,) in cursor.fetchall()}


@pytest.fixture
def processes(storage: Storage) -> Iterator[Processes]:
    """Processes that all leave at the end."""
    processes = Processes(storage.database_url)
    yield processes
    for seat in processes.made:
        seat.leave()


@pytest.mark.parametrize(
    ("first", "second", "is_admitted"),
    [(True, True, False), (True, False, False), (False, True, False), (False, False, True)],
)
def test_a_process_that_must_be_alone_is(
    processes: Processes, *, first: bool, second: bool, is_admitted: bool
) -> None:
    assert processes.make(is_alone=first).take()
    assert processes.make(is_alone=second).take() is is_admitted


@pytest.mark.parametrize("is_alone", [True, False])
def test_a_place_that_was_left_is_free(processes: Processes, *, is_alone: bool) -> None:
    first = processes.make(is_alone=is_alone)
    first.take()
    first.leave()
    assert processes.make(is_alone=True).take()


def test_a_process_that_was_refused_is_in_nobodys_way(processes: Processes) -> None:
    sharing = processes.make(is_alone=False)
    sharing.take()
    assert not processes.make(is_alone=True).take()
    assert processes.make(is_alone=False).take()


@pytest.mark.parametrize("is_alone", [True, False])
def test_a_place_whose_connection_has_ended_is_taken_anew(
    processes: Processes, *, is_alone: bool
) -> None:
    seat = processes.make(is_alone=is_alone)
    seat.take()
    processes.disconnect()
    assert seat.keep()
    assert not processes.make(is_alone=True).take()


async def test_a_process_whose_place_another_has_taken_is_told_to_end(
    processes: Processes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(process_lock, "KEEP_SECONDS", 0.01)
    seat, told = processes.make(is_alone=True), asyncio.Event()
    seat.take()
    seat.leave()
    assert processes.make(is_alone=True).take()
    place = Place(seat.keep)
    await asyncio.wait_for(place.watch(told.set), 10)
    assert (place.is_lost, told.is_set()) == (True, True)
