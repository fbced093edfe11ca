"""What logins share: ids that may be left out, and the way back to the front end."""

from __future__ import annotations

from collections.abc import Awaitable, Mapping
from typing import Annotated
from urllib.parse import urlencode

from pydantic import BeforeValidator

from handlers.call import Redirect
from handlers.wire import Id
from services.accounts import Expired
from services.errors import Disabled, NotFound
from services.wechat.client import CodeRefused


def told(value: object) -> object:
    """Read a value that clients write as JavaScript does where it is missing (semantics 2.5)."""
    return None if value in ("undefined", "null") else value


OptionalId = Annotated[Id | None, BeforeValidator(told)]


async def sent_on(frontend: str, login: Awaitable[Mapping[str, str]]) -> Redirect:
    """Send a browser on to the front end, with what a login tells or with what went wrong (S6)."""
    try:
        query = await login
    except (CodeRefused, NotFound):
        query = {"error": "invalid_code"}
    except Expired:
        query = {"error": "expired"}
    except Disabled:
        query = {"error": "disabled"}
    separator = "&" if "?" in frontend else "?"
    return Redirect(f"{frontend}{separator}{urlencode(query)}")
