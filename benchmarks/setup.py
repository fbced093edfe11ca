"""The data of a run: a company with reps, customers, bonds, conversations and sessions."""

from __future__ import annotations

import secrets
import time
from collections.abc import Sequence
from typing import Any

import ujson

from benchmarks.plan import Bound, Caller
from models import database
from models.base import Table, now
from models.chat import Conversation, Message, Sender
from models.customer import Bond, Customer, CustomerKind
from models.database import fetch_all
from models.session import Session
from models.staff import Rep, RepStatus, RoleId, add_admin
from services.sessions import sign

TIMEOUT_SECONDS = 30.0
REPS = 100
COMPANY = "压测公司"
HISTORY = 200
CHUNK = 50  # rows of one statement; SQLite takes 32766 parameters, a rep has 30

Row = dict[str, Any]


async def populate(url: str, customers: int) -> list[Bound]:
    """Write the data of a run into a database whose schema is current.

    Customer number i belongs to rep number i modulo 100, so the first hundred have a rep each;
    these have talked before, since some statements are quick only on empty tables.

    Returns:
        per customer itself and its rep, both with a signature made now.
    """
    async with database.connected(url, TIMEOUT_SECONDS), database.atomic():
        admin_id = await add_admin(COMPANY, "bench-admin", "", now())
        ((company_id,),) = await fetch_all("SELECT company_id FROM rep WHERE id = %s", (admin_id,))
        rep_ids = await insert(Rep, [rep_row(company_id, number) for number in range(REPS)])
        rows = [customer_row(company_id, number) for number in range(customers)]
        customer_ids = await insert(Customer, rows)
        bonds = [{"rep": rep_ids[i % REPS], "customer": customer_ids[i]} for i in range(customers)]
        await insert(Bond, bonds)
        await talk(await insert(Conversation, bonds))
        reps = await open_sessions("rep", rep_ids)
        callers = await open_sessions("customer", customer_ids)
    return [Bound(reps[i % REPS], callers[i]) for i in range(customers)]


async def stored(url: str) -> dict[str, int]:
    """Count what runs leave behind: messages (chat) and views (cards)."""
    async with database.connected(url, TIMEOUT_SECONDS):
        ((messages,),) = await fetch_all("SELECT COUNT(*) FROM message")
        ((views,),) = await fetch_all("SELECT SUM(popularity) FROM rep")
    return {"chat": int(messages), "cards": int(views or 0)}


def rep_row(company_id: int, number: int) -> Row:
    """Make a rep up."""
    return {
        "company": company_id,
        "role": RoleId.STAFF,
        "username": f"bench-rep-{number}",
        "memo_name": f"销售{number}",
        "position": "高级销售顾问",
        "bound_phone": "13800138000",
        "email": f"rep-{number}@example.com",
        "avatar": f"/statics/zhugeleida/imgs/bench/{number}.jpg",
        "sign": "真诚待人,用心服务",
        "status": RepStatus.ENABLED,
    }


def customer_row(company_id: int, number: int) -> Row:
    """Make a customer up."""
    return {
        "company": company_id,
        "openid": f"bench-openid-{number}",
        "kind": CustomerKind.MINI_PROGRAM,
        "name": f"客户{number}",
        "avatar": f"https://wx.qlogo.cn/mmopen/bench/{number}/132",
    }


async def talk(conversation_ids: Sequence[int]) -> None:
    """Write the history of the first conversations: the customer's messages, all read."""
    talked = conversation_ids[:REPS]
    rows = [
        {
            "conversation": number,
            "seq": seq,
            "sender": Sender.CUSTOMER,
            "content": ujson.dumps({"info_type": 1, "msg": f"{seq} 您好"}, ensure_ascii=False),
            "client_msg_id": f"history-{seq}",
        }
        for number in talked
        for seq in range(1, HISTORY + 1)
    ]
    await insert(Message, rows)
    state = {"last_seq": HISTORY, "rep_read_seq": HISTORY, "customer_sent": HISTORY}
    await Conversation.update(**state).where(Conversation.id << talked).aio_execute()


async def open_sessions(side: str, ids: Sequence[int]) -> list[Caller]:
    """Log reps or customers in, and sign for them."""
    tokens = {number: secrets.token_hex(16) for number in ids}
    await insert(Session, [{side: number, "token": token} for number, token in tokens.items()])
    timestamp = str(int(time.time() * 1000))
    return [Caller(number, timestamp, sign(timestamp, token)) for number, token in tokens.items()]


async def insert(table: type[Table], rows: Sequence[Row]) -> list[int]:
    """Insert rows, a chunk per statement, and return the ids of the newest so many, in order."""
    for start in range(0, len(rows), CHUNK):
        await table.insert_many(rows[start : start + CHUNK]).aio_execute()
    newest = table.select(table.id).order_by(table.id.desc()).limit(len(rows)).tuples()
    return sorted(row[0] for row in await newest.aio_execute())
