"""What the simulated pay platform has to remember: its orders, in a directory of files.

Every file is written once and never changed, and the first of two writers wins; so the simulators
of several processes that share the directory agree, and nothing is lost with any of them.
"""

from __future__ import annotations

import hashlib
import json
import re
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Final

PAID: Final = "SUCCESS"
CLOSED: Final = "CLOSED"
PREPAY_ID: Final = re.compile("wx[0-9a-f]{34}")

Bill = Mapping[str, str]


class Ledger:
    """The orders of every merchant; call it in a thread.

    Args:
        directory: where they are; it is made with the first.
    """

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def open(self, prepay_id: str, bill: Bill) -> Bill:
        """Keep an order, unless there is one, and give the one that is kept."""
        self._write(f"{prepay_id}.bill", json.dumps(dict(bill)))
        kept = self.bill(prepay_id)
        assert kept is not None
        return kept

    def bill(self, prepay_id: str) -> Bill | None:
        """Give an order; None if there is none."""
        text = self._read(f"{prepay_id}.bill") if PREPAY_ID.fullmatch(prepay_id) else ""
        return json.loads(text) if text else None

    def end(self, prepay_id: str, state: str) -> str:
        """Pay an order or close it, unless that has happened, and give the state that holds."""
        self._write(f"{prepay_id}.end", f"{state} {int(time.time())}")
        return self.state(prepay_id)[0]

    def state(self, prepay_id: str) -> tuple[str, int]:
        """Give the state of an order, and the second in which it has come to an end."""
        state, _, moment = self._read(f"{prepay_id}.end").partition(" ")
        return state or "NOTPAY", int(moment or 0)

    def _read(self, name: str) -> str:
        try:
            return (self._directory / name).read_text("utf-8")
        except FileNotFoundError:
            return ""

    def _write(self, name: str, text: str) -> None:
        self._directory.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile("w", dir=self._directory, encoding="utf-8") as file:
            file.write(text)
            file.flush()
            try:
                (self._directory / name).hardlink_to(file.name)
            except FileExistsError:
                return


def prepay_id_of(merchant: str, number: str) -> str:
    """Make the ``prepay_id`` of a merchant's order, which is always the same."""
    return f"wx{hashlib.sha256(f'{merchant}/{number}'.encode()).hexdigest()[:34]}"
