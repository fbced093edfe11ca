"""Reps coming in through WeCom (semantics 2.3, decisions S6)."""

from __future__ import annotations

import asyncio
import io
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from PIL import Image
from tornado.httpclient import HTTPResponse

from models.base import now
from models.database import execute, fetch_all
from models.staff import Rep, RepStatus
from services.wechat.simulator import Fault
from tests.api import Answer, Api, Caller
from tests.app import App
from tests.factories import make_company, make_rep, make_wecom_app
from tests.handlers.xiaochengxu.rows import count, everything
from tests.handlers.xiaochengxu.simulator import Simulator

AUTH = "/zhugeleida/qiyeweixin/work_weixin_auth"
USER_INFO = "/cgi-bin/user/getuserinfo"
FRONT_END = "https://crm.example.com/app"


async def a_rep(number: int = 1, **values: Any) -> Any:
    """A rep of a company on WeCom."""
    company = await make_company(corp_id=f"ww-demo-{number}", **values.pop("company", {}))
    await make_wecom_app(company)
    return await make_rep(company, wecom_userid="demo-rep-1", **values)


async def come(api: Api, rep: Any, code: str = "demo-rep-1", **query: str) -> HTTPResponse:
    """Come from WeCom with a code."""
    return await api.fetch("GET", f"{AUTH}/{rep.company_id}", {"code": code, **query})


def told(response: HTTPResponse) -> dict[str, str]:
    """What the front end is told in the query that the browser is sent on with."""
    assert response.code == 302, response.body
    query = parse_qs(urlsplit(response.headers["Location"]).query, keep_blank_values=True)
    return {name: value for name, (value,) in query.items()}


@pytest.mark.both
async def test_a_rep_is_sent_on_to_the_front_end_with_all_it_needs(api: Api) -> None:
    rep = await a_rep()
    found = told(await come(api, rep, user_type="1", source="2"))
    token, avatar = found.pop("token"), found.pop("avatar")
    assert found == {"id": str(rep.id), "user_id": str(rep.id), "is_first_login": "Yes"}
    assert (len(token), avatar) == (32, (await Rep.aio_get()).avatar)


async def test_the_front_end_is_the_console_unless_it_is_set(api: Api) -> None:
    response = await come(api, await a_rep())
    location = urlsplit(response.headers["Location"])
    assert (location.hostname, location.path) == ("127.0.0.1", "/console/")


@pytest.mark.settings(frontend_url=f"{FRONT_END}?a=1")
async def test_the_front_end_may_be_anywhere(api: Api) -> None:
    response = await come(api, await a_rep(), "no-such-code")
    assert response.headers["Location"] == f"{FRONT_END}?a=1&error=invalid_code"


async def test_the_token_signs_calls(api: Api) -> None:
    rep = await a_rep()
    caller = Caller(rep.id, told(await come(api, rep))["token"], "rep")
    assert (await api.get("/zhugeleida/qiyeweixin/contact", caller=caller))["code"] == 200


async def test_only_the_first_login_is_one(api: Api) -> None:
    rep = await a_rep()
    logins = [told(await come(api, rep))["is_first_login"] for _ in range(2)]
    assert logins == ["Yes", "No"]


async def test_the_time_of_the_login_is_kept(api: Api) -> None:
    rep, before = await a_rep(), now()
    await come(api, rep)
    assert (await Rep.aio_get()).last_login_at >= before


async def test_a_copy_of_the_picture_at_wecom_is_kept_and_served(api: Api) -> None:
    rep = await a_rep()
    avatar = told(await come(api, rep))["avatar"]
    assert avatar.startswith(f"statics/zhugeleida/imgs/xiaochengxu/user_photo/rep_{rep.id}_")
    response = await api.fetch("GET", f"/{avatar}")
    with Image.open(io.BytesIO(response.body)) as picture:
        assert picture.format == "JPEG"


def photos(app: App) -> list[str]:
    """The names of all pictures of reps that are kept."""
    return sorted(path.name for path in app.settings.data_dir.rglob("rep_*"))


async def test_a_picture_that_has_not_changed_is_kept_once(app: App, api: Api) -> None:
    rep = await a_rep()
    seen = set()
    for _ in range(3):
        await execute("DELETE FROM login_code")
        seen.add(told(await come(api, rep))["avatar"])
    assert (len(seen), len(photos(app))) == (1, 1)


@pytest.mark.both
async def test_a_picture_that_has_changed_replaces_the_one_before(app: App, api: Api) -> None:
    rep = await a_rep()
    first = told(await come(api, rep))["avatar"]
    (app.settings.data_dir / first).write_bytes(b"another picture")
    await execute("DELETE FROM login_code")
    second = told(await come(api, rep))["avatar"]
    assert first != second
    assert photos(app) == [second.rpartition("/")[2]]


@pytest.mark.both
@pytest.mark.parametrize(
    "values",
    [{"status": RepStatus.DISABLED}, {"company": {"expires_at": now() - timedelta(minutes=1)}}],
    ids=["disabled", "expired"],
)
async def test_nothing_is_kept_of_a_rep_who_may_not_come_in(
    app: App, api: Api, simulator: Simulator, values: dict[str, Any]
) -> None:
    rep = await a_rep(avatar="statics/before.jpg", gender=2, **values)
    refusals = [told(await come(api, rep)) for _ in range(2)]
    row = await Rep.aio_get()
    assert (row.avatar, row.gender, photos(app)) == ("statics/before.jpg", 2, [])
    assert refusals[0] == refusals[1] != {"error": "invalid_code"}
    assert simulator.faults.received("/avatars/demo-rep-1.png") == []


