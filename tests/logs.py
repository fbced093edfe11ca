"""What the server has logged during a test."""

from __future__ import annotations

import logging
from collections.abc import MutableMapping
from typing import Any

import structlog

Event = dict[str, Any]


class Log(logging.Handler):
    """Every structlog event, and every error that a library logs, in the order of writing."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.events: list[Event] = []
        self.records: list[logging.LogRecord] = []

    @property
    def errors(self) -> list[str]:
        """What libraries have logged as errors."""
        return [self.format(record) for record in self.records]

    def named(self, name: str) -> list[Event]:
        """Find the events of one name."""
        return [event for event in self.events if event["event"] == name]

    def take(self, name: str) -> list[Event]:
        """Find the events of one name and forget them: a test takes the faults that it expects."""
        found = self.named(name)
        self.events = [event for event in self.events if event["event"] != name]
        return found

    def emit(self, record: logging.LogRecord) -> None:
        # Formatted later: a forgotten task is told of by the garbage collector, wherever that runs.
        self.records.append(record)

    def capture(
        self, logger: object, method: str, event: MutableMapping[str, Any]
    ) -> MutableMapping[str, Any]:
        """Keep a structlog event instead of writing it (a structlog processor)."""
        self.events.append(dict(event))
        raise structlog.DropEvent

    def assert_no_fault(self) -> None:
        """Fail when something was logged that only a mistake of ours can cause."""
        faults = [event.get("exc_info", event) for event in self.named("fault")]
        assert not faults, f"faults were logged: {faults!r}"
        assert not self.records, "\n".join(["errors were logged:", *self.errors])


def capture(log: Log) -> None:
    """Send all events to ``log``."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            log.capture,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.DEBUG),
        logger_factory=structlog.ReturnLoggerFactory(),
        cache_logger_on_first_use=False,
    )
