"""Passwords: argon2id, in threads of their own, since one takes 20 ms of a core."""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Final, TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

THREADS: Final = 2
MEMORY_KIB: Final = 19 * 1024

T = TypeVar("T")


class Passwords:
    """Hashes and checks passwords."""

    def __init__(self) -> None:
        self._hasher = _hasher()
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="password")
        self._threads.submit(
            _hash_of_nobody
        )  # once, or the first check without a hash takes longer

    def close(self) -> None:
        """End the threads, after what they are at."""
        self._threads.shutdown()

    async def hash(self, password: str) -> str:
        """Hash a password for keeping."""
        return await self._run(self._hasher.hash, password)

    async def matches(self, password: str, password_hash: str | None) -> bool:
        """Say whether a password is the one behind a hash.

        Without a hash the answer is no, after just as long: nobody learns which names exist.
        """
        is_same = await self._run(self._verify, password_hash, password)
        return bool(password_hash) and is_same

    def _verify(self, password_hash: str | None, password: str) -> bool:
        try:
            return self._hasher.verify(password_hash or _hash_of_nobody(), password)
        except (VerificationError, InvalidHashError):
            return False

    async def _run(self, function: Callable[..., T], *args: object) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, function, *args)


@functools.cache
def _hasher() -> PasswordHasher:
    return PasswordHasher(time_cost=2, memory_cost=MEMORY_KIB, parallelism=1)


@functools.cache
def _hash_of_nobody() -> str:
    return _hasher().hash("nobody has this password")
