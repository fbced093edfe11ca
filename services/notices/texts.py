"""What notices say, within the bounds of WeChat and WeChat Work."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from services.clock import SHANGHAI

THING_CHARACTERS: Final = 20
TEXT_BYTES: Final = 2048
LINE_CHARACTERS: Final = 120
UNREAD: Final = "您有未读消息,点击小程序查看哦"
NAMELESS: Final = "您的顾问"
REMARK: Final = "如需沟通,请打开公众号里的聊天页面"


def new_message(customer_name: str) -> str:
    """Tell a rep of a customer's message (semantics 3.1)."""
    return f"【{customer_name}】:发送给您一条新消息，请点击查看!"


def unread_fields(names: Sequence[str], rep_name: str, moment: datetime) -> dict[str, str]:
    """Fill the template that tells a customer of unread messages (semantics 3.5).

    Args:
        names: of the template's fields for the rep, the time and the text.
    """
    time = f"{moment.astimezone(SHANGHAI):%Y-%m-%d %H:%M:%S}"
    texts = (one_line(rep_name, THING_CHARACTERS) or NAMELESS, time, UNREAD)
    return dict(zip(names, texts, strict=True))


def unread_text(rep_name: str) -> str:
    """Tell a follower of an official account of unread messages."""
    # WeChat makes links of tags.
    name = one_line(rep_name, THING_CHARACTERS).replace("<", "＜").replace(">", "＞") or NAMELESS
    return f"{name}给您发来了新消息。{REMARK}查看"


def unread_template(company_name: str, rep_name: str, position: str) -> dict[str, str]:
    """Fill the template that tells a follower of unread messages (semantics 3.5)."""
    title = f"【{position}】" if position else ""
    sender = f"{company_name} - {rep_name or NAMELESS}{title}"
    return {
        "first": "您有未读消息",
        "keyword1": one_line(sender, LINE_CHARACTERS),
        "keyword2": f"{one_line(rep_name, THING_CHARACTERS) or NAMELESS}给您发来了新消息",
        "remark": REMARK,
    }


def several_lines(lines: Sequence[str], count: int) -> str:
    """Put what has happened into one text, the newest last.

    Args:
        lines: the newest of them; the oldest of these are left out where there is no room.
        count: how many there were in all, which is said when some are left out.
    """
    kept: list[str] = []
    room = TEXT_BYTES - len(f"\n等 {count} 条".encode())
    for line in reversed(lines):
        # WeChat Work makes links of tags, and the names of customers are their own choice.
        safe = one_line(line, LINE_CHARACTERS).replace("<", "＜").replace(">", "＞")
        room -= len(f"{safe}\n".encode())
        if room < 0:
            break
        kept.insert(0, safe)
    if len(kept) < count:
        kept.append(f"等 {count} 条")
    return "\n".join(kept)


def one_line(text: str, most: int) -> str:
    """Bring a text onto one line of so many characters, without such as nobody can see."""
    words = " ".join(text.split())
    shown = "".join(character for character in words if character.isprintable())
    return shown if len(shown) <= most else f"{shown[: most - 1]}…"
