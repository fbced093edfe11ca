"""Loads the demo data in a process: ``python -m tests.services.demo_load URL FOLDER``."""

from __future__ import annotations

import asyncio
import contextlib
import sys
from pathlib import Path

from models.database import connected
from services import demo
from services.passwords import Passwords
from services.wechat.crypto import SecretBox

KEY = "a key for the tests of the demo data"


async def load(url: str, data_dir: Path) -> bool:
    """Connect, load, and say whether it was this call that loaded."""
    async with connected(url, 5):
        with contextlib.closing(Passwords()) as passwords:
            return await demo.load(SecretBox(KEY), passwords, data_dir)


if __name__ == "__main__":
    sys.exit(0 if asyncio.run(load(sys.argv[1], Path(sys.argv[2]))) else 3)
