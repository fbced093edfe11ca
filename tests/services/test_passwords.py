"""Passwords: kept as argon2id, checked alike whether there is one or not."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest

from services.passwords import Passwords

PASSWORD = "晨光-2018 😀"


@pytest.fixture
def passwords() -> Iterator[Passwords]:
    """Passwords with threads of their own."""
    made = Passwords()
    yield made
    made.close()


async def test_the_right_password_matches_its_hash(passwords: Passwords) -> None:
    assert await passwords.matches(PASSWORD, await passwords.hash(PASSWORD))


@pytest.mark.parametrize("wrong", ["", "晨光-2018", f"{PASSWORD} ", "x" * 10_000])
async def test_a_wrong_password_does_not(passwords: Passwords, wrong: str) -> None:
    assert not await passwords.matches(wrong, await passwords.hash(PASSWORD))


@pytest.mark.parametrize("password_hash", [None, "", "no hash", "$argon2id$v=19$m=1,t=1,p=1$a$b"])
async def test_without_a_hash_that_is_one_no_password_matches(
    passwords: Passwords, password_hash: str | None
) -> None:
    assert not await passwords.matches(PASSWORD, password_hash)


async def test_not_even_the_password_of_nobody_matches_without_a_hash(
    passwords: Passwords,
) -> None:
    assert not await passwords.matches("nobody has this password", None)


async def test_a_hash_is_argon2id_and_shows_nothing_of_the_password(passwords: Passwords) -> None:
    password_hash = await passwords.hash(PASSWORD)
    assert password_hash.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert "2018" not in password_hash.split("$", 4)[-1]


async def test_a_password_has_another_hash_each_time(passwords: Passwords) -> None:
    assert await passwords.hash(PASSWORD) != await passwords.hash(PASSWORD)


async def test_the_loop_goes_on_while_passwords_are_hashed(passwords: Passwords) -> None:
    hashing = [asyncio.create_task(passwords.hash(PASSWORD)) for _ in range(4)]
    turns = 0
    while not all(task.done() for task in hashing):
        await asyncio.sleep(0)
        turns += 1
    assert turns > 100
