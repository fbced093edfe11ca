"""A customer hands its phone number over (semantics 10)."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from models.database import execute, fetch_all
from services.wechat.crypto import SecretBox
from services.wechat.simulator.credentials import session_key
from services.wechat.simulator.phones import Encrypted, encrypt, encrypt_blocks, told
from tests.api import Answer, Api, Caller
from tests.factories import (
    SECRET_KEY,
    bind,
    make_company,
    make_customer,
    make_mini_program,
    make_rep,
    session_for,
)
from tests.handlers.qiyeweixin.talkers import the_customer, the_rep
from tests.handlers.xiaochengxu.rows import count, everything
from tests.logs import Log

URL = "/zhugeleida/xiaochengxu/chat/encrypted_phone_number/0"
LOGIN = "/zhugeleida/xiaochengxu/login"
OPENID = "demo-customer-7"
KEY = session_key(OPENID)
OLD_KEY = session_key("demo-customer-8")
PHONE = "13800000001"
DONE = {"code": 200, "msg": "查询成功", "data": {"phoneNumber": PHONE}}
REFUSED = {"code": 303, "msg": "手机号获取失败,请重新登录小程序后再试", "data": {}}
NOT_FOUND = {"code": 302, "msg": "对应ID不存在", "data": {}}


async def a_pair(key: str = KEY) -> tuple[Any, Any]:
    """A rep and its customer, who has logged in to the company's mini program."""
    rep = await make_rep(await make_company(id=1))
    await make_mini_program(rep.company)
    sealed = SecretBox(SECRET_KEY).seal(key)
    customer = await make_customer(rep.company, openid=OPENID, session_key=sealed)
    await bind(rep, customer)
    return rep, customer


def encrypted(phone: str = PHONE, *, key: str = KEY, appid: str = "wx-demo-1") -> Encrypted:
    """A phone number as WeChat has encrypted it."""
    return encrypt(key, told(phone, appid))


async def hand_over(api: Api, caller: Caller, rep: Any, given: Encrypted, **form: object) -> Answer:
    """Hand a phone number over to a rep."""
    body = {"u_id": rep.id, "encryptedData": given.data, "iv": given.iv, **form}
    return await api.post(URL, body, caller=caller)


async def phone_of(customer: Any) -> str:
    """The phone number that is kept of a customer."""
    ((phone,),) = await fetch_all("SELECT phone FROM customer WHERE id = %s", (customer.id,))
    return str(phone)


@pytest.mark.both
async def test_a_number_is_kept_and_told_to_the_rep(api: Api) -> None:
    rep, customer = await a_pair()
    assert await hand_over(api, await session_for(customer), rep, encrypted()) == DONE
    (row,) = (await (await the_rep(api, rep, customer)).history()).data
    assert (row["send_type"], row["info_type"], row["msg"]) == (2, 1, f"我的手机号是: {PHONE}")
    assert await phone_of(customer) == PHONE


async def test_it_arrives_at_once_at_both_sides(api: Api) -> None:
    rep, customer = await a_pair()
    sockets = [await api.socket("leida"), await api.socket("xiaochengxu")]
    caller = await session_for(customer)
    await sockets[0].register(rep=rep.id, customer=None, caller=await session_for(rep))
    await sockets[1].register(rep=rep.id, customer=customer.id, caller=caller)
    await hand_over(api, caller, rep, encrypted())
    texts = [(await socket.rows(1))[0]["msg"] for socket in sockets]
    assert texts == [f"我的手机号是: {PHONE}"] * 2


@pytest.mark.both
@pytest.mark.parametrize(("before", "after"), [(0, 1), (1, 2), (2, 2), (3, 3)])
async def test_it_is_told_to_a_rep_with_whom_the_customer_has_hardly_talked(
    api: Api, before: int, after: int
) -> None:
    rep, customer = await a_pair()
    await (await the_rep(api, rep, customer)).say(*["您好"] * before)
    caller = await session_for(customer)
    for _ in range(2):
        assert await hand_over(api, caller, rep, encrypted()) == DONE
    assert (await count("message"), await phone_of(customer)) == (after, PHONE)


@pytest.mark.both
async def test_a_number_that_comes_many_times_at_once_is_told_once(api: Api) -> None:
    rep, customer = await a_pair()
    caller, given = await session_for(customer), encrypted()
    answers = await asyncio.gather(*(hand_over(api, caller, rep, given) for _ in range(8)))
    assert (answers, await count("message")) == ([DONE] * 8, 1)


async def test_a_newer_number_takes_the_place_of_the_older(api: Api) -> None:
    rep, customer = await a_pair()
    caller = await session_for(customer)
    for phone in (PHONE, "13900000002"):
        await hand_over(api, caller, rep, encrypted(phone))
    assert await phone_of(customer) == "13900000002"


@pytest.mark.parametrize("said", [0, 2])
async def test_it_is_an_activity_of_the_bond_and_no_entry_of_the_log(api: Api, said: int) -> None:
    rep, customer = await a_pair()
    await (await the_customer(api, rep, customer)).say(*["您好"] * said)
    await execute("UPDATE bond SET last_activity_at = NULL, last_event_at = 0")
    await hand_over(api, await session_for(customer), rep, encrypted())
    assert await fetch_all("SELECT last_activity_at > 0, last_event_at > 0 FROM bond") == [(1, 1)]
    assert [await count(table) for table in ("action_log", "action_counter")] == [0, 0]


