"""How tests make the simulator misbehave, and see what it was asked."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

CALLS_KEPT: Final = 10_000


@dataclass(frozen=True)
class Fault:
    """One way to misbehave; what is set is done in this order.

    Args:
        delay_seconds: wait before answering.
        drop: then close the connection without a word.
        status: answer with this HTTP status and nothing else.
        body: answer with this text as it is.
        errcode: answer with this errcode.
        times: for so many calls, and then behave; for ever if None.
    """

    delay_seconds: float = 0.0
    drop: bool = False
    status: int | None = None
    body: str | None = None
    errcode: int | None = None
    times: int | None = None


@dataclass(frozen=True)
class ReceivedCall:
    """A call that the simulator received; of a query name that came twice, the last value.

    Args:
        body: what was posted, as text.
    """

    method: str
    path: str
    query: dict[str, str]
    body: str = ""


class Faults:
    """The faults of a simulator, by path, and the calls that it received, oldest first."""

    def __init__(self) -> None:
        self.calls: deque[ReceivedCall] = deque(maxlen=CALLS_KEPT)
        self._faults: dict[str, Fault] = {}

    def set(self, path: str, fault: Fault) -> None:
        """Misbehave on this path, instead of any other way set before."""
        self._faults[path] = fault

    def replace(self, faults: Mapping[str, Fault]) -> None:
        """Misbehave on these paths, and on no other."""
        self._faults = dict(faults)

    def received(self, path: str) -> list[ReceivedCall]:
        """The calls to this path."""
        return [call for call in self.calls if call.path == path]

    def receive(self, call: ReceivedCall) -> Fault:
        """Record a call and say how to misbehave on it, which is not at all as a rule."""
        self.calls.append(call)
        fault = self._faults.get(call.path, Fault())
        if fault.times is None:
            return fault
        if fault.times == 0:
            return Fault()
        self._faults[call.path] = replace(fault, times=fault.times - 1)
        return fault
