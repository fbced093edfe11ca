"""A rep and a customer of its who is not connected, at a company that WeChat's simulator knows."""

from __future__ import annotations

import asyncio
import itertools
import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from models.base import now, to_ms
from models.chat import Pair, Sender
from models.database import execute
from services.chat import messages
from services.chat.messages import Draft
from services.metrics import Metrics
from services.notices.customers import CustomerNotices, Pace
from services.wechat.client import WeChatClient
from services.wechat.crypto import SecretBox
from services.wechat.simulator import Faults
from tests.factories import (
    SECRET_KEY,
    bind,
    make_company,
    make_customer,
    make_mini_program,
    make_rep,
    make_wecom_app,
)
from tests.services.chat.talk import content

SUBSCRIPTION = "/cgi-bin/message/subscribe/send"
APP_MESSAGE = "/cgi-bin/message/send"
DELAY = timedelta(seconds=5)
QUIET = timedelta(minutes=10)
PACE = Pace(DELAY, QUIET)
NO_DEMO = 1000  # companies of the demo itself keep production from starting
FIELDS = ("thing1", "time2", "thing3")

_numbers = itertools.count(1)


@dataclass(frozen=True)
class Away:
    """A pair whose customer looks elsewhere."""

    rep: Any
    customer: Any

    @property
    def pair(self) -> Pair:
        """What the server calls the two."""
        return Pair(self.rep.id, self.customer.id)

    async def write(self, *texts: str, sender: Sender = Sender.REP) -> None:
        """Have one side write, and let it be long enough ago for a notice."""
        await messages.store([Draft(self.pair, sender, content(text)) for text in texts])
        await self.age(DELAY)

    async def age(self, by: timedelta) -> None:
        """Let the conversation and its notice be older."""
        older = to_ms(now()) - to_ms(now() - by)
        where = "WHERE rep_id = %s AND customer_id = %s"
        await execute(
            f"UPDATE conversation SET last_message_at = last_message_at - %s {where}",
            (older, *self.pair),
        )
        await execute(
            f"UPDATE notice SET noticed_at = noticed_at - %s, due_at = due_at - %s {where}",
            (older, older, *self.pair),
        )


async def make_shop(**values: Any) -> Any:
    """Make a company with a mini program and a WeCom app that the simulator knows."""
    company = await make_company(**values)
    company.corp_id = f"ww-demo-{NO_DEMO + company.id}"
    await company.aio_save()
    await make_mini_program(company, template_id=f"demo-template-{company.id}")
    await make_wecom_app(company, agent_id=f"{agent_id(company.id)}")
    return company


def agent_id(company_id: int) -> int:
    """Which agent the company's app is."""
    return 1_000_000 + NO_DEMO + company_id


async def make_away(company: Any = None, rep: Any = None, **values: Any) -> Away:
    """Make a pair, of a company of its own unless one is given."""
    company = company or await make_shop()
    number = next(_numbers)
    rep = rep or await make_rep(company, wecom_userid=f"demo-rep-{number}", memo_name="许文清")
    customer = await make_customer(company, **{"openid": f"demo-customer-{number}", **values})
    await bind(rep, customer)
    return Away(rep, customer)


def make_notices(
    client: WeChatClient, metrics: Metrics | None = None, pace: Pace = PACE
) -> CustomerNotices:
    """Make the notices to customers as one process has them."""
    return CustomerNotices(client, SecretBox(SECRET_KEY), metrics or Metrics(), pace, FIELDS)


async def look(*several: CustomerNotices) -> None:
    """Have processes look once, at the same time, and wait until they have told all they found."""
    async with asyncio.TaskGroup() as sending:
        await asyncio.gather(*(one.look(sending) for one in several))


def told(faults: Faults) -> list[str]:
    """Whom subscription messages were sent to, in order."""
    return [json.loads(call.body)["touser"] for call in faults.received(SUBSCRIPTION)]


def moment_of(row: dict[str, Any]) -> datetime:
    """The moment that a subscription message tells."""
    return datetime.strptime(f"{row['time2']['value']}+0800", "%Y-%m-%d %H:%M:%S%z")
