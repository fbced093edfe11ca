"""What logins share: ids that may be left out, and the way back to the front end."""

from __future__ import annotations

from collections.abc import Awaitable, Mapping
from typing import Annotated
from urllib.parse import urlencode

from pydantic import BeforeValidator

from handlers.call import Redirect
from handlers.wire import Id
from services.errors import Disabled, NotFound
from services.visits import Expired
from services.wechat.client import CodeRefused


def told(value: object) -> object:
    """Read a value that clients write as JavaScript does where it is missing (semantics 2.5)."""
    return None if value in ("undefined", "null") else value


OptionalId = Annotated[Id | None, BeforeValidator(told)]


async def sent_on(frontend: str, login: Awaitable[Mapping[str, str]]) -> Redirect:
    """Send a browser on to the front end, with what a login tells or with what went wrong (S6)."""
    refusal: Exception | None = None
    try:
        query = await login
    except (CodeRefused, NotFound) as error:
        query, refusal = {"error": "invalid_code"}, error
    except Expired as error:
        query, refusal = {"error": "expired"}, error
    except Disabled as error:
        query, refusal = {"error": "disabled"}, error
    separator = "&" if "?" in frontend else "?"
    return Redirect(f"{frontend}{separator}{urlencode(query)}", refusal)