async def test_the_end_of_the_company_is_told_before_that_of_the_rep(api: Api) -> None:
    rep = await a_rep(
        status=RepStatus.DISABLED, company={"expires_at": now() - timedelta(minutes=1)}
    )
    assert told(await come(api, rep)) == {"error": "expired"}


async def test_the_gender_is_that_at_wecom(api: Api) -> None:
    await come(api, await a_rep(gender=2))
    assert (await Rep.aio_get()).gender == 1


async def test_a_login_does_not_fail_for_want_of_a_picture(api: Api, simulator: Simulator) -> None:
    rep = await a_rep(avatar="statics/before.jpg")
    simulator.faults.set("/avatars/demo-rep-1.png", Fault(status=500))
    assert told(await come(api, rep))["avatar"] == "statics/before.jpg"


@pytest.mark.both
async def test_a_code_that_comes_many_times_at_once_is_exchanged_once(
    api: Api, simulator: Simulator
) -> None:
    rep = await a_rep()
    simulator.faults.set(USER_INFO, Fault(delay_seconds=0.2))
    found = [told(each) for each in await asyncio.gather(*(come(api, rep) for _ in range(4)))]
    assert {each["id"] for each in found} == {str(rep.id)}
    assert len(simulator.faults.received(USER_INFO)) == 1


@pytest.mark.parametrize("code", ["no-such-code", "demo-rep-99", "demo-customer-1"])
async def test_a_code_of_nobody_here_is_told_as_invalid_and_changes_nothing(
    api: Api, code: str
) -> None:
    rep = await a_rep()
    before = await everything()
    assert told(await come(api, rep, code)) == {"error": "invalid_code"}
    assert await everything() == before


async def test_a_code_of_another_companys_rep_is_told_as_invalid(api: Api) -> None:
    await a_rep(1)
    company = await make_company(corp_id="ww-demo-2")
    await make_wecom_app(company)
    stranger = await make_rep(company, wecom_userid="demo-rep-2")
    assert told(await come(api, stranger, "demo-rep-1")) == {"error": "invalid_code"}


@pytest.mark.parametrize("company_id", ["999999", "0", "-1"])
async def test_a_company_without_wecom_is_told_as_invalid(api: Api, company_id: str) -> None:
    response = await api.fetch("GET", f"{AUTH}/{company_id}", {"code": "demo-rep-1"})
    assert told(response) == {"error": "invalid_code"}


async def test_a_rep_who_is_switched_off_is_told_so(api: Api) -> None:
    rep = await a_rep(status=RepStatus.DISABLED)
    assert told(await come(api, rep)) == {"error": "disabled"}
    assert await count("session") == 0


async def test_a_rep_of_an_expired_company_is_told_so(api: Api) -> None:
    rep = await a_rep(company={"expires_at": now() - timedelta(minutes=1)})
    assert told(await come(api, rep)) == {"error": "expired"}
    assert await count("session") == 0


async def test_who_may_not_come_in_has_not_been_here(api: Api) -> None:
    rep = await a_rep(status=RepStatus.DISABLED)
    await come(api, rep)
    assert await fetch_all("SELECT last_login_at FROM rep") == [(None,)]


@pytest.mark.both
@pytest.mark.settings(upstream_timeout_seconds=1.0)
@pytest.mark.parametrize(
    "fault",
    [Fault(delay_seconds=30), Fault(drop=True), Fault(status=502)],
    ids=["slow", "x", "502"],
)
async def test_without_wecom_a_login_is_503_and_the_code_can_be_tried_again(
    api: Api, simulator: Simulator, fault: Fault
) -> None:
    rep = await a_rep()
    simulator.faults.set(USER_INFO, fault)
    away = Answer(await come(api, rep))
    simulator.faults.replace({})
    assert (away.status, away["msg"]) == (503, "微信服务暂时不可用,请稍后再试")
    assert told(await come(api, rep))["id"] == str(rep.id)


@pytest.mark.parametrize(
    ("path", "query", "code", "errors"),
    [
        ("1", {}, 303, {"code": "登录凭证不能为空"}),
        ("1", {"code": "x" * 257}, 303, {"code": "登录凭证长度不能超过256"}),
        ("x", {"code": "a"}, 301, {"company_id": "公司ID必须是整数"}),
    ],
)
async def test_a_parameter_that_is_wrong_is_complained_of(
    api: Api, path: str, query: dict[str, str], code: int, errors: dict[str, str]
) -> None:
    answer = await api.get(f"{AUTH}/{path}", query)
    assert answer == {"code": code, "msg": next(iter(errors.values())), "data": {"errors": errors}}


async def test_the_company_of_the_path_wins_over_that_of_the_query(api: Api) -> None:
    rep = await a_rep()
    assert told(await come(api, rep, company_id="999999"))["id"] == str(rep.id)


async def test_a_code_that_comes_again_after_the_rep_was_switched_off_is_refused(api: Api) -> None:
    rep = await a_rep()
    await come(api, rep)
    await execute("UPDATE rep SET status = %s", (RepStatus.DISABLED,))
    assert told(await come(api, rep)) == {"error": "disabled"}
