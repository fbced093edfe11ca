"""Customers coming in through an official account (decisions S6, S13, S14)."""

from __future__ import annotations

import asyncio
import io
import json
from datetime import timedelta
from typing import Any

import pytest
from PIL import Image
from tornado.httpclient import HTTPResponse

from models.base import now
from models.customer import Bond, Customer, CustomerKind, Source
from models.database import execute, fetch_all
from models.staff import RepStatus
from services.wechat.simulator import Fault
from tests.api import Answer, Api, Caller
from tests.factories import (
    bind,
    make_company,
    make_customer,
    make_mini_program,
    make_official_account,
    make_rep,
)
from tests.handlers.qiyeweixin.test_work_weixin_auth import told
from tests.handlers.xiaochengxu.rows import count, everything
from tests.handlers.xiaochengxu.simulator import Simulator
from tests.logs import Log

AUTH = "/zhugeleida/gongzhonghao/work_gongzhonghao_auth"
CHAT = "/zhugeleida/gongzhonghao/chat"
GRANT = "/sns/oauth2/access_token"
PROFILE = "/sns/userinfo"
CODE = "demo-customer-7"
OPENID = f"gzh-{CODE}"
INVALID = {"error": "invalid_code"}


async def a_company(number: int = 1, **values: Any) -> Any:
    """A company with an official account."""
    company = await make_company(id=number, **values)
    await make_official_account(company)
    return company


async def a_follower(company: Any, **values: Any) -> Any:
    """The customer whom the code belongs to."""
    return await make_customer(
        company, CustomerKind.OFFICIAL_ACCOUNT, **{"openid": OPENID, **values}
    )


async def come(api: Api, code: str = CODE, **query: object) -> HTTPResponse:
    """Come from WeChat with a code, and with what WeChat adds to the address."""
    return await api.fetch("GET", AUTH, {"code": code, "state": "1", **query})


def caller_of(found: dict[str, str]) -> Caller:
    """Who has logged in."""
    return Caller(int(found["user_id"]), found["token"], "customer")


async def bonds() -> list[Any]:
    """Every bond with what tells where the customer came from."""
    return await fetch_all("SELECT rep_id, source, parent_customer_id FROM bond ORDER BY id")


@pytest.mark.both
async def test_somebody_new_is_sent_on_to_the_front_end_with_all_it_needs(api: Api) -> None:
    rep = await make_rep(await a_company())
    parent = await make_customer(rep.company)
    found = told(await come(api, company_id=1, uid=rep.id, pid=parent.id, level=2))
    ((number,),) = await fetch_all("SELECT id FROM customer WHERE openid = %s", (OPENID,))
    assert len(found.pop("token")) == 32
    assert found == {
        "id": str(number),
        "user_id": str(number),
        "uid": str(rep.id),
        "level": "2",
        "pid": str(parent.id),
        "company_id": "1",
    }


@pytest.mark.both
async def test_the_profile_at_wechat_is_kept(api: Api) -> None:
    await a_company()
    await come(api)
    row = await Customer.aio_get()
    assert (row.kind, row.openid, row.company_id) == (CustomerKind.OFFICIAL_ACCOUNT, OPENID, 1)
    assert (row.name, row.gender) == ("一只小鹿", 2)
    assert (row.country, row.province, row.city) == ("中国", "浙江", "杭州")


async def test_a_copy_of_the_picture_at_wechat_is_kept_and_served(api: Api) -> None:
    await a_company()
    await come(api)
    row = await Customer.aio_get()
    prefix = f"statics/zhugeleida/imgs/xiaochengxu/user_photo/xcx_cid_{row.id}_"
    assert row.avatar.startswith(prefix)
    response = await api.fetch("GET", f"/{row.avatar}")
    with Image.open(io.BytesIO(response.body)) as picture:
        assert picture.format == "JPEG"


@pytest.mark.both
async def test_somebody_known_stays_who_it_is_and_gets_the_newest_profile(api: Api) -> None:
    follower = await a_follower(await a_company(), name="从前的名字", phone="13900000001")
    found = told(await come(api))
    (row,) = await fetch_all("SELECT id, name, phone FROM customer")
    assert (found["user_id"], row) == (str(follower.id), (follower.id, "一只小鹿", "13900000001"))


async def test_what_wechat_does_not_tell_stays_as_it_was(api: Api) -> None:
    company = await a_company()
    await a_follower(company, openid="gzh-demo-customer-2", city="苏州", gender=1)
    await come(api, "demo-customer-2")
    row = await Customer.aio_get()
    assert (row.name, row.city, row.gender) == ("北岸的灯", "苏州", 1)


