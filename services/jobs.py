"""Work that is done again and again until the server stops."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from services.errors import DatabaseAway, UpstreamAway

_log = structlog.get_logger("jobs")


async def every(seconds: float, job: Callable[[], Awaitable[None]], name: str) -> None:
    """Do a job with a pause before each time; a failure is logged and the next time comes."""
    while True:
        await asyncio.sleep(seconds)
        await guarded(job, name)


async def guarded(job: Callable[[], Awaitable[None]], name: str, **about: int) -> bool:
    """Do a job once and log its failure, so that one fault does not end what runs beside it.

    Args:
        about: what of the job it is, for the log.

    Returns:
        whether it was done.
    """
    try:
        await job()
    except (DatabaseAway, UpstreamAway) as error:
        _log.warning("job postponed", job=name, error=str(error), **about)
    except Exception:  # noqa: BLE001 - whatever it is, the next time comes
        _log.exception("fault", job=name, **about)
    else:
        return True
    return False
