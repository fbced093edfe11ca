"""The chat of the official account (003-gongzhonghao.md:5, decisions D8, D9, D22, S27)."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

import pytest

from models.customer import CustomerKind
from models.database import execute
from tests.api import Answer, Api, Caller
from tests.app import App
from tests.factories import bind, make_company, make_customer, make_rep, session_for
from tests.handlers.qiyeweixin.talkers import Talker, text, the_rep
from tests.handlers.xiaochengxu.rows import everything
from tests.statements import counted
from tests.waiting import eventually

CHAT = "/zhugeleida/gongzhonghao/chat"
NOT_FOUND = {"code": 302, "msg": "对应ID不存在", "data": {}}
EMPTY = {"ret_data": [], "data_count": 0}
MOMENT_MS = 1537514281548


@dataclass(frozen=True)
class Follower:
    """A customer of the official account, and its rep at the other end."""

    api: Api
    row: Any
    caller: Caller
    rep: Any
    other: Talker

    async def history(self, **query: object) -> Answer:
        """Read the history."""
        return await self.api.get(CHAT, {"u_id": self.rep.id, **query}, caller=self.caller)

    async def fresh(self, **query: object) -> Answer:
        """Read what is new."""
        query = {"u_id": self.rep.id, **query}
        return await self.api.get(f"{CHAT}/getmsg/0", query, caller=self.caller)

    async def send(self, **fields: object) -> Answer:
        """Send a message."""
        fields = {"u_id": self.rep.id, **fields}
        return await self.api.post(f"{CHAT}/send_msg/0", fields, caller=self.caller)

    async def unread(self, **query: object) -> Answer:
        """Ask how much is unread."""
        query = {"u_id": self.rep.id, **query}
        return await self.api.get(f"{CHAT}/query_num/0", query, caller=self.caller)


async def a_follower(api: Api, rep: Any = None, **values: Any) -> Follower:
    """Make a customer of the official account that belongs to a rep."""
    rep = rep or await make_rep()
    row = await make_customer(rep.company, CustomerKind.OFFICIAL_ACCOUNT, **values)
    await bind(rep, row)
    return Follower(api, row, await session_for(row), rep, await the_rep(api, rep, row))


def texts(answer: Answer) -> list[str]:
    """The texts of an answer with rows."""
    return [row["msg"] for row in answer.data["ret_data"]]


async def a_rep(**values: Any) -> Any:
    """A rep with a card."""
    company = await make_company()
    return await make_rep(
        company, memo_name="周明", avatar="statics/rep.jpg", card_phone="13800000001", **values
    )


@pytest.mark.both
async def test_the_history_shows_each_message_with_both_sides_and_how_to_reach_the_rep(
    api: Api,
) -> None:
    rep = await a_rep(wechat="zhouming")
    ours = await a_follower(api, rep, name="林小雨", avatar="statics/lin.jpg")
    sent = await ours.send(customer_id=ours.row.id, content=text("您好"), send_type=2)
    await ours.other.say("欢迎")
    await execute("UPDATE message SET created_at = %s", (MOMENT_MS,))
    answer = await ours.history(customer_id=ours.row.id)
    newest, oldest = answer.data.pop("ret_data")
    assert answer == {
        "code": 200,
        "msg": "分页获取-全部聊天消息成功",
        "data": {"mingpian_phone": "13800000001", "wechat": "zhouming", "data_count": 2},
    }
    assert (newest["from_user_name"], newest["send_type"], newest["msg"]) == ("周明", 1, "欢迎")
    del oldest["src"], oldest["name"]
    assert oldest == {
        "id": sent.data["id"],
        "seq": 1,
        "customer_id": ours.row.id,
        "user_id": rep.id,
        "from_user_name": "林小雨",
        "customer": "林小雨",
        "user_avatar": "statics/rep.jpg",
        "customer_headimgurl": "statics/lin.jpg",
        "dateTime": "2018-09-21T15:18:01.548",
        "send_type": 2,
        "is_first_info": True,
        "info_type": 1,
        "msg": "您好",
    }


async def test_the_bound_number_stands_for_phone_and_wechat_and_is_shown_though_hidden(
    api: Api,
) -> None:
    rep = await make_rep(bound_phone="13900000009", shows_phone=False)
    data = (await (await a_follower(api, rep)).history()).data
    assert (data["mingpian_phone"], data["wechat"]) == ("13900000009", "13900000009")


async def test_the_history_of_a_pair_that_has_not_talked_is_empty(api: Api) -> None:
    data = (await (await a_follower(api)).history()).data
    assert data == {**EMPTY, "mingpian_phone": "", "wechat": ""}


@pytest.mark.both
async def test_the_history_comes_in_pages_newest_first_and_any_page_reads_all(api: Api) -> None:
    ours = await a_follower(api)
    await ours.other.say("一", "二", "三")
    before = (await ours.unread()).data["chatinfo_count"]
    pages = [await ours.history(current_page=page, length=2) for page in (1, 2, 3)]
    assert [texts(page) for page in pages] == [["三", "二"], ["一"], []]
    assert [page.data["data_count"] for page in pages] == [3, 3, 3]
    assert (before, (await ours.unread()).data["chatinfo_count"]) == (3, 0)


async def test_a_page_costs_the_same_however_long_it_is(api: Api) -> None:
    ours = await a_follower(api)
    await ours.other.say("一", "二", "三")
    await ours.history()  # marks them as read, which costs once
    costs = []
    for length in (1, 3):
        with counted() as statements:
            await ours.history(length=length)
        costs.append(len(statements))
    assert costs[0] == costs[1]


@pytest.mark.both
async def test_what_is_new_comes_newest_first_and_once_with_the_avatar_in_both_spellings(
    api: Api,
) -> None:
    ours = await a_follower(api, await a_rep())
    await ours.other.say("一", "二")
    answer, again = await ours.fresh(), await ours.fresh()
    assert (answer["msg"], texts(answer)) == ("实时获取-最新聊天信息成功", ["二", "一"])
    assert answer.data["data_count"] == 2
    for row in answer.data["ret_data"]:
        assert row["user_avatar"] == row["user_avator"] == "statics/rep.jpg"
        assert not row["is_first_info"]
    assert again.data == EMPTY


async def test_who_waits_gets_a_message_as_soon_as_it_comes(api: Api, app: App) -> None:
    ours = await a_follower(api)
    async with asyncio.timeout(10), asyncio.TaskGroup() as group:
        news = group.create_task(ours.fresh(wait=20))
        assert await eventually(lambda: len(app.services.delivery.registry))
        await ours.other.say("在吗?")
    assert texts(news.result()) == ["在吗?"]


@pytest.mark.both
async def test_a_message_arrives_at_the_rep_as_the_customers(api: Api) -> None:
    ours = await a_follower(api)
    answer = await ours.send(content=text("您好"), send_type=1, client_msg_id="a")
    assert answer == {
        "code": 200,
        "msg": "send msg successful",
        "data": {"id": answer.data["id"], "seq": 1, "client_msg_id": "a"},
    }
    assert await ours.other.fresh() == ["您好"]


async def test_what_is_unread_is_counted(api: Api) -> None:
    ours = await a_follower(api)
    await ours.other.say("一", "二")
    await ours.send(msg="三")
    assert await ours.unread() == {"code": 200, "msg": "查询成功", "data": {"chatinfo_count": 2}}


@pytest.mark.settings(send_rate=1, send_burst=2)
async def test_one_message_too_many_is_429_and_is_not_stored(api: Api) -> None:
    ours = await a_follower(api)
    codes = [(await ours.send(msg=f"{number}"))["code"] for number in range(3)]
    assert (codes, (await ours.history()).data["data_count"]) == ([200, 200, 429], 2)


async def test_a_message_without_any_content_is_303(api: Api) -> None:
    answer = await (await a_follower(api)).send()
    complaint = "消息不能为空"
    assert answer == {"code": 303, "msg": complaint, "data": {"errors": {"content": complaint}}}


CALLS = ["history", "fresh", "send", "unread"]


async def make(ours: Follower, name: str, **fields: object) -> Answer:
    """Make one of the calls, each of which would change something."""
    if name == "send":
        fields = {"msg": "您好", **fields}
    answer: Answer = await getattr(ours, name)(**fields)
    return answer


@pytest.mark.both
@pytest.mark.parametrize("name", CALLS)
async def test_a_rep_that_is_not_the_customers_is_302_and_nothing_changes(
    api: Api, name: str
) -> None:
    ours, foreign = await a_follower(api), await a_follower(api)
    await foreign.other.say("秘密")
    colleague = await make_rep(ours.rep.company)
    before = await everything()
    for rep_id in (foreign.rep.id, colleague.id, 999_999, 0, -1, 10**30):
        assert await make(ours, name, u_id=rep_id) == NOT_FOUND
    assert await everything() == before


@pytest.mark.parametrize("name", CALLS)
async def test_a_customer_id_that_is_not_the_callers_is_302_and_nothing_changes(
    api: Api, name: str
) -> None:
    ours = await a_follower(api)
    other = await a_follower(api, ours.rep)
    await ours.other.say("给您的")
    before = await everything()
    for customer_id in (other.row.id, 999_999, 0, 10**30):
        assert await make(ours, name, customer_id=customer_id) == NOT_FOUND
    assert await everything() == before


@pytest.mark.parametrize("name", CALLS)
async def test_who_names_nobody_means_the_rep_of_its_newest_event(api: Api, name: str) -> None:
    ours = await a_follower(api)
    await ours.other.say("在吗?")
    assert (await make(ours, name, u_id="", customer_id=ours.row.id))["code"] == 200


@pytest.mark.parametrize("name", CALLS)
async def test_an_id_that_is_no_number_is_301(api: Api, name: str) -> None:
    ours = await a_follower(api)
    codes = [(await make(ours, name, **{field: "x"}))["code"] for field in ("u_id", "customer_id")]
    assert codes == [301, 301]


async def test_customers_of_the_mini_program_and_reps_are_404(api: Api) -> None:
    ours = await a_follower(api)
    mini = await session_for(await make_customer(ours.rep.company))
    for caller in (mini, ours.other.caller):
        stranger = Follower(api, ours.row, caller, ours.rep, ours.other)
        assert [(await make(stranger, name))["code"] for name in CALLS] == [404] * 4
