"""What the operators' commands do; each opens what it needs and closes it again."""

from __future__ import annotations

import asyncio
import contextlib

from conf.settings import Settings, SettingsError
from models import database
from models.migrate import pending
from services import demo, staff
from services.errors import DatabaseAway
from services.media.fonts import Fonts
from services.passwords import Passwords
from services.readiness import Readiness
from services.redis_clients import opened_redis
from services.wechat.crypto import SecretBox


async def settle_demo(settings: Settings) -> None:
    """Load the demo data into a demo, and refuse to run production on it (decisions S2, T21).

    Raises:
        SettingsError: production would run on demo data.
    """
    async with database.connected(settings.database_url, settings.database_timeout_seconds):
        if settings.profile == "production":
            if await demo.is_loaded():
                raise SettingsError("ZHUGE_DATABASE_URL: the database holds demo data")
            return
        secrets = SecretBox(settings.secret_key.get_secret_value())
        with contextlib.closing(Passwords()) as passwords:
            await demo.load(secrets, passwords, settings.data_dir)


async def create_admin(settings: Settings, company: str, username: str, password: str) -> int:
    """Make a rep with role 1 and return its id.

    Raises:
        Invalid: the name is taken, or the password too short.
    """
    async with database.connected(settings.database_url, settings.database_timeout_seconds):
        with contextlib.closing(Passwords()) as passwords:
            return await staff.create_admin(
                company, username, password, passwords, settings.password_min_length
            )


def fonts_state(settings: Settings) -> str:
    """Say whether the fonts for posters are there: ``ok``, or what is missing."""
    return Fonts(settings.poster_fonts).state()


async def examine(settings: Settings) -> dict[str, str]:
    """Ask the database, Redis and the disk, and see whether the schema is current.

    Returns:
        by what was asked, ``ok`` or what is wrong.
    """
    async with opened_redis(settings.redis_url, settings.redis_timeout_seconds) as redis:
        try:
            steps = await asyncio.to_thread(pending, settings.database_url)
            async with database.connected(settings.database_url, settings.database_timeout_seconds):
                causes = await Readiness(None, redis, settings.data_dir).check()
        except DatabaseAway as error:
            return {"database": str(error)}
    causes["schema"] = f"waiting for: {', '.join(steps)}" if steps else "ok"
    return causes
