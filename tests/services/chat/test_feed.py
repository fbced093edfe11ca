"""A feed sends every message once and in order, whatever becomes of the events (services/chat)."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator, Sequence

import pytest

from models.base import now
from models.chat import Sender
from services.chat.feed import Feed, Sink, Waiting
from services.chat.messages import Message
from services.chat.recalls import Recalled

REP = 1
CUSTOMER = 7
SCHEDULES = 300
PAGE = 3


def message(seq: int, customer_id: int = CUSTOMER, sender: int = Sender.REP) -> Message:
    """Make a message; a feed looks at its place alone."""
    return Message(
        id=seq,
        rep_id=REP,
        customer_id=customer_id,
        seq=seq,
        sender=sender,
        content="{}",
        created_at=now(),
        rep_avatar="",
        customer_name="",
        customer_avatar="",
        frames={},
    )


class Shown(Sink):
    """What a client has seen: by customer, seqs in the order in which they came."""

    def __init__(self) -> None:
        self.seqs: dict[int, list[int]] = defaultdict(list)

    def push(self, messages: Sequence[Message]) -> None:
        for one in messages:
            self.seqs[one.customer_id].append(one.seq)


class Told(Sink):
    """What a client is told, in order: ids of recalls, below zero, and seqs of messages.

    A receipt is above a hundred.
    """

    def __init__(self) -> None:
        self.frames: list[int] = []

    def recall(self, recalled: Recalled) -> None:
        self.frames.append(-recalled.message_id)

    def push(self, messages: Sequence[Message]) -> None:
        self.frames += [one.seq for one in messages]

    def receipt(self, rep_id: int, customer_id: int, seq: int) -> None:
        self.frames.append(100 + seq)


class Behind:
    """What feeds have asked to be read for them."""

    def __init__(self) -> None:
        self.asked: list[tuple[Feed, int]] = []

    def __call__(self, feed: Feed, customer_id: int) -> None:
        self.asked.append((feed, customer_id))


@pytest.fixture
def shown() -> Shown:
    """The client of the test's feed."""
    return Shown()


@pytest.fixture
def behind() -> Behind:
    """What the test's feed has asked for."""
    return Behind()


@pytest.fixture
def feed(shown: Shown, behind: Behind) -> Feed:
    """A feed of one pair that has been sent three messages."""
    feed = Feed(shown, Sender.CUSTOMER, REP, CUSTOMER, behind)
    feed.start({CUSTOMER: 3}, {CUSTOMER: 3})
    return feed


def recalled(seq: int) -> Recalled:
    """Make the recall of a message."""
    return Recalled(seq, REP, CUSTOMER, seq, Sender.REP)


def test_a_recall_is_told_at_once() -> None:
    told = Told()
    feed = Feed(told, Sender.CUSTOMER, REP, CUSTOMER, lambda *_: None)
    feed.start({CUSTOMER: 3}, {CUSTOMER: 3})
    feed.recall(recalled(2))
    feed.offer(message(4))
    assert told.frames == [-2, 4]


def test_a_recall_waits_until_the_client_knows_its_place_and_comes_before_messages() -> None:
    told = Told()
    feed = Feed(told, Sender.CUSTOMER, REP, CUSTOMER, lambda one, _: one.fill(7, [message(4)]))
    feed.recall(recalled(3))
    feed.offer(message(4))
    assert told.frames == []
    feed.start({CUSTOMER: 3}, {CUSTOMER: 4}, recalled=[recalled(1), recalled(2)])
    assert told.frames == [-1, -2, -3, 4]


def test_a_receipt_is_told_once_and_never_takes_back_another() -> None:
    told = Told()
    feed = Feed(told, Sender.CUSTOMER, REP, CUSTOMER, lambda *_: None)
    feed.start({CUSTOMER: 3}, {CUSTOMER: 3}, read={CUSTOMER: 1})
    for seq in (1, 2, 2, 1, 3):
        feed.receipt(CUSTOMER, seq)
    assert told.frames == [102, 103]


def test_a_receipt_waits_until_the_client_knows_its_place() -> None:
    told = Told()
    feed = Feed(told, Sender.CUSTOMER, REP, CUSTOMER, lambda *_: None)
    feed.receipt(CUSTOMER, 2)
    feed.receipt(CUSTOMER, 3)
    assert told.frames == []
    feed.start({CUSTOMER: 3}, {CUSTOMER: 3}, read={CUSTOMER: 2})
    assert told.frames == [103]


def test_what_the_client_was_told_with_its_place_is_no_receipt() -> None:
    told = Told()
    feed = Feed(told, Sender.CUSTOMER, REP, CUSTOMER, lambda *_: None)
    feed.receipt(CUSTOMER, 2)
    feed.start({CUSTOMER: 3}, {CUSTOMER: 3}, read={CUSTOMER: 2})
    assert told.frames == []


