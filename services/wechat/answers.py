"""Reading what WeChat answers."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from services.wechat.transport import away

NO_SECRETS: Final = frozenset({"appid", "corpid", "grant_type"})
LOGGED_CHARACTERS: Final = 300

Answer = dict[str, Any]


def read(url: str, raw: bytes) -> tuple[Answer, int]:
    """Read an answer and its errcode, which is 0 when it is not there.

    Raises:
        UpstreamAway: it is no answer of WeChat.
    """
    try:
        answer = json.loads(raw)
    except (ValueError, RecursionError):
        raise away(url, "not JSON") from None
    errcode = answer.get("errcode", 0) if isinstance(answer, dict) else None
    if not isinstance(errcode, int):
        raise away(url, "not an answer of WeChat")
    return answer, errcode


def required_text(url: str, answer: Answer, name: str) -> str:
    """Read a text without which an answer is of no use.

    Raises:
        UpstreamAway: it is not there.
    """
    text = text_of(answer, name)
    if not text:
        raise away(url, f"no {name}")
    return text


def text_of(answer: Answer, name: str) -> str:
    """Read a text; one that is not there is empty."""
    value = answer.get(name)
    return value if isinstance(value, str) else ""


def short_text(answer: Answer, name: str, longest: int) -> str:
    """Read a text that people have written: what no text may hold is left out, the rest cut off."""
    # A nickname that was cut within an emoji ends in half a character.
    text = text_of(answer, name).encode(errors="ignore").decode().replace("\0", "")
    return text.strip()[:longest]


def gender_of(detail: Answer, name: str = "gender") -> int | None:
    """1 is male, 2 female; WeChat Work writes the number as text, and 0 is for untold."""
    return {"1": 1, "2": 2}.get(str(detail.get(name)))


def without_secrets(errmsg: object, sent: Mapping[str, object]) -> str:
    """WeChat's own words for the log, in case they repeat what was sent."""
    text = str(errmsg)
    for name, value in sent.items():
        if name not in NO_SECRETS and isinstance(value, str) and value:
            text = text.replace(value, "***")
    return text[:LOGGED_CHARACTERS]