async def test_without_a_rep_it_goes_to_the_rep_of_the_latest_conversation(api: Api) -> None:
    rep, customer = await a_pair()
    answer = await hand_over(api, await session_for(customer), rep, encrypted(), u_id="")
    assert (answer, len((await (await the_rep(api, rep, customer)).history()).data)) == (DONE, 1)


async def test_a_rep_sees_the_number_in_the_customers_file(api: Api) -> None:
    rep, customer = await a_pair()
    await hand_over(api, await session_for(customer), rep, encrypted())
    answer = await api.get(
        "/zhugeleida/qiyeweixin/customer",
        {"customer_id": customer.id},
        caller=await session_for(rep),
    )
    assert PHONE in str(answer.data)


REFUSALS = {
    "another key": encrypted(key=OLD_KEY),
    "truncated": encrypted()._replace(data=encrypted().data[:-4]),
    "no base64": encrypted()._replace(data="***"),
    "bad padding": encrypt_blocks(KEY, b"x" * 15 + b"\x00"),
    "bad vector": encrypted()._replace(iv="AAAA"),
    "foreign watermark": encrypted(appid="wx-demo-2"),
    "no JSON": encrypt_blocks(KEY, b"x" * 15 + b"\x01"),
    "no number": encrypt(KEY, {"watermark": {"appid": "wx-demo-1"}}),
}


@pytest.mark.parametrize("fault", REFUSALS)
async def test_what_cannot_be_read_is_one_refusal_and_changes_nothing(
    api: Api, log: Log, fault: str
) -> None:
    rep, customer = await a_pair()
    caller, given = await session_for(customer), REFUSALS[fault]
    before = await everything()
    assert await hand_over(api, caller, rep, given) == REFUSED
    assert await everything() == before
    (line,) = log.named("phone refused")
    assert line["customer_id"] == customer.id


async def test_the_log_holds_neither_key_nor_data(api: Api, log: Log) -> None:
    rep, customer = await a_pair()
    caller = await session_for(customer)
    for given in REFUSALS.values():
        await hand_over(api, caller, rep, given)
    text = str(log.events)
    assert len(log.named("phone refused")) == len(REFUSALS)
    for secret in (KEY, SecretBox(SECRET_KEY).open(customer.session_key), PHONE):
        assert secret not in text
    assert [given for given in REFUSALS.values() if given.data in text or given.iv in text] == []


async def test_data_from_before_a_newer_login_is_refused_until_it_is_encrypted_anew(
    api: Api,
) -> None:
    rep, customer = await a_pair(OLD_KEY)
    caller = await session_for(customer)
    login = {"code": OPENID, "user_type": 2, "source": 1}
    assert (await api.get(LOGIN, login))["code"] == 200  # WeChat gives a newer session key
    assert await hand_over(api, caller, rep, encrypted(key=OLD_KEY)) == REFUSED
    assert await hand_over(api, caller, rep, encrypted()) == DONE


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE customer SET session_key = ''",
        "UPDATE customer SET session_key = 'AAAA'",
        "DELETE FROM mini_program",
    ],
)
async def test_a_customer_without_a_key_or_a_mini_program_is_refused_alike(
    api: Api, log: Log, sql: str
) -> None:
    rep, customer = await a_pair()
    caller = await session_for(customer)
    await execute(sql)
    assert await hand_over(api, caller, rep, encrypted()) == REFUSED
    assert len(log.named("phone refused")) == 1


@pytest.mark.parametrize("stranger", ["colleague", "elsewhere", "missing", "left"])
async def test_a_rep_who_is_not_the_customers_gets_nothing(api: Api, stranger: str) -> None:
    rep, customer = await a_pair()
    caller = await session_for(customer)
    uid = rep.id
    if stranger == "left":
        await execute("DELETE FROM bond")
    elif stranger == "missing":
        uid = 999_999
    else:
        uid = (await make_rep(rep.company if stranger == "colleague" else None)).id
    before = await everything()
    assert await hand_over(api, caller, rep, encrypted(), u_id=uid) == NOT_FOUND
    assert await everything() == before


@pytest.mark.parametrize("table", ["customer", "bond", "message"])
async def test_number_and_message_are_written_both_or_neither(
    api: Api, log: Log, table: str
) -> None:
    rep, customer = await a_pair()
    caller = await session_for(customer)
    before = await everything()
    event = "INSERT" if table == "message" else "UPDATE"
    await execute(
        f"CREATE TRIGGER full BEFORE {event} ON {table} BEGIN SELECT RAISE(ABORT, 'full'); END"
    )
    assert (await hand_over(api, caller, rep, encrypted()))["code"] == 500
    assert (len(log.take("fault")), await everything()) == (1, before)


@pytest.mark.settings(send_rate=1, send_burst=2)
async def test_handing_over_counts_as_sending(api: Api) -> None:
    rep, customer = await a_pair()
    caller = await session_for(customer)
    codes = [(await hand_over(api, caller, rep, encrypted()))["code"] for _ in range(3)]
    assert codes == [200, 200, 429]


@pytest.mark.parametrize(
    ("form", "code", "field"),
    [
        ({"encryptedData": ""}, 303, "encryptedData"),
        ({"iv": ""}, 303, "iv"),
        ({"encryptedData": "A" * 4097}, 303, "encryptedData"),
        ({"u_id": "x"}, 301, "u_id"),
    ],
)
async def test_a_form_that_lacks_something_is_refused(
    api: Api, form: dict[str, object], code: int, field: str
) -> None:
    rep, customer = await a_pair()
    answer = await hand_over(api, await session_for(customer), rep, encrypted(), **form)
    assert (answer["code"], list(answer.data["errors"])) == (code, [field])