def test_a_recall_is_no_news_to_who_waits_for_messages() -> None:
    waiting = Waiting(Sender.CUSTOMER, REP, CUSTOMER)
    waiting.recall(recalled(1))
    assert not waiting.arrived.is_set()


def test_the_next_message_is_sent_at_once(feed: Feed, shown: Shown, behind: Behind) -> None:
    feed.offer(message(4))
    assert (shown.seqs[CUSTOMER], behind.asked) == ([4], [])


def test_a_message_that_was_sent_is_not_sent_again(
    feed: Feed, shown: Shown, behind: Behind
) -> None:
    for seq in (4, 4, 3, 1):
        feed.offer(message(seq))
    assert (shown.seqs[CUSTOMER], behind.asked) == ([4], [])


def test_a_gap_is_not_jumped_over(feed: Feed, shown: Shown, behind: Behind) -> None:
    feed.offer(message(6))
    assert (shown.seqs[CUSTOMER], behind.asked) == ([], [(feed, CUSTOMER)])


def test_a_gap_is_asked_for_once(feed: Feed, behind: Behind) -> None:
    for seq in (6, 7, 9):
        feed.offer(message(seq))
    assert len(behind.asked) == 1


def test_what_comes_while_a_gap_is_read_waits_for_it(feed: Feed, shown: Shown) -> None:
    feed.offer(message(6))
    feed.offer(message(4))
    feed.fill(CUSTOMER, [message(4), message(5), message(6)])
    assert (shown.seqs[CUSTOMER], feed.lacks_after(CUSTOMER)) == ([4, 5, 6], None)


def test_after_a_gap_it_goes_on_by_itself(feed: Feed, shown: Shown) -> None:
    feed.offer(message(5))
    feed.fill(CUSTOMER, [message(4), message(5)])
    assert feed.lacks_after(CUSTOMER) is None
    feed.offer(message(6))
    assert shown.seqs[CUSTOMER] == [4, 5, 6]


def test_a_message_that_comes_after_the_reading_began_is_still_lacking(feed: Feed) -> None:
    feed.offer(message(5))
    feed.offer(message(6))
    feed.fill(CUSTOMER, [message(4), message(5)])
    assert feed.lacks_after(CUSTOMER) == 5


def test_what_is_only_expected_is_asked_for(feed: Feed, behind: Behind) -> None:
    feed.expect(CUSTOMER, 4)
    assert (behind.asked, feed.lacks_after(CUSTOMER)) == ([(feed, CUSTOMER)], 3)


def test_what_has_been_sent_is_not_expected(feed: Feed, behind: Behind) -> None:
    feed.expect(CUSTOMER, 3)
    assert (behind.asked, feed.lacks_after(CUSTOMER)) == ([], None)


def test_a_gap_that_could_not_be_read_is_asked_for_again(feed: Feed, behind: Behind) -> None:
    feed.offer(message(5))
    feed.give_up(CUSTOMER)
    feed.expect(CUSTOMER, 5)
    assert len(behind.asked) == 2


def test_who_does_not_say_where_goes_on_where_the_connection_was(
    shown: Shown, behind: Behind
) -> None:
    before = Feed(shown, Sender.CUSTOMER, REP, CUSTOMER, behind)
    before.start({CUSTOMER: 2}, {CUSTOMER: 2})
    for seq in (3, 4, 6):  # it lacks 5, and so does not show 6 either
        before.offer(message(seq))
    before.stop()
    feed = Feed(shown, Sender.CUSTOMER, REP, CUSTOMER, behind)
    feed.start({CUSTOMER: 6}, {CUSTOMER: 6}, before)
    assert feed.lacks_after(CUSTOMER) == 4


def test_what_was_sent_for_another_rep_does_not_count(shown: Shown, behind: Behind) -> None:
    before = Feed(shown, Sender.CUSTOMER, REP + 1, CUSTOMER, behind)
    before.start({CUSTOMER: 2}, {CUSTOMER: 5})
    feed = Feed(shown, Sender.CUSTOMER, REP, CUSTOMER, behind)
    feed.start({CUSTOMER: 3}, {CUSTOMER: 3}, before)
    feed.offer(message(4))
    assert shown.seqs[CUSTOMER] == [4]


def test_nothing_is_sent_before_the_start(shown: Shown, behind: Behind) -> None:
    feed = Feed(shown, Sender.CUSTOMER, REP, CUSTOMER, behind)
    feed.offer(message(4))
    assert (shown.seqs, behind.asked, feed.lacks_after(CUSTOMER)) == ({}, [], None)


def test_what_came_before_the_start_is_asked_for_then(shown: Shown, behind: Behind) -> None:
    feed = Feed(shown, Sender.CUSTOMER, REP, CUSTOMER, behind)
    feed.offer(message(4))
    feed.start({CUSTOMER: 3}, {CUSTOMER: 3})
    assert (behind.asked, feed.lacks_after(CUSTOMER)) == ([(feed, CUSTOMER)], 3)


