"""A company's apps at WeChat in the back office."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from models.company import MiniProgram, OfficialAccount, WecomApp
from models.database import fetch_all
from services.wechat.crypto import SecretBox
from tests.api import Api
from tests.factories import (
    SECRET_KEY,
    make_company,
    make_customer,
    make_mini_program,
    make_rep,
    session_for,
)
from tests.handlers.qiyeweixin.staff import Office, make_office

APP = "/zhugeleida/admin/wechat_app"
SAVES: dict[str, dict[str, object]] = {
    "save_mini_program": {
        "name": "云上家居",
        "authorization_appid": "wx-mini-77",
        "authorization_secret": "mini-secret-1",
    },
    "save_official_account": {
        "name": "云上家居服务号",
        "authorization_appid": "wx-official-77",
        "authorization_secret": "official-secret-1",
    },
    "save_wecom_app": {
        "app_type": 1,
        "name": "AI雷达",
        "agent_id": "1000002",
        "app_secret": "wecom-secret-1",
        "corp_id": "ww-demo-77",
    },
}
APPS: dict[str, Any] = {"save_mini_program": MiniProgram, "save_official_account": OfficialAccount}
BOX = SecretBox(SECRET_KEY)


async def save(office: Office, call: str, **form: object) -> Any:
    """Save an app; say only what a test is about."""
    return await office.post(f"{APP}/{call}/0", {**SAVES[call], **form})


async def apps(office: Office) -> dict[str, Any]:
    """List the apps."""
    answer = await office.get(f"{APP}/app_list")
    assert (answer["code"], answer["msg"]) == (200, "查询成功"), answer
    found: dict[str, Any] = answer.data["ret_data"]
    return found


async def rows() -> list[list[tuple[Any, ...]]]:
    """All that the calls may change."""
    tables = ("mini_program", "official_account", "wecom_app", "company")
    return [await fetch_all(f"SELECT * FROM {table} ORDER BY id") for table in tables]


@pytest.mark.both
async def test_a_mini_program_is_saved_and_its_secret_sealed(api: Api) -> None:
    office = await make_office(api)
    form = {"template_id": "demo-template-1", "three_services_type": 2}
    answer = await save(office, "save_mini_program", **form)
    assert (answer["code"], answer["msg"], answer.data) == (200, "保存成功", {})
    made = await MiniProgram.aio_get()
    assert made.secret != "mini-secret-1"
    assert BOX.open(made.secret) == "mini-secret-1"
    assert await apps(office) == {
        "corp_id": "",
        "has_tongxunlu_secret": False,
        "mini_program": {
            "id": made.id,
            "name": "云上家居",
            "authorization_appid": "wx-mini-77",
            "has_secret": True,
            "template_id": "demo-template-1",
            "three_services_type": 2,
        },
        "official_account": None,
        "wecom_app": [],
    }


@pytest.mark.both
async def test_an_official_account_is_saved_and_its_secret_sealed(api: Api) -> None:
    office = await make_office(api)
    assert (await save(office, "save_official_account"))["code"] == 200
    made = await OfficialAccount.aio_get()
    assert BOX.open(made.secret) == "official-secret-1"
    assert (await apps(office))["official_account"] == {
        "id": made.id,
        "name": "云上家居服务号",
        "authorization_appid": "wx-official-77",
        "has_secret": True,
        "template_id": "",
    }


@pytest.mark.both
async def test_apps_in_wecom_are_saved_one_of_each_kind(api: Api) -> None:
    office = await make_office(api)
    first = await save(office, "save_wecom_app", tongxunlu_secret="contacts-1")
    assert first["code"] == 200
    # The company's corp id and the secret of its contacts stay with what sends none.
    bare = {"app_type": 2, "corp_id": "", "app_secret": "wecom-secret-2", "agent_id": "1000003"}
    assert (await save(office, "save_wecom_app", **bare))["code"] == 200
    again = await save(office, "save_wecom_app", app_secret="", name="雷达")
    assert again["code"] == 200
    found = await apps(office)
    assert (found["corp_id"], found["has_tongxunlu_secret"]) == ("ww-demo-77", True)
    assert [
        (one["app_type"], one["name"], one["agent_id"], one["has_secret"])
        for one in found["wecom_app"]
    ] == [(1, "雷达", "1000002", True), (2, "AI雷达", "1000003", True)]
    kept = await WecomApp.select().order_by(WecomApp.kind).aio_execute()
    assert [BOX.open(one.secret) for one in kept] == ["wecom-secret-1", "wecom-secret-2"]
    ((sealed,),) = await fetch_all("SELECT contacts_secret FROM company")
    assert BOX.open(sealed) == "contacts-1"


@pytest.mark.both
@pytest.mark.parametrize("call", APPS)
async def test_an_empty_secret_keeps_the_old_one_of_the_same_appid(api: Api, call: str) -> None:
    office = await make_office(api)
    form = {"authorization_secret": "", "name": "新名称", "template_id": "t-1"}
    answer = await save(office, call, **form)
    assert (answer["code"], answer["msg"]) == (303, "密钥不能为空")
    await save(office, call)
    assert (await save(office, call, **form))["code"] == 200
    other = await save(office, call, **form, authorization_appid="wx-another")
    assert (other["code"], list(other.data["errors"])) == (303, ["authorization_secret"])
    made = await APPS[call].aio_get()
    kept = (made.name, made.template_id, BOX.open(made.secret))
    assert kept == ("新名称", "t-1", SAVES[call]["authorization_secret"])


async def test_an_app_in_wecom_needs_a_secret_and_a_company(api: Api) -> None:
    office = await make_office(api)
    before = await rows()
    for form, complaint in (
        ({"app_secret": ""}, {"app_secret": "密钥不能为空"}),
        ({"corp_id": ""}, {"corp_id": "企业ID不能为空"}),
    ):
        answer = await save(office, "save_wecom_app", **form)
        assert (answer["code"], answer.data["errors"]) == (303, complaint)
    assert await rows() == before


@pytest.mark.both
@pytest.mark.parametrize(
    ("form", "missing"),
    [
        ({"agent_id": "1000009"}, "app_secret"),
        ({"corp_id": "ww-demo-78"}, "tongxunlu_secret"),
        ({"corp_id": "ww-demo-78", "tongxunlu_secret": "contacts-2"}, "app_secret"),
        ({"corp_id": "ww-demo-78", "app_secret": "wecom-secret-2"}, "tongxunlu_secret"),
    ],
)
async def test_another_agent_or_corp_needs_secrets_of_its_own(
    api: Api, form: dict[str, object], missing: str
) -> None:
    office = await make_office(api)
    await save(office, "save_wecom_app", tongxunlu_secret="contacts-1")
    before = await rows()
    answer = await save(office, "save_wecom_app", **{"app_secret": "", **form})
    assert (answer["code"], answer.data["errors"]) == (303, {missing: "密钥不能为空"})
    assert await rows() == before


@pytest.mark.both
async def test_with_another_corp_the_other_apps_lose_their_secrets(api: Api) -> None:
    office, other = await make_office(api), await make_office(api)
    await save(office, "save_wecom_app")
    await save(other, "save_wecom_app")
    await save(office, "save_wecom_app", app_type=2, agent_id="1000003")
    form = {"app_type": 2, "corp_id": "ww-demo-78", "app_secret": "wecom-secret-2"}
    assert (await save(office, "save_wecom_app", **form))["code"] == 200
    kept = await WecomApp.select().order_by(WecomApp.id).aio_execute()
    secrets = ["", "wecom-secret-1", "wecom-secret-2"]
    assert [BOX.open(one.secret) for one in kept] == secrets
    assert [one["has_secret"] for one in (await apps(office))["wecom_app"]] == [False, True]
    bare = await save(office, "save_wecom_app", corp_id="", app_secret="")
    assert bare.data["errors"] == {"app_secret": "密钥不能为空"}


@pytest.mark.both
@pytest.mark.parametrize("call", APPS)
async def test_an_appid_of_another_company_is_refused(api: Api, call: str) -> None:
    office, other = await make_office(api), await make_office(api)
    await save(other, call)
    for appid in ("wx-own", None):
        before = await rows()
        answer = await save(office, call)
        complaint = {"authorization_appid": "该AppID已被其他公司使用"}
        assert (answer["code"], answer.data["errors"]) == (303, complaint)
        assert await rows() == before
        if appid:  # once more for a company that has one of its own already
            await save(office, call, authorization_appid=appid)


@pytest.mark.both
async def test_of_two_companies_with_one_appid_at_once_one_gets_it(api: Api) -> None:
    offices = [await make_office(api) for _ in range(4)]
    answers = await asyncio.gather(*(save(one, "save_mini_program") for one in offices))
    assert sorted(answer["code"] for answer in answers) == [200, 303, 303, 303]


@pytest.mark.both
async def test_an_app_that_is_saved_twice_at_once_is_one(api: Api) -> None:
    office = await make_office(api)
    answers = await asyncio.gather(
        *(save(office, "save_wecom_app", agent_id=number) for number in range(1, 5)),
        *(save(office, "save_official_account", name=f"号{number}") for number in range(4)),
    )
    assert {answer["code"] for answer in answers} == {200}
    assert (await WecomApp.select().aio_count(), await OfficialAccount.select().aio_count()) == (
        1,
        1,
    )


async def test_no_answer_shows_a_secret(api: Api) -> None:
    office = await make_office(api)
    texts = [str(await save(office, call)) for call in SAVES]
    texts += [str(await save(office, call, name="")) for call in SAVES]
    texts.append(str(await office.get(f"{APP}/app_list")))
    assert "secret-1" not in "".join(texts)


@pytest.mark.parametrize(
    ("call", "form", "code"),
    [
        ("save_mini_program", {"name": ""}, 303),
        ("save_mini_program", {"name": "长" * 129}, 303),
        ("save_mini_program", {"authorization_appid": ""}, 303),
        ("save_mini_program", {"authorization_appid": "微信"}, 303),
        ("save_mini_program", {"authorization_appid": "w" * 129}, 303),
        ("save_mini_program", {"authorization_secret": "含 空格"}, 303),
        ("save_mini_program", {"authorization_secret": "s" * 257}, 303),
        ("save_mini_program", {"template_id": "模板"}, 303),
        ("save_mini_program", {"three_services_type": 3}, 303),
        ("save_official_account", {"authorization_appid": "a b"}, 303),
        ("save_wecom_app", {"app_type": 4}, 303),
        ("save_wecom_app", {"app_type": "x"}, 301),
        ("save_wecom_app", {"app_type": ""}, 303),
        ("save_wecom_app", {"agent_id": "x1"}, 303),
        ("save_wecom_app", {"agent_id": ""}, 303),
        ("save_wecom_app", {"corp_id": "企业"}, 303),
        ("save_wecom_app", {"tongxunlu_secret": "密"}, 303),
    ],
)
async def test_a_form_that_breaks_a_rule_is_refused(
    api: Api, call: str, form: dict[str, object], code: int
) -> None:
    office = await make_office(api)
    before = await rows()
    answer = await save(office, call, **form)
    assert (answer["code"], list(answer.data["errors"])) == (code, list(form))
    assert await rows() == before


async def test_apps_of_other_companies_are_not_shown(api: Api) -> None:
    office, stranger = await make_office(api), await make_company(corp_id="ww-other")
    await make_mini_program(stranger)
    found = await apps(office)
    assert (found["corp_id"], found["mini_program"]) == ("", None)


@pytest.mark.parametrize("make", [make_rep, make_customer])
async def test_nobody_but_an_administrator_sees_or_saves_apps(api: Api, make: Any) -> None:
    caller = await session_for(await make(await make_company()))
    found = [await api.get(f"{APP}/app_list", caller=caller)]
    for call, form in SAVES.items():
        found.append(await api.post(f"{APP}/{call}/0", form, caller=caller))
    assert [answer["code"] for answer in found] == [404, 404, 404, 404]
    assert [len(table) for table in await rows()] == [0, 0, 0, 1]
