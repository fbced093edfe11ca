"""Chunks on the disk: several processes, crashes, and what is swept."""

from __future__ import annotations

import os
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from services.errors import Invalid, NoTask, Throttled
from services.media import chunks
from services.media.chunks import Allowance, Chunks, Purpose, Task
from tests.pictures import files

TASK = Task(7, Purpose.PHOTO, "wu_1")
DAY = 24 * 3600.0


@pytest.fixture
def store(tmp_path: Path) -> Chunks:
    """Chunks of one process."""
    return Chunks(tmp_path, Allowance(tasks=3, bytes=1000))


def age(root: Path, seconds: float) -> None:
    """Make everything older."""
    moment = time.time() - seconds
    for path in root.rglob("*"):
        os.utime(path, (moment, moment))


def test_a_chunk_that_comes_again_takes_the_place_of_the_first(store: Chunks) -> None:
    store.add(TASK, 0, b"old")
    store.add(TASK, 0, b"newer")
    assert store.received(TASK) == {0: 5}
    assert chunks.read(store.take(TASK, None)) == b"newer"


def test_chunks_are_put_together_by_their_numbers(store: Chunks) -> None:
    for number in (10, 2, 0, 1, *range(3, 10), 11):
        store.add(TASK, number, b"%d," % number)
    assert chunks.read(store.take(TASK, None)) == b"0,1,2,3,4,5,6,7,8,9,10,11,"


def test_what_is_being_written_is_no_chunk(store: Chunks, tmp_path: Path) -> None:
    store.add(TASK, 0, b"x")
    (tmp_path / TASK.folder / ".1.ab12").write_bytes(b"half")
    assert store.received(TASK) == {0: 1}
    assert chunks.read(store.take(TASK, None)) == b"x"


@pytest.mark.parametrize(
    ("numbers", "missing"),
    [([1], "0"), ([0, 2], "1"), ([3, 0], "1、2"), ([9], "0、1、2、3、4等")],
)
def test_a_gap_is_named_and_the_chunks_stay(
    store: Chunks, numbers: list[int], missing: str
) -> None:
    for number in numbers:
        store.add(TASK, number, b"x")
    with pytest.raises(Invalid) as caught:
        store.take(TASK, None)
    assert caught.value.message == f"上传异常,缺少分片{missing}"
    assert list(store.received(TASK)) == sorted(numbers)


def test_of_many_who_take_a_task_one_gets_it(store: Chunks, tmp_path: Path) -> None:
    store.add(TASK, 0, b"x")
    processes = [Chunks(tmp_path, None) for _ in range(8)]

    def take(process: Chunks) -> bool:
        try:
            process.take(TASK, None)
        except NoTask:
            return False
        return True

    with ThreadPoolExecutor(8) as threads:
        assert sorted(threads.map(take, processes)) == [False] * 7 + [True]


def test_who_comes_too_late_for_a_task_is_not_told_that_it_has_a_gap(store: Chunks) -> None:
    def take(_: int) -> str:
        try:
            store.drop(store.take(TASK, None))
        except NoTask:
            return "no task"
        return "taken"

    with ThreadPoolExecutor(8) as threads:
        for _ in range(60):
            for number in range(40):
                store.add(TASK, number, b"x")
            assert sorted(threads.map(take, range(8))) == ["no task"] * 7 + ["taken"]


def test_chunks_are_added_by_many_while_others_take_and_drop(tmp_path: Path) -> None:
    processes = [Chunks(tmp_path, None) for _ in range(4)]

    def work(process: Chunks) -> int:
        taken = 0
        for _ in range(100):
            process.add(TASK, 0, b"x")
            try:
                process.drop(process.take(TASK, None))
            except NoTask:
                continue
            taken += 1
        return taken

    with ThreadPoolExecutor(4) as threads:
        counts = list(threads.map(work, processes))
    assert sum(counts) > 0
    assert (files(tmp_path), list(tmp_path.iterdir())) == (set(), [])


def test_a_task_that_is_given_back_can_be_taken_again(store: Chunks) -> None:
    store.add(TASK, 0, b"x")
    store.give_back(TASK, store.take(TASK, None))
    assert chunks.read(store.take(TASK, None)) == b"x"


def test_a_task_begun_anew_is_not_mixed_with_one_given_back(store: Chunks) -> None:
    store.add(TASK, 0, b"old")
    taken = store.take(TASK, None)
    store.add(TASK, 1, b"new")
    store.give_back(TASK, taken)
    assert store.received(TASK) == {1: 3}
    assert not taken.exists()


def test_what_has_waited_too_long_is_swept(store: Chunks, tmp_path: Path) -> None:
    store.add(TASK, 0, b"x")
    store.add(replace(TASK, name="wu_2"), 0, b"x")
    store.take(replace(TASK, name="wu_2"), None)  # and the process dies
    age(tmp_path, DAY + 60)
    store.add(replace(TASK, rep_id=8), 0, b"x")
    store.sweep(DAY)
    assert [path.name for path in tmp_path.iterdir()] == ["8"]


def test_a_task_waits_from_its_last_chunk_on(store: Chunks, tmp_path: Path) -> None:
    store.add(TASK, 0, b"x")
    age(tmp_path, DAY + 60)
    store.add(TASK, 0, b"y")
    store.sweep(DAY)
    assert store.received(TASK) == {0: 1}


def test_what_is_being_completed_is_not_swept(store: Chunks, tmp_path: Path) -> None:
    store.add(TASK, 0, b"x")
    age(tmp_path, DAY + 60)
    taken = store.take(TASK, None)
    store.sweep(DAY)
    assert chunks.read(taken) == b"x"


def test_sweeping_where_nothing_is_does_nothing(tmp_path: Path) -> None:
    Chunks(tmp_path / "none", None).sweep(DAY)
    (tmp_path / "stray").write_text("x")
    Chunks(tmp_path, None).sweep(0.0)
    assert [path.name for path in tmp_path.iterdir()] == ["stray"]


def test_a_rep_may_have_so_many_bytes_under_way(store: Chunks) -> None:
    store.add(TASK, 0, bytes(600))
    with pytest.raises(Throttled):
        store.add(replace(TASK, name="wu_2"), 0, bytes(401))
    store.add(replace(TASK, name="wu_2"), 0, bytes(400))
    store.add(replace(TASK, rep_id=8), 0, bytes(600))


def test_what_a_refused_task_held_is_given_free(store: Chunks, tmp_path: Path) -> None:
    store.add(TASK, 0, b"x")
    with pytest.raises(Invalid):
        store.add(TASK, 500, b"x")
    assert list(tmp_path.iterdir()) == []


def test_tasks_of_two_purposes_are_two(store: Chunks) -> None:
    store.add(TASK, 0, b"x")
    with pytest.raises(NoTask):
        store.received(replace(TASK, purpose=Purpose.PRODUCT))


def test_a_file_that_has_grown_too_large_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Chunks(tmp_path, None)
    store.add(TASK, 0, bytes(20))
    monkeypatch.setattr(chunks, "MOST_BYTES", 19)  # as when two processes take chunks at once
    with pytest.raises(Invalid):
        chunks.read(store.take(TASK, None))