def test_a_stopped_feed_sends_nothing(feed: Feed, shown: Shown) -> None:
    feed.offer(message(6))
    feed.stop()
    feed.offer(message(4))
    assert (shown.seqs[CUSTOMER], feed.lacks_after(CUSTOMER)) == ([], None)


def test_customers_of_a_rep_have_their_own_places(shown: Shown, behind: Behind) -> None:
    feed = Feed(shown, Sender.REP, REP, None, behind)
    feed.start({1: 2, 2: 5}, {1: 2, 2: 5})
    for seq, customer_id in ((3, 1), (6, 2), (9, 1), (7, 2), (1, 3)):
        feed.offer(message(seq, customer_id))
    assert (shown.seqs, behind.asked) == ({1: [3], 2: [6, 7], 3: [1]}, [(feed, 1)])


def test_a_long_poll_wakes_for_the_other_sides_message_alone() -> None:
    own, other = (Waiting(Sender.CUSTOMER, REP, CUSTOMER) for _ in range(2))
    own.offer(message(1, sender=Sender.CUSTOMER))
    other.offer(message(1, sender=Sender.REP))
    assert [one.arrived.is_set() for one in (own, other)] == [False, True]


class World:
    """A database, a bus that loses, repeats and reorders, and readers that stop anywhere."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.shown = Shown()
        self.customers = self.chance.choice([[CUSTOMER], [1, 2, 3]])
        customer_id = CUSTOMER if self.customers == [CUSTOMER] else None
        self.feed = Feed(self.shown, Sender.REP, REP, customer_id, self._begin)
        self.last = {one: self.chance.randint(0, 5) for one in self.customers}
        self.begun = {one: self.chance.randint(0, last) for one, last in self.last.items()}
        self.started_at = dict(self.last)
        self.events: list[tuple[int, int]] = []
        self.readers: list[tuple[int, Iterator[None]]] = []

    def play(self) -> None:
        """Let anything happen, and then everything that is left."""
        moves = [self._commit] * 3 + [self._event] * 4 + [self._read] * 4
        moves += [self._expect, self._fail]
        for _ in range(self.chance.randint(5, 25)):
            self.chance.choice([self._commit, self._event])()
        # The places were read a while ago; what has been committed since is news.
        self.feed.start(dict(self.begun), dict(self.started_at))
        for _ in range(self.chance.randint(20, 150)):
            self.chance.choice(moves)()
        while self.readers:
            self._read()
        for customer_id, last in self.last.items():  # a gap of the bus: all is compared
            self.feed.expect(customer_id, last)
        while self.readers:
            self._read()

    def _commit(self) -> None:
        customer_id = self.chance.choice(self.customers)
        self.last[customer_id] += 1
        for _ in range(self.chance.choice([0, 1, 1, 1, 2])):
            place = self.chance.randint(max(0, len(self.events) - 4), len(self.events))
            self.events.insert(place, (customer_id, self.last[customer_id]))

    def _event(self) -> None:
        if self.events:
            customer_id, seq = self.events.pop(0)
            self.feed.offer(message(seq, customer_id))

    def _expect(self) -> None:
        customer_id = self.chance.choice(self.customers)
        self.feed.expect(customer_id, self.chance.randint(0, self.last[customer_id]))

    def _begin(self, feed: Feed, customer_id: int) -> None:
        assert customer_id not in [busy for busy, _ in self.readers], "two read the same"
        self.readers.append((customer_id, self._reader(feed, customer_id)))

    def _read(self) -> None:
        if not self.readers:
            return
        reader = self.chance.choice(self.readers)
        if next(reader[1], self) is self:
            self.readers.remove(reader)

    def _fail(self) -> None:
        if self.readers:
            self.feed.give_up(self.readers.pop()[0])

    def _reader(self, feed: Feed, customer_id: int) -> Iterator[None]:
        """Read as the delivery does; wherever it waits, other things happen."""
        while (sent := feed.lacks_after(customer_id)) is not None:
            yield
            rows = range(sent + 1, min(self.last[customer_id], sent + PAGE) + 1)
            yield
            if not rows:
                feed.give_up(customer_id)
                return
            if feed.lacks_after(customer_id) is not None:
                feed.fill(customer_id, [message(seq, customer_id) for seq in rows])


@pytest.mark.parametrize("hundred", range(10))
def test_whatever_becomes_of_the_events_each_message_is_sent_once_and_in_order(
    hundred: int,
) -> None:
    for seed in range(hundred * SCHEDULES, (hundred + 1) * SCHEDULES):
        world = World(seed)
        world.play()
        for customer_id in world.customers:
            expected = list(range(world.begun[customer_id] + 1, world.last[customer_id] + 1))
            assert world.shown.seqs[customer_id] == expected, f"schedule {seed}"
