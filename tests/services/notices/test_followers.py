"""Notices to customers of official accounts (semantics 3.5)."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from models.company import OfficialAccount
from models.customer import CustomerKind
from models.notice import Notice
from services.metrics import Metrics
from services.notices.texts import unread_template, unread_text
from services.wechat.client import WeChatClient
from services.wechat.simulator import Fault, Faults
from tests.factories import make_official_account, make_rep
from tests.services.notices.away import (
    QUIET,
    SUBSCRIPTION,
    Away,
    look,
    make_away,
    make_notices,
    make_shop,
)

SERVICE = "/cgi-bin/message/custom/send"
TEMPLATE = "/cgi-bin/message/template/send"
OPENID = "gzh-demo-customer-1"


async def a_follower(**account: Any) -> Away:
    """A pair whose customer follows an official account and looks elsewhere."""
    company = await make_shop(name="晨光家居")
    template_id = f"demo-template-{company.id}"
    await make_official_account(company, **{"template_id": template_id, **account})
    rep = await make_rep(company, memo_name="许文清", position="设计师")
    return await make_away(company, rep, kind=CustomerKind.OFFICIAL_ACCOUNT, openid=OPENID)


def bodies(faults: Faults, path: str) -> list[Any]:
    """What was sent to a path of WeChat."""
    return [json.loads(call.body) for call in faults.received(path)]


@pytest.mark.both
async def test_a_follower_is_told_once_by_a_customer_service_message(
    db: None, client: WeChatClient, faults: Faults
) -> None:
    away, notices = await a_follower(), make_notices(client)
    for text in ("一", "二"):
        await away.write(text)
        await look(notices)
    assert bodies(faults, SERVICE) == [
        {"touser": OPENID, "msgtype": "text", "text": {"content": unread_text("许文清")}}
    ]
    assert bodies(faults, TEMPLATE) == bodies(faults, SUBSCRIPTION) == []


@pytest.mark.both
@pytest.mark.parametrize("errcode", [40003, 43004, 45015, 45047, 48002])
async def test_who_does_not_get_it_gets_a_template_message(
    db: None, client: WeChatClient, faults: Faults, errcode: int
) -> None:
    away, metrics = await a_follower(), Metrics()
    faults.set(SERVICE, Fault(errcode=errcode))
    await away.write("一")
    await look(make_notices(client, metrics))
    fields = {
        "first": "您有未读消息",
        "keyword1": "晨光家居 - 许文清【设计师】",
        "keyword2": "许文清给您发来了新消息",
        "remark": "如需沟通,请打开公众号里的聊天页面",
    }
    assert bodies(faults, TEMPLATE) == [
        {
            "touser": OPENID,
            "template_id": f"demo-template-{away.rep.company_id}",
            "data": {name: {"value": text} for name, text in fields.items()},
        }
    ]


async def test_an_account_without_a_template_leaves_it_at_that(
    db: None, client: WeChatClient, faults: Faults
) -> None:
    away, notices = await a_follower(template_id=""), make_notices(client)
    faults.set(SERVICE, Fault(errcode=45015))
    await away.write("一")
    for _ in range(2):
        await look(notices)
        await away.age(QUIET)
    assert (len(bodies(faults, SERVICE)), bodies(faults, TEMPLATE)) == (1, [])


async def test_who_takes_neither_is_not_asked_again(
    db: None, client: WeChatClient, faults: Faults
) -> None:
    away, notices = await a_follower(), make_notices(client)
    for path in (SERVICE, TEMPLATE):
        faults.set(path, Fault(errcode=43004))
    await away.write("一")
    for _ in range(2):
        await look(notices)
        await away.age(QUIET)
    assert [len(bodies(faults, path)) for path in (SERVICE, TEMPLATE)] == [1, 1]


async def test_the_quiet_period_holds_for_followers_too(
    db: None, client: WeChatClient, faults: Faults
) -> None:
    away, notices = await a_follower(), make_notices(client)
    counts = []
    for _ in range(2):
        await away.write("一")
        await look(notices)
        counts.append(len(bodies(faults, SERVICE)))
    await away.age(QUIET)
    await look(notices)
    assert [*counts, len(bodies(faults, SERVICE))] == [1, 1, 2]


@pytest.mark.both
@pytest.mark.parametrize("path", [SERVICE, TEMPLATE])
async def test_what_wechat_does_not_take_now_is_tried_again_later(
    db: None, client: WeChatClient, faults: Faults, path: str
) -> None:
    away, notices = await a_follower(), make_notices(client)
    faults.set(SERVICE, Fault(errcode=45015))
    faults.set(path, Fault(errcode=-1))
    await away.write("一")
    await look(notices)
    (row,) = await Notice.select().aio_execute()
    assert (row.tries, row.due_at is None) == (1, False)
    faults.replace({})
    await away.age(QUIET)
    await look(notices)
    assert len(bodies(faults, SERVICE)) == 2


@pytest.mark.both
async def test_of_several_processes_one_tells_a_follower(
    db: None, client: WeChatClient, faults: Faults
) -> None:
    away = await a_follower()
    await away.write("一")
    async with asyncio.timeout(20):
        await look(*(make_notices(client) for _ in range(3)))
    assert len(bodies(faults, SERVICE)) == 1


@pytest.mark.both
async def test_a_mini_program_beside_an_official_account_is_told_as_before(
    db: None, client: WeChatClient, faults: Faults
) -> None:
    follower = await a_follower()
    mini = await make_away(follower.rep.company, follower.rep)
    for away in (follower, mini):
        await away.write("一")
    await look(make_notices(client))
    assert [body["touser"] for body in bodies(faults, SUBSCRIPTION)] == [mini.customer.openid]
    assert [body["touser"] for body in bodies(faults, SERVICE)] == [OPENID]


async def test_an_account_that_goes_while_a_notice_waits_is_told_of_no_more(
    db: None, client: WeChatClient, faults: Faults
) -> None:
    away, notices = await a_follower(), make_notices(client)
    for _ in range(2):
        await away.write("一")
        await look(notices)
    await OfficialAccount.delete().aio_execute()
    await away.age(QUIET)
    await look(notices)
    assert len(bodies(faults, SERVICE)) == 1
    assert await Notice.select().where(Notice.due_at.is_null(False)).aio_count() == 0


def test_a_name_makes_no_link() -> None:
    assert "<a" not in unread_text('<a href="//x">a</a>')


def test_a_template_is_filled_though_a_rep_says_little_of_itself() -> None:
    fields = unread_template("晨光家居", "", "")
    assert (fields["keyword1"], fields["keyword2"]) == (
        "晨光家居 - 您的顾问",
        "您的顾问给您发来了新消息",
    )
