"""The counts of the fault suite see what is wrong (tests/faults/tally.py)."""

from __future__ import annotations

from models.base import now
from models.chat import MessageRow, Sender
from tests.faults.tally import Tally
from tests.services.chat.talk import content


def row(seq: int, name: str | None) -> MessageRow:
    """Make a message as it is stored."""
    return MessageRow(seq, 1, 1, seq, Sender.REP, content("甲"), name, now())


def test_a_message_that_is_stored_again_under_no_name_is_counted() -> None:
    tally = Tally()
    tally.add_stored({1: [row(1, "one"), row(2, None)]}, ["one"])
    assert (tally.wrong, tally.is_clean) == (1, False)


def test_what_is_stored_as_it_was_sent_is_clean() -> None:
    tally = Tally()
    tally.add_stored({1: [row(1, "one"), row(2, "two")]}, ["one", "two"])
    assert (tally.stored, tally.is_clean) == (2, True)
