"""Work that several callers wait for at once and that is done for all of them together."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Flights(Generic[T]):
    """Pieces of work under way in this process, by name."""

    def __init__(self) -> None:
        self._flights: dict[str, asyncio.Future[T]] = {}

    def __len__(self) -> int:
        return len(self._flights)

    def __contains__(self, name: object) -> bool:
        return name in self._flights

    async def join(self, name: str, work: Callable[[], Awaitable[T]]) -> T:
        """Do a piece of work, or share the outcome of who is at it already, a failure too.

        Who is at it may be cancelled; then the next of those that wait does it.
        """
        while (flight := self._flights.get(name)) is not None:
            await asyncio.wait([flight])
            if not flight.cancelled():
                return flight.result()
        return await self._lead(name, work)

    async def _lead(self, name: str, work: Callable[[], Awaitable[T]]) -> T:
        flight: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._flights[name] = flight
        try:
            result = await work()
            flight.set_result(result)
            return result
        except Exception as error:
            flight.set_exception(error)
            flight.exception()  # nobody may be waiting, and then asyncio would complain
            raise
        finally:
            del self._flights[name]
            if not flight.done():
                flight.cancel()
