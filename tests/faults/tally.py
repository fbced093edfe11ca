"""What the clients have heard and were told, counted against the database."""

from __future__ import annotations

import itertools
import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from models.chat import MessageRow
from tests.faults.client import Client
from tests.services.chat.load import Sender
from tests.services.chat.talk import Talk

Rows = dict[int, list[MessageRow]]


@dataclass
class Tally:
    """Counts of what may not be.

    Args:
        lost: messages that a client has not heard, or that were acknowledged and are not there.
        doubled: messages that a client has heard twice, or that are stored twice.
        out_of_order: messages that a client has heard behind a newer one.
        wrong: messages whose place or text differs from what is stored, or that nobody has sent.
        unrecovered: registrations that were told to read the history.
    """

    stored: int = 0
    heard: int = 0
    connections: int = 0
    lost: int = 0
    doubled: int = 0
    out_of_order: int = 0
    wrong: int = 0
    unrecovered: int = 0

    def __str__(self) -> str:
        return (
            f"{self.stored} messages stored, heard {self.heard} times over {self.connections}"
            f" connections; lost {self.lost}, doubled {self.doubled},"
            f" out of order {self.out_of_order}, wrong {self.wrong},"
            f" not recovered {self.unrecovered}"
        )

    @property
    def is_clean(self) -> bool:
        """Whether nothing is wrong."""
        wrong = (self.lost, self.doubled, self.out_of_order, self.wrong, self.unrecovered)
        return not any(wrong)

    def add_client(self, client: Client, rows: Rows) -> None:
        """Compare what a client has heard, and was told of what it sent."""
        self.connections += client.connections
        self.unrecovered += client.unrecovered
        for customer_id, heard in client.heard.items():
            self.heard += len(heard)
            seqs = [one.seq for one in heard]
            self.lost += len({row.seq for row in rows[customer_id]} - set(seqs))
            self.doubled += len(seqs) - len(set(seqs))
            self.out_of_order += sum(to < at for at, to in itertools.pairwise(seqs))
            stored = {row.seq: (row.id, _text(row)) for row in rows[customer_id]}
            self.wrong += sum(stored.get(one.seq) != (one.id, one.text) for one in heard)
        self._add_acks(client.acked, client.sent, [*client.heard], rows)

    def add_flood(self, sender: Sender, rows: Rows) -> None:
        """Compare what a flooding client was told; what was refused it has not sent again."""
        self._add_acks(sender.acked, sender.acked, [sender.talk.customer.id], rows)

    def add_stored(self, rows: Rows, sent: Collection[str]) -> None:
        """See that what is stored has no gap and no double, and was sent under these names."""
        for of_pair in rows.values():
            self.stored += len(of_pair)
            names = [row.client_msg_id for row in of_pair]
            self.doubled += len(names) - len(set(names))
            self.wrong += sum(name not in sent for name in names)
            seqs = [row.seq for row in of_pair]
            self.lost += len(set(range(1, len(seqs) + 1)) - set(seqs))

    def _add_acks(
        self,
        acked: dict[str, tuple[int, int]],
        sent: Collection[str],
        customer_ids: Sequence[int],
        rows: Rows,
    ) -> None:
        places = {row.client_msg_id: (row.id, row.seq) for one in customer_ids for row in rows[one]}
        self.lost += sum(name not in places for name in sent)
        self.wrong += sum(places.get(name, place) != place for name, place in acked.items())


async def read(talks: Sequence[Talk]) -> Rows:
    """Read all messages of pairs from the database, by customer."""
    return {talk.customer.id: await talk.stored() for talk in talks}


def _text(row: MessageRow) -> str:
    text: str = json.loads(row.content)["msg"]
    return text
