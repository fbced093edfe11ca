"""From a call to its entry in the audit log; ``handlers/base.py`` asks for it on every way."""

from __future__ import annotations

import contextlib
import secrets
from collections.abc import AsyncIterator, Callable, Mapping
from typing import Any, Final

from handlers.codes import Code, code_of
from handlers.endpoint import ATTRIBUTE, Endpoint
from handlers.wire import MOST_ID_DIGITS, Wire, to_json
from services.audit import Trail
from services.principals import Principal, Rep

MASK: Final = "***"
MOST_SHOWN: Final = 200
"""How many characters of one value stand in the log."""


def trail(
    chosen: Endpoint,
    given: Mapping[str, Any],
    path_values: Mapping[str, str],
    address: str,
    request_id: str,
) -> Trail:
    """Make the entry of a call; nothing is written yet."""
    targets = [int(value) for value in path_values.values() if _is_id(value)]
    target_id = targets[0] if targets else None
    return Trail(chosen.name, target_id, to_json(shown(chosen.params, given)), address, request_id)


def trail_of_frame(run: Callable[..., Any], given: Mapping[str, Any], address: str) -> Trail:
    """Make the entry of what a frame asks for: that of the call that does the same."""
    return trail(getattr(run, ATTRIBUTE), given, {}, address, secrets.token_hex(8))


async def begin(trail: Trail, caller: Principal | None) -> None:
    """Write the entry down, if the caller has signed.

    Who logs in is known to the login alone: it begins the entry of its call by itself.
    """
    if isinstance(caller, Rep):
        await trail.begin(caller.company_id, caller.id)


async def finish(trail: Trail | None, refusal: Exception | None) -> None:
    """Write down what became of a call."""
    if trail is not None:
        await trail.finish(Code.OK if refusal is None else code_of(refusal) or Code.FAULT)


@contextlib.asynccontextmanager
async def entered(trail: Trail, caller: Principal | None) -> AsyncIterator[None]:
    """Do something with an entry around it, which gets the outcome."""
    await begin(trail, caller)
    try:
        yield
    except Exception as error:
        await finish(trail, error)
        raise
    await finish(trail, None)


def shown(params: type[Wire] | None, given: Mapping[str, Any]) -> dict[str, Any]:
    """Show what a call was given, of the fields that it has: no secret, and nothing long.

    A file is told by its length alone.
    """
    fields = params.shown if params is not None else {}
    return {
        name: _short(value) if fields[name] else MASK
        for name, value in given.items()
        if name in fields
    }


def _short(value: Any) -> Any:
    if isinstance(value, bytes):
        return f"({len(value)} bytes)"
    if isinstance(value, (bool, int, float)) or value is None:
        return value
    text = value if isinstance(value, str) else to_json(value)
    return text if len(text) <= MOST_SHOWN else f"{text[:MOST_SHOWN]}…({len(text)})"


def _is_id(value: str) -> bool:
    return value.isascii() and value.isdigit() and len(value) < MOST_ID_DIGITS
