"""Keeps an embedded server alone: SQLite has one writer, and without Redis nobody hears another."""

from __future__ import annotations

import contextlib
import fcntl
from collections.abc import Iterator
from pathlib import Path


class AlreadyRunning(Exception):
    """Another process serves from the same data directory."""


@contextlib.contextmanager
def only_process(data_dir: Path) -> Iterator[None]:
    """Hold the data directory's lock; it goes with the process, however that ends.

    Raises:
        AlreadyRunning: another process holds it.
    """
    with (data_dir / "server.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AlreadyRunning from None
        yield
