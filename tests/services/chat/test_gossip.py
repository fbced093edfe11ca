"""Gossip: whatever of what is said gets lost, doubled or late, in the end everybody agrees."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from services.chat.gossip import Gossip, Key, ids_of, key_of

PATIENCE = 25.0
KEYS = range(1, 9)
MOST_KEYS = 3

Event = Callable[[Gossip], None]


@dataclass
class Heard:
    """One process's view, with what it has learned in its order."""

    learned: list[tuple[Key, bool]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.gossip = Gossip(
            PATIENCE,
            lambda key: self.learned.append((key, True)),
            lambda key: self.learned.append((key, False)),
        )

    @property
    def present(self) -> set[Key]:
        """Who is there."""
        return {key for key in KEYS if self.gossip.is_there(key)}


@pytest.fixture
def heard() -> Heard:
    """The view of a process that has heard nothing yet."""
    return Heard()


def begin(heard: Heard, process: str = "甲", *keys: Key) -> None:
    """Hear a process's first whole state."""
    heard.gossip.hear_whole(process, 0, 0, 1, keys)


@pytest.mark.parametrize("ids", [(1, None), (1, 1), (2**31 - 1, 2**31 - 1), (7, 2**31 - 1)])
def test_a_key_says_whom_it_means(ids: tuple[int, int | None]) -> None:
    assert ids_of(key_of(*ids)) == ids


def test_who_comes_and_goes_is_learned(heard: Heard) -> None:
    begin(heard)
    heard.gossip.hear_change("甲", 1, [1, 2], [])
    heard.gossip.hear_change("甲", 2, [], [1])
    assert heard.learned == [(1, True), (2, True), (1, False)]


def test_who_is_with_two_processes_is_there_until_both_have_lost_it(heard: Heard) -> None:
    begin(heard, "甲", 1)
    begin(heard, "乙", 1)
    heard.gossip.hear_change("甲", 1, [], [1])
    assert heard.learned == [(1, True)]
    heard.gossip.hear_change("乙", 1, [], [1])
    assert heard.learned == [(1, True), (1, False)]


def test_the_same_again_is_no_news(heard: Heard) -> None:
    begin(heard, "甲", 1)
    heard.gossip.hear_change("甲", 1, [1], [2])
    heard.gossip.hear_change("甲", 1, [], [1])
    begin(heard)
    assert heard.learned == [(1, True)]


def test_after_a_gap_only_the_whole_counts(heard: Heard) -> None:
    begin(heard)
    heard.gossip.hear_change("甲", 2, [2], [])
    assert (heard.present, heard.gossip.take_doubts()) == (set(), ["甲"])
    heard.gossip.hear_whole("甲", 2, 0, 1, [1, 2])
    assert (heard.present, heard.gossip.take_doubts()) == ({1, 2}, [])


def test_a_beat_shows_that_the_last_change_was_lost(heard: Heard) -> None:
    begin(heard)
    heard.gossip.hear_beat("甲", 0)
    assert heard.gossip.take_doubts() == []
    heard.gossip.hear_beat("甲", 1)
    assert heard.gossip.take_doubts() == ["甲"]


def test_a_process_that_nobody_has_heard_of_is_in_doubt(heard: Heard) -> None:
    heard.gossip.hear_change("甲", 1, [1], [])
    assert (heard.present, heard.gossip.take_doubts()) == (set(), ["甲"])


def test_a_whole_counts_when_all_its_parts_are_there(heard: Heard) -> None:
    heard.gossip.hear_whole("甲", 4, 1, 2, [2])
    assert heard.present == set()
    heard.gossip.hear_whole("甲", 4, 0, 2, [1])
    assert heard.present == {1, 2}


def test_parts_of_two_wholes_are_not_put_together(heard: Heard) -> None:
    heard.gossip.hear_whole("甲", 4, 0, 2, [1])
    heard.gossip.hear_whole("甲", 5, 1, 2, [2])
    assert heard.present == set()
    heard.gossip.hear_whole("甲", 5, 0, 2, [3])
    assert heard.present == {2, 3}


def test_a_process_that_has_been_silent_for_too_long_is_forgotten(heard: Heard) -> None:
    begin(heard, "甲", 1)
    begin(heard, "乙", 2)
    heard.gossip.live(PATIENCE)
    heard.gossip.hear_beat("乙", 0)
    heard.gossip.live(1.0)
    assert heard.present == {2}


def test_a_process_that_says_goodbye_is_forgotten_at_once(heard: Heard) -> None:
    begin(heard, "甲", 1)
    for _ in range(2):
        heard.gossip.hear_goodbye("甲")
    assert heard.learned == [(1, True), (1, False)]


class Speaker:
    """A process that speaks as presence does, to listeners that miss some of it."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.here: set[Key] = set()
        self._serial = 0

    def move(self, chance: random.Random) -> Event:
        """Have somebody come or go, and say so."""
        key = chance.choice(KEYS)
        self.here ^= {key}
        self._serial += 1
        news = ([key], []) if key in self.here else ([], [key])
        serial = self._serial
        return lambda gossip: gossip.hear_change(self.name, serial, *news)

    def beat(self) -> Event:
        """Say that it lives."""
        serial = self._serial
        return lambda gossip: gossip.hear_beat(self.name, serial)

    def whole(self) -> list[Event]:
        """Say who is there, in parts."""
        serial, here = self._serial, sorted(self.here)
        parts = [here[start : start + MOST_KEYS] for start in range(0, len(here), MOST_KEYS)]
        parts = parts or [[]]

        def say(number: int) -> Event:
            return lambda gossip: gossip.hear_whole(
                self.name, serial, number, len(parts), parts[number]
            )

        return [say(number) for number in range(len(parts))]


def mangled(events: list[Event], chance: random.Random) -> list[Event]:
    """Lose some events, double some and put them into any order."""
    kept = [event for event in events if chance.random() < 0.7]
    kept += [event for event in events if chance.random() < 0.2]
    chance.shuffle(kept)
    return kept


@pytest.mark.parametrize("seed", range(60))
def test_whatever_gets_lost_doubled_or_late_all_agree_after_one_exchange(seed: int) -> None:
    chance, heard = random.Random(seed), Heard()
    speakers = [Speaker(name) for name in "甲乙丙"]
    events: list[Event] = []
    for _ in range(60):
        speaker = chance.choice(speakers)
        events.append(speaker.move(chance))
        events += speaker.whole() if chance.random() < 0.2 else []
        if chance.random() < 0.3:
            for event in mangled(events, chance):
                event(heard.gossip)
            events = []
    for speaker in speakers:
        speaker.beat()(heard.gossip)
    doubted = heard.gossip.take_doubts()
    for speaker in speakers:
        for event in speaker.whole() if speaker.name in doubted else []:
            event(heard.gossip)
    there = set().union(*(speaker.here for speaker in speakers))
    assert heard.present == there
    assert dict(heard.learned) == {key: key in there for key, _ in heard.learned}
    for key in KEYS:
        states = [is_there for other, is_there in heard.learned if other == key]
        assert states == [number % 2 == 0 for number in range(len(states))]
