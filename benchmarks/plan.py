"""What the load process is told to do, and what it tells of it, both as JSON."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Caller:
    """A principal of the load with its signature, good for a quarter of an hour."""

    id: int
    timestamp: str
    rand_str: str


@dataclass(frozen=True, slots=True)
class Bound:
    """A rep and a customer that belongs to it."""

    rep: Caller
    customer: Caller


@dataclass(frozen=True, slots=True)
class Plan:
    """One run of the load.

    Args:
        what: ``chat``, ``cards`` or ``sockets``.
        ports: the servers; for ``chat`` the customers are spread over them in order.
        pairs: who takes part; for ``chat`` each pair has a socket on either side.
        watched: processes whose CPU is measured; ``server`` is the one under load.
        width: messages in flight per socket (chat), connections (cards), idle sockets (sockets).
        is_bare: the server is one of ``benchmarks.bare``, which checks and stores nothing.
        rep_ports: the same for the reps; empty as for the customers.
        database_url, redis_url: whose own counters are read, too; empty for none.
    """

    what: str
    ports: list[int]
    pairs: list[Bound]
    watched: dict[str, int]
    width: int
    seconds: float
    warm_up: float = 1.0
    is_bare: bool = False
    rep_ports: list[int] = field(default_factory=list)
    database_url: str = ""
    redis_url: str = ""

    @property
    def port(self) -> int:
        """The one server of a load that knows no more."""
        (port,) = self.ports
        return port

    def to_dict(self) -> dict[str, Any]:
        """Write the plan for the load process."""
        return asdict(self)

    @classmethod
    def from_dict(cls, given: dict[str, Any]) -> Plan:
        """Read what ``to_dict`` wrote."""
        pairs = [
            Bound(Caller(**pair["rep"]), Caller(**pair["customer"])) for pair in given["pairs"]
        ]
        return cls(**{**given, "pairs": pairs})


@dataclass(slots=True)
class Outcome:
    """What came of a run.

    Args:
        figures: what was measured, by name.
        faults: what the server did wrong; a run with any has failed.
    """

    figures: dict[str, Any]
    faults: list[str] = field(default_factory=list)
