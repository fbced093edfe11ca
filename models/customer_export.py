"""Everything that is kept about one customer, table by table, for its export."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple

from models.base import from_ms
from models.chat import Sender
from models.database import fetch_all

Row = dict[str, Any]


class Part(NamedTuple):
    """A table, its columns, and what goes with its rows from others."""

    name: str
    columns: tuple[str, ...]
    source: str


PARTS: Final = (
    Part("bonds", ("t.rep_id", "t.source", "t.parent_customer_id", "t.qr_code", "t.poster_url",
                   "t.close_odds", "t.expected_on", "t.last_followed_at", "t.last_activity_at",
                   "t.created_at"), "bond t"),
    Part("notes", ("t.rep_id", "t.name", "t.gender", "t.phone", "t.email", "t.company_name",
                   "t.position", "t.address", "t.birthday", "t.note", "t.created_at"),
         "customer_note t"),
    Part("tags", ("t.rep_id", "g.name", "t.created_at"),
         "customer_tag t JOIN tag g ON g.id = t.tag_id"),
    Part("follow_ups", ("t.rep_id", "t.text", "t.created_at"), "follow_up t"),
    Part("orders", ("t.order_number", "t.goods_name", "t.price_cents", "t.quantity",
                    "t.discount_cents", "t.payable_cents", "t.phone", "t.status", "t.rep_id",
                    "t.created_at", "t.ended_at"), "goods_order t"),
    Part("articles", ("t.rep_id", "a.title", "t.level", "t.parent_customer_id", "t.read_count",
                      "t.forward_count", "t.created_at"),
         "article_reader t JOIN article a ON a.id = t.article_id"),
    Part("comments", ("t.diary_id", "t.content", "t.is_approved", "t.created_at"),
         "diary_comment t"),
    Part("praised_diaries", ("t.diary_id", "t.created_at"), "diary_praise t"),
    Part("praised_cards", ("t.rep_id", "t.is_up", "t.created_at"), "card_praise t"),
    Part("praised_signatures", ("t.rep_id", "t.created_at"), "sign_praise t"),
    Part("kept_cases", ("t.case_id", "t.created_at"), "case_collection t"),
    Part("footprints", ("t.case_id", "t.diary_id", "t.created_at"), "footprint t"),
    Part("searches", ("g.name", "t.searched_at"),
         "tag_search t JOIN case_tag g ON g.id = t.tag_id"),
    Part("scheduled_messages", ("t.rep_id", "t.content", "t.send_at", "t.state", "t.created_at"),
         "scheduled_message t"),
    Part("notices", ("t.rep_id", "t.noticed_at"), "notice t"),
    Part("sessions", ("t.used_at", "t.created_at"), "session t"),
    Part("daily_counters", ("t.rep_id", "t.action", "t.day", "t.count"), "action_counter t"),
)  # fmt: skip
"""What stands in one table each; tokens and keys are no data about anybody."""

_PROFILE: Final = (
    *("id", "company_id", "openid", "kind", "name", "gender", "avatar", "phone", "country"),
    *("province", "city", "language", "is_subscribed", "form_ids", "created_at"),
)
_MESSAGE: Final = (
    *("seq", "sender", "content", "created_at"),
    *("recalled_at", "recalled_content"),
)
_ACTION: Final = ("id", "action", "remark", "diary_id", "created_at")


async def profile(customer_id: int) -> Row:
    """Read what a customer's own row says."""
    (row,) = await fetch_all(
        f"SELECT {', '.join(_PROFILE)} FROM customer WHERE id = %s", (customer_id,)
    )
    return _row(_PROFILE, row)


async def pages(part: Part, customer_id: int, length: int) -> AsyncIterator[list[Row]]:
    """Read the rows of a part, the oldest first, page by page."""
    names = [column.partition(".")[2] for column in part.columns]
    last = 0
    while True:
        rows = await fetch_all(
            f"SELECT t.id, {', '.join(part.columns)} FROM {part.source}"
            " WHERE t.customer_id = %s AND t.id > %s ORDER BY t.id LIMIT %s",
            (customer_id, last, length),
        )
        if rows:
            yield [_row(names, row[1:]) for row in rows]
        if len(rows) < length:
            return
        last = rows[-1][0]


async def conversations(customer_id: int) -> list[tuple[int, int]]:
    """List the conversations of a customer, with the rep of each."""
    return await fetch_all(
        "SELECT id, rep_id FROM conversation WHERE customer_id = %s ORDER BY id", (customer_id,)
    )


async def messages(conversation_id: int, length: int) -> AsyncIterator[list[Row]]:
    """Read the messages of a conversation, the oldest first, page by page.

    What the customer has recalled is its own and stands there; what the rep has recalled is not.
    """
    last = 0
    while True:
        rows = await fetch_all(
            "SELECT m.seq, m.sender, m.content, m.created_at, r.recalled_at,"
            " CASE WHEN m.sender = %s THEN r.content END FROM message m"
            " LEFT JOIN recall r ON r.message_id = m.id"
            " WHERE m.conversation_id = %s AND m.seq > %s ORDER BY m.seq LIMIT %s",
            (Sender.CUSTOMER, conversation_id, last, length),
        )
        if rows:
            yield [_row(_MESSAGE, row) for row in rows]
        if len(rows) < length:
            return
        last = rows[-1][0]


async def rep_ids(customer_id: int) -> list[int]:
    """List the reps that a customer has ever done anything to."""
    rows = await fetch_all(
        "SELECT DISTINCT rep_id FROM action_counter WHERE customer_id = %s ORDER BY rep_id",
        (customer_id,),
    )
    return [row[0] for row in rows]


async def actions(customer_id: int, rep_id: int, length: int) -> AsyncIterator[list[Row]]:
    """Read what a customer has done to a rep, the oldest first, page by page."""
    stamp, last = -1, 0
    while True:
        rows = await fetch_all(
            f"SELECT {', '.join(_ACTION)} FROM action_log WHERE customer_id = %s AND rep_id = %s"
            " AND created_at >= %s AND (created_at > %s OR id > %s)"
            " ORDER BY created_at, id LIMIT %s",
            (customer_id, rep_id, stamp, stamp, last, length),
        )
        if rows:
            yield [_row(_ACTION, row) for row in rows]
        if len(rows) < length:
            return
        stamp, last = rows[-1][-1], rows[-1][0]


def _row(names: Sequence[str], values: Sequence[Any]) -> Row:
    return {name: _value(name, value) for name, value in zip(names, values, strict=True)}


def _value(name: str, value: Any) -> Any:
    """Read a moment as one; a day is text on one engine and none on the other."""
    if name.endswith("_at") and value is not None:
        moment: datetime = from_ms(value)
        return moment
    is_plain = value is None or isinstance(value, (int, str))
    return value if is_plain else str(value)