async def test_the_same_person_in_the_mini_program_is_another_customer(api: Api) -> None:
    company = await a_company()
    await make_mini_program(company)
    mini = await make_customer(company, openid=OPENID)
    assert told(await come(api))["user_id"] != str(mini.id)
    assert (await Customer.aio_get(Customer.id == mini.id)).name == mini.name


@pytest.mark.both
async def test_the_rep_that_was_come_to_welcomes_a_new_customer_that_came_by_an_article(
    api: Api,
) -> None:
    rep = await make_rep(await a_company(name="晨光家居"), memo_name="小周")
    parent = await make_customer(rep.company)
    found = told(await come(api, uid=rep.id, pid=parent.id))
    assert await bonds() == [(rep.id, Source.ARTICLE, parent.id)]
    answer = await api.get(CHAT, {"u_id": rep.id}, caller=caller_of(found))
    (row,) = answer.data["ret_data"]
    assert (row["send_type"], row["msg"][:15]) == (1, "您好,我是晨光家居的小周,欢迎")


@pytest.mark.both
async def test_coming_again_welcomes_nobody_twice(api: Api) -> None:
    rep = await make_rep(await a_company())
    for _ in range(2):
        told(await come(api, uid=rep.id))
    assert [await count(table) for table in ("customer", "bond", "message")] == [1, 1, 1]


async def test_without_a_rep_nothing_is_bound(api: Api) -> None:
    await make_rep(await a_company())
    found = told(await come(api))
    assert (found["uid"], found["level"], found["pid"]) == ("", "", "")
    assert await count("bond") == 0


async def test_who_comes_back_without_naming_a_rep_is_shown_its_own(api: Api) -> None:
    rep = await make_rep(await a_company())
    await bind(rep, await a_follower(rep.company))
    assert told(await come(api))["uid"] == str(rep.id)


@pytest.mark.both
async def test_who_may_have_one_rep_only_is_shown_the_one_that_it_has(api: Api) -> None:
    company = await a_company(customer_unique=True)
    rep, other = await make_rep(company), await make_rep(company)
    await bind(rep, await a_follower(company))
    found = told(await come(api, uid=other.id))
    assert (found["uid"], [row[0] for row in await bonds()]) == (str(rep.id), [rep.id])


async def test_nobody_becomes_its_own_parent(api: Api) -> None:
    rep = await make_rep(await a_company())
    follower = await a_follower(rep.company)
    assert told(await come(api, uid=rep.id, pid=follower.id))["user_id"] == str(follower.id)
    assert (await Bond.aio_get()).parent_customer_id is None


@pytest.mark.parametrize("missing", ["", "undefined", "null"])
async def test_what_is_missing_may_be_written_as_a_browser_writes_it(
    api: Api, missing: str
) -> None:
    await a_company()
    query = dict.fromkeys(("company_id", "uid", "pid", "level"), missing)
    assert told(await come(api, **query))["company_id"] == "1"


@pytest.mark.parametrize("named", [True, False])
async def test_the_company_is_that_of_the_rep_when_it_is_not_named(api: Api, named: bool) -> None:
    await a_company(1)
    rep = await make_rep(await a_company(2))
    found = told(await come(api, uid=rep.id, company_id=2 if named else ""))
    assert found["company_id"] == "2"


@pytest.mark.both
async def test_a_code_that_comes_many_times_at_once_is_exchanged_once(
    api: Api, simulator: Simulator
) -> None:
    rep = await make_rep(await a_company())
    simulator.faults.set(GRANT, Fault(delay_seconds=0.2))
    responses = await asyncio.gather(*(come(api, uid=rep.id) for _ in range(5)))
    found = [told(each) for each in responses]
    assert len({each["user_id"] for each in found}) == 1
    assert len({each["token"] for each in found}) == 5
    assert len(simulator.faults.received(GRANT)) == 1
    assert [await count(table) for table in ("customer", "bond", "message")] == [1, 1, 1]


@pytest.mark.both
async def test_two_codes_of_one_person_at_once_make_one_customer(
    api: Api, simulator: Simulator
) -> None:
    rep = await make_rep(await a_company())
    granted = {"openid": OPENID, "access_token": "a", "scope": "snsapi_base"}
    simulator.faults.set(GRANT, Fault(body=json.dumps(granted)))
    responses = await asyncio.gather(*(come(api, f"code-{n}", uid=rep.id) for n in range(4)))
    assert len({told(each)["user_id"] for each in responses}) == 1
    assert await count("customer") == 1


async def test_a_code_that_comes_again_after_five_minutes_is_exchanged_again(
    api: Api, simulator: Simulator
) -> None:
    await a_company()
    for _ in range(2):
        told(await come(api))
        await execute("UPDATE login_code SET claimed_at = claimed_at - 301000")
    assert len(simulator.faults.received(GRANT)) == 2


