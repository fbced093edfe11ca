"""Names that people log in with, or that stand for a company or a role."""

from __future__ import annotations

from typing import Final

from services.errors import Invalid

LONGEST: Final = {"username": 64, "company": 128, "name": 128}


def check_name(field: str, title: str, name: str) -> None:
    """Refuse a name that could be taken for another one: with blanks around it, or unseen signs.

    Args:
        field: what it came in, by its name on the wire.
        title: the Chinese word for it.

    Raises:
        Invalid: it is empty, too long, or not to be told from another one.
    """
    if not 1 <= len(name) <= LONGEST[field]:
        complaint = f"{title}长度必须在1到{LONGEST[field]}之间"
    elif name != name.strip() or not name.isprintable():
        complaint = f"{title}首尾不能有空格,也不能含有不可见字符"
    else:
        return
    raise Invalid(complaint, {field: complaint})
