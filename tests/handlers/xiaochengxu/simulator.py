"""The WeChat that the server under test talks to, in the test's hands."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from services.wechat import opening
from services.wechat.simulator import Faults, add_pay, make_simulator, served


@dataclass
class Simulator:
    """The simulator that the server has started, how it misbehaves, and what it was asked."""

    url: str = ""
    faults: Faults = field(default_factory=Faults)

    def avatar(self, name: str = "demo-customer-7") -> str:
        """The address of a picture that it hosts."""
        return f"{self.url}/avatars/{name}.png"


@pytest.fixture(autouse=True)
def simulator(monkeypatch: pytest.MonkeyPatch) -> Simulator:
    """Give the server's own simulator faults and a memory. Ready when ``app`` is."""
    simulator = Simulator()

    @contextlib.asynccontextmanager
    async def observed(given: Any) -> AsyncIterator[str]:
        app = make_simulator(simulator.faults)
        add_pay(app, given.settings["desk"], simulator.faults)
        async with served(app) as url:
            simulator.url = url
            yield url

    monkeypatch.setattr(opening, "served", observed)
    return simulator