async def test_a_picture_that_has_not_changed_is_kept_once(api: Api) -> None:
    await a_company()
    seen = set()
    for _ in range(2):
        await execute("DELETE FROM login_code")
        told(await come(api))
        seen.add((await Customer.aio_get()).avatar)
    assert len(seen) == 1


@pytest.mark.parametrize(
    ("path", "name"), [("/avatars/gzh-demo-customer-7.png", "一只小鹿"), (PROFILE, "从前的名字")]
)
async def test_a_login_does_not_fail_for_want_of_a_picture_or_a_profile(
    api: Api, simulator: Simulator, log: Log, path: str, name: str
) -> None:
    await a_follower(await a_company(), name="从前的名字", avatar="statics/before.jpg")
    simulator.faults.set(path, Fault(status=500))
    assert told(await come(api))["user_id"]
    row = await Customer.aio_get()
    assert (row.name, row.avatar) == (name, "statics/before.jpg")


@pytest.mark.both
@pytest.mark.parametrize("code", ["no-such-code", "demo-rep-1", "gzh-demo-customer-7"])
async def test_a_code_that_wechat_does_not_take_is_told_as_invalid_and_changes_nothing(
    api: Api, code: str
) -> None:
    rep = await make_rep(await a_company())
    before = await everything()
    assert told(await come(api, code, uid=rep.id)) == INVALID
    assert await everything() == before


@pytest.mark.both
@pytest.mark.parametrize("name", ["uid", "pid", "company_id"])
async def test_an_id_that_is_foreign_or_unknown_is_told_as_invalid_and_changes_nothing(
    api: Api, simulator: Simulator, name: str
) -> None:
    rep, stranger = await make_rep(await a_company(1)), await make_rep(await a_company(2))
    foreign = {"uid": stranger, "pid": await make_customer(stranger.company)}
    known = {"company_id": 1, "uid": rep.id}
    wrong = [foreign[name].id] if name in foreign else [stranger.company.id]
    before = await everything()
    for value in [*wrong, 999_999, 0, -1, 10**30]:
        assert told(await come(api, **{**known, name: value})) == INVALID, value
    assert await everything() == before
    assert simulator.faults.received(GRANT) == []


async def test_a_company_without_an_official_account_is_told_as_invalid(api: Api) -> None:
    await make_mini_program(await make_company(id=1))
    assert told(await come(api)) == INVALID


@pytest.mark.both
async def test_a_customer_of_another_company_is_told_as_invalid_and_changes_nothing(
    api: Api,
) -> None:
    await a_follower(await a_company(2), name="从前的名字")
    await a_company(1)
    before = await everything()
    assert told(await come(api, company_id=1)) == INVALID
    assert await everything() == before


@pytest.mark.parametrize("with_rep", [True, False])
async def test_who_comes_to_an_expired_company_is_told_so(api: Api, with_rep: bool) -> None:
    company = await a_company(expires_at=now() - timedelta(minutes=1))
    rep = await make_rep(company, status=RepStatus.DISABLED)
    assert told(await come(api, uid=rep.id if with_rep else "")) == {"error": "expired"}
    assert await count("session") == 0


async def test_who_comes_to_a_rep_that_is_switched_off_is_told_so(api: Api) -> None:
    rep = await make_rep(await a_company(), status=RepStatus.DISABLED)
    assert told(await come(api, uid=rep.id)) == {"error": "disabled"}
    assert await count("customer") == 0


@pytest.mark.both
async def test_without_wechat_a_login_is_503_and_the_code_can_be_tried_again(
    api: Api, simulator: Simulator
) -> None:
    await a_company()
    simulator.faults.set(GRANT, Fault(drop=True))
    away = Answer(await come(api))
    simulator.faults.replace({})
    assert (away.status, away["msg"]) == (503, "微信服务暂时不可用,请稍后再试")
    assert told(await come(api))["user_id"]


@pytest.mark.parametrize(
    ("query", "code", "errors"),
    [
        ({}, 303, {"code": "登录凭证不能为空"}),
        ({"code": "x" * 257}, 303, {"code": "登录凭证长度不能超过256"}),
        ({"code": CODE, "uid": "x"}, 301, {"uid": "用户ID必须是整数"}),
        ({"code": CODE, "level": "x"}, 301, {"level": "层级必须是整数"}),
        ({"code": CODE, "level": -1}, 303, {"level": "层级不能小于0"}),
    ],
)
async def test_a_parameter_that_is_wrong_is_complained_of(
    api: Api, query: dict[str, object], code: int, errors: dict[str, str]
) -> None:
    answer = await api.get(AUTH, query)
    assert answer == {"code": code, "msg": next(iter(errors.values())), "data": {"errors": errors}}
