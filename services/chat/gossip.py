"""What the processes say of who is there, put together. Knows neither the bus nor the time.

A process numbers its changes. Whoever hears the numbers without a gap knows all that it has said;
whoever does not is in doubt about it, and believes its next whole state only. So it does not matter
what is lost, comes twice or comes late.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import Final

CUSTOMER_BITS: Final = 32

Key = int
"""Who is there: a rep, or a customer towards a rep. One number, since there are tens of thousands
of them in each process, and a tuple takes twice the memory."""


def key_of(rep_id: int, customer_id: int | None) -> Key:
    """Make the key of a rep, or of its customer if there is one."""
    return rep_id << CUSTOMER_BITS | (customer_id or 0)


def ids_of(key: Key) -> tuple[int, int | None]:
    """Read a key: the rep, and its customer if that is who it means."""
    rep_id, customer_id = divmod(key, 1 << CUSTOMER_BITS)
    return rep_id, customer_id or None


@dataclass(slots=True)
class _Said:
    """What one process has said.

    Args:
        serial: the number of its last change; None before its first whole state.
        silent: for how many seconds nothing has been heard of it.
        parts: what has come of its next whole state, which is the one with number ``coming``.
    """

    serial: int | None = None
    present: set[Key] = field(default_factory=set)
    silent: float = 0.0
    coming: int = -1
    parts: dict[int, Collection[Key]] = field(default_factory=dict)


class Gossip:
    """Who is there by what each process has said, as long as any says so.

    Args:
        patience: after how many seconds of silence a process counts as dead.
        came: called with whoever is there now and was not.
        went: called with whoever is there no more.
    """

    def __init__(
        self, patience: float, came: Callable[[Key], None], went: Callable[[Key], None]
    ) -> None:
        self._patience = patience
        self._came = came
        self._went = went
        self._processes: dict[str, _Said] = {}
        self._doubts: set[str] = set()

    @property
    def known(self) -> int:
        """How many are there, counted once for each process that says so."""
        return sum(len(said.present) for said in self._processes.values())

    @property
    def processes(self) -> int:
        """How many processes have said something and not stopped."""
        return len(self._processes)

    def is_there(self, key: Key) -> bool:
        """Whether any process says so."""
        return any(key in said.present for said in self._processes.values())

    def take_doubts(self) -> list[str]:
        """List the processes whose whole state is needed, since the last time of asking."""
        doubts, self._doubts = self._doubts, set()
        return sorted(doubts)

    def hear_change(
        self, process: str, serial: int, present: Collection[Key], absent: Collection[Key]
    ) -> None:
        """Hear who has come and gone."""
        said = self._heard(process)
        if said.serial is not None and serial == said.serial + 1:
            said.serial = serial
            self._set(said, present, absent)
        else:
            self._compare(process, said, serial)

    def hear_whole(
        self, process: str, serial: int, part: int, parts: int, present: Collection[Key]
    ) -> None:
        """Hear a part of who is there after the change ``serial``; the last part makes it count."""
        said = self._heard(process)
        if said.serial is not None and serial <= said.serial:
            return
        if serial != said.coming:
            said.coming = serial
            said.parts = {}
        said.parts[part] = present
        if len(said.parts) < parts:
            return
        now = {key for keys in said.parts.values() for key in keys}
        said.serial = serial
        said.parts = {}
        self._set(said, now - said.present, said.present - now)

    def hear_beat(self, process: str, serial: int) -> None:
        """Hear that a process lives, and the number of its last change."""
        self._compare(process, self._heard(process), serial)

    def hear_goodbye(self, process: str) -> None:
        """Hear that a process has stopped."""
        said = self._processes.get(process)
        if said is not None:
            self._set(said, (), said.present)
            del self._processes[process]
        self._doubts.discard(process)

    def live(self, seconds: float) -> None:
        """Let time pass, in which everybody could have been heard."""
        for process, said in list(self._processes.items()):
            said.silent += seconds
            if said.silent > self._patience:
                self.hear_goodbye(process)

    def _heard(self, process: str) -> _Said:
        said = self._processes.setdefault(process, _Said())
        said.silent = 0.0
        return said

    def _compare(self, process: str, said: _Said, serial: int) -> None:
        if said.serial is None or serial > said.serial:
            self._doubts.add(process)

    def _set(self, said: _Said, present: Collection[Key], absent: Collection[Key]) -> None:
        others = [other.present for other in self._processes.values() if other is not said]
        fresh = set(present) - said.present
        gone = said.present.intersection(absent)
        said.present |= fresh
        said.present -= gone
        for key in fresh.difference(*others):
            self._came(key)
        for key in gone.difference(*others):
            self._went(key)
