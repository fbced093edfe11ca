"""Staff: reps and what manages them."""

from __future__ import annotations

from typing import Final

from models import staff as queries
from models.base import now
from models.database import atomic
from services.errors import Invalid
from services.passwords import Passwords

LONGEST_PASSWORD: Final = 64


async def create_admin(
    company: str, username: str, password: str, passwords: Passwords, shortest: int
) -> int:
    """Make a rep with role 1 (管理员) that may log in, and its company if there is none.

    Args:
        company: the company's name.
        shortest: how long a password has to be.

    Returns:
        the rep's id.

    Raises:
        Invalid: the login name is taken, or the password has a wrong length.
    """
    check_password(password, shortest)
    password_hash = await passwords.hash(password)
    async with atomic():
        if await queries.card_of_username(username) is not None:
            raise Invalid("用户名已存在", {"username": "用户名已存在"})
        return await queries.add_admin(company, username, password_hash, now())


def check_password(password: str, shortest: int) -> None:
    """Check the length of a new password (decisions S16).

    Raises:
        Invalid: it is too short or too long.
    """
    if not shortest <= len(password) <= LONGEST_PASSWORD:
        complaint = f"密码长度必须在{shortest}到{LONGEST_PASSWORD}之间"
        raise Invalid(complaint, {"password": complaint})
