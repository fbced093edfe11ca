"""A rep's contacts: its customers, the one with the newest event first (decisions S22)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import ujson

from models import chat, radar
from models import customer as customers
from models.base import now as now
from services.chat.content import InfoType
from services.principals import Rep
from services.radar import shown_name


@dataclass(frozen=True, slots=True)
class Contact:
    """A customer with its newest event: a message, or an action if that is newer."""

    customer_id: int
    name: str
    avatar: str
    text: str
    is_action: bool
    happened_at: datetime
    unread: int


async def page(rep: Rep, limit: int, offset: int) -> tuple[list[Contact], int]:
    """List a page of a rep's contacts.

    Returns:
        the page, and how many contacts there are.
    """
    rows = await customers.contacts(rep.id, limit, offset)
    total = await customers.count_bonds(rep.id)
    if not rows:
        return [], total
    last = await chat.last_messages([row.last_message_id for row in rows if row.last_message_id])
    actions = await radar.last_actions(rep.id, [row.customer_id for row in rows])
    found = []
    for row in rows:
        message, action = last.get(row.last_message_id or 0), actions.get(row.customer_id)
        is_action = action is not None and (
            message is None or action.created_at > message.created_at
        )
        text, happened_at = "", row.last_event_at
        if is_action and action is not None:
            text, happened_at = action.remark, action.created_at
        elif message is not None:
            text, happened_at = preview(message.content), message.created_at
        name = shown_name(row.name, row.customer_id)
        found.append(
            Contact(
                customer_id=row.customer_id,
                name=name,
                avatar=row.avatar,
                text=name + text if is_action else text,
                is_action=is_action,
                happened_at=happened_at,
                unread=row.unread,
            )
        )
    return found, total


def preview(content: str) -> str:
    """What a list shows of a message (semantics 5.5): pictures and videos have no text."""
    fields = ujson.loads(content)
    if fields["info_type"] == InfoType.PRODUCT:
        return f"向您咨询:{fields['product_name']}"
    text: str = fields.get("msg", "") if fields["info_type"] in _TEXTS else ""
    return text


_TEXTS = (InfoType.TEXT, InfoType.ASK_PHONE)
