"""What every call has in common: URLs, methods, bodies, envelopes, errors and the access line."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode

import pytest

from handlers.codes import Code
from models.database import execute, fetch_all
from tests.api import Api, Caller
from tests.factories import make_customer, make_pair, make_rep, session_for
from tests.logs import Log

CARD = "/zhugeleida/xiaochengxu/mingpian"
FORM_ID = "/zhugeleida/xiaochengxu/login/send_form_id"
LOGIN = "/zhugeleida/admin/login"
FRESH = "/zhugeleida/qiyeweixin/chat/getmsg"


async def a_customer() -> Caller:
    """A customer that has logged in."""
    return await session_for(await make_customer())


async def kept_form_ids(caller: Caller) -> list[str]:
    """What the caller has sent by ``send_form_id``."""
    ((text,),) = await fetch_all("SELECT form_ids FROM customer WHERE id = %s", (caller.id,))
    found: list[str] = json.loads(text)
    return found


async def test_an_unknown_url_is_an_envelope_with_404(api: Api) -> None:
    answer = await api.get("/zhugeleida/xiaochengxu/no_such_thing")
    assert (answer.status, answer) == (404, {"code": 404, "msg": "非法请求", "data": {}})


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "HEAD", "OPTIONS", "BREW"])
async def test_an_unknown_url_is_404_by_every_method(api: Api, log: Log, method: str) -> None:
    response = await api.fetch(method, "/zhugeleida/no_such_thing")
    (line,) = log.named("request")
    assert (response.code, line["code"]) == (404, 404)


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "BREW"])
async def test_a_method_that_no_call_has_is_402(api: Api, method: str) -> None:
    response = await api.fetch(method, CARD)
    assert json.loads(response.body) == {"code": 402, "msg": "请求方式异常", "data": {}}


@pytest.mark.parametrize(("path", "wrong"), [(CARD, "POST"), (LOGIN, "GET")])
async def test_the_other_method_of_a_documented_url_is_402(api: Api, path: str, wrong: str) -> None:
    response = await api.fetch(wrong, path, body=b"" if wrong == "POST" else None)
    assert (response.code, json.loads(response.body)["code"]) == (200, 402)


async def test_head_runs_no_call(api: Api, log: Log) -> None:
    rep, customer = await make_pair()
    response = await api.fetch("HEAD", CARD, {"uid": rep.id}, caller=await session_for(customer))
    ((views,),) = await fetch_all("SELECT COUNT(*) FROM action_log")
    (line,) = log.named("request")
    assert (response.code, response.body, line["code"], views) == (200, b"", 402, 0)


@pytest.mark.parametrize("path", [CARD, f"{CARD}/", f"/{CARD}", f"//{CARD}/"])
async def test_slashes_at_both_ends_do_not_matter(api: Api, path: str) -> None:
    rep, customer = await make_pair()
    answer = await api.get(path, {"uid": rep.id}, caller=await session_for(customer))
    assert answer["code"] == Code.OK


@pytest.mark.parametrize("ending", ["", "/", "/0", "/0/"])
async def test_a_zero_behind_an_operation_may_be_left_out(api: Api, ending: str) -> None:
    rep, customer = await make_pair()
    answer = await api.get(
        FRESH + ending, {"customer_id": customer.id}, caller=await session_for(rep)
    )
    assert answer["code"] == Code.OK


@pytest.mark.parametrize("body", ["{", "[1]", '"text"', "1", "[" * 100_000, '{"formId": NaN'])
async def test_a_body_that_is_no_json_object_is_301(api: Api, body: str) -> None:
    response = await api.fetch(
        "POST",
        FORM_ID,
        caller=await a_customer(),
        headers={"Content-Type": "application/json"},
        body=body,
    )
    assert (response.code, json.loads(response.body)["code"]) == (200, 301)


@pytest.mark.parametrize("content_type", ["multipart/form-data", "multipart/form-data; boundary=x"])
async def test_a_multipart_body_that_cannot_be_read_is_301(api: Api, content_type: str) -> None:
    response = await api.fetch(
        "POST",
        FORM_ID,
        caller=await a_customer(),
        headers={"Content-Type": content_type},
        body=b"--y\r\nnothing\r\n",
    )
    assert (response.code, json.loads(response.body)["code"]) == (200, 301)


@pytest.mark.parametrize("value", ["%00", "a%00b", "%ff", "%ed%a0%80"])
async def test_a_form_with_text_that_is_none_is_301(api: Api, value: str) -> None:
    response = await api.fetch(
        "POST",
        FORM_ID,
        caller=await a_customer(),
        headers={"Content-Type": "application/x-www-form-urlencoded"},
        body=f"formId={value}",
    )
    assert (response.code, json.loads(response.body)["code"]) == (200, 301)


@pytest.mark.parametrize("value", ["\\u0000", "\\ud800", "a\\udfffb", "\\udfff\\ud800"])
async def test_json_with_text_that_is_none_is_301(api: Api, value: str) -> None:
    response = await api.fetch(
        "POST",
        FORM_ID,
        caller=await a_customer(),
        headers={"Content-Type": "application/json"},
        body=f'{{"formId": "{value}"}}',
    )
    assert (response.code, json.loads(response.body)["code"]) == (200, 301)


@pytest.mark.parametrize(
    "given", [{"form": {"formId": "a\x07b\x1f\tc\n\x7fd"}}, {"as_json": {"formId": "ab\x0b\tc\nd"}}]
)
async def test_control_characters_are_dropped_but_tab_and_newline(
    api: Api, given: dict[str, Any]
) -> None:
    caller = await a_customer()
    await api.post(FORM_ID, caller=caller, **given)
    assert await kept_form_ids(caller) == ["ab\tc\nd"]


@pytest.mark.parametrize(
    "given",
    [
        {"form": {"formId": "甲"}},
        {"as_json": {"formId": "甲"}},
        {"query": {"formId": "甲"}},
        {"form": {"formId": "甲"}, "query": {"formId": "乙"}},
        {"form": {"formId": "甲"}, "files": {"file": ("a.txt", b"a")}},
    ],
)
async def test_parameters_of_a_post_come_from_the_body_then_from_the_query(
    api: Api, given: dict[str, Any]
) -> None:
    caller = await a_customer()
    await api.post(FORM_ID, caller=caller, **given)
    assert await kept_form_ids(caller) == ["甲"]


async def test_a_user_id_in_the_body_does_not_change_who_calls(api: Api) -> None:
    caller, other = await a_customer(), await a_customer()
    await api.post(FORM_ID, {"formId": "甲", "user_id": other.id}, caller=caller)
    assert (await kept_form_ids(caller), await kept_form_ids(other)) == (["甲"], [])


@pytest.mark.parametrize("missing", ["user_id", "timestamp", "rand_str"])
async def test_a_signature_needs_all_its_parameters(api: Api, missing: str) -> None:
    signature = (await a_customer()).signature()
    del signature[missing]
    answer = await api.get(CARD, {**signature, "uid": 1})
    assert (answer.status, answer["code"]) == (200, Code.FORBIDDEN)


@pytest.mark.parametrize("repeated", ["user_id", "timestamp", "rand_str"])
async def test_a_repeated_parameter_of_the_signature_is_refused(api: Api, repeated: str) -> None:
    signature = (await a_customer()).signature()
    query = urlencode([*signature.items(), (repeated, signature[repeated])])
    answer = await api.get(f"{CARD}?{query}&uid=1")
    assert (answer.status, answer["code"]) == (200, Code.FORBIDDEN)


async def test_a_signature_in_the_body_is_none(api: Api) -> None:
    caller = await a_customer()
    answer = await api.post(FORM_ID, {"formId": "甲", **caller.signature()})
    assert answer["code"] == Code.FORBIDDEN


async def test_the_signature_is_checked_before_the_parameters(api: Api) -> None:
    answer = await api.get(CARD, {"uid": "abc"})
    assert answer["code"] == Code.FORBIDDEN


async def test_a_fault_is_an_envelope_with_500_and_a_request_id(api: Api, log: Log) -> None:
    answer = await a_fault(api)
    log.take("fault")
    assert (answer.status, answer["code"], answer["msg"]) == (500, 500, "服务器内部错误")
    assert answer.data.keys() == {"request_id"}


async def test_a_fault_is_logged_once_under_its_request_id(api: Api, log: Log) -> None:
    answer = await a_fault(api)
    (event,) = log.take("fault")
    assert event["request_id"] == answer.data["request_id"]


async def test_a_fault_shows_nothing_of_the_inside(api: Api, log: Log) -> None:
    answer = await a_fault(api)
    log.take("fault")
    shown = json.dumps(answer)
    assert not any(word in shown for word in ("Traceback", "rep_photo", "Error", ".py"))


async def a_fault(api: Api) -> Any:
    """Make a call that the server fails at, since a table is gone."""
    rep, customer = await make_pair()
    caller = await session_for(customer)
    await execute("DROP TABLE rep_photo")
    return await api.get(CARD, {"uid": rep.id}, caller=caller)


async def test_a_call_writes_one_access_line(api: Api, log: Log) -> None:
    rep, customer = await make_pair()
    await api.get(CARD, {"uid": rep.id}, caller=await session_for(customer))
    (line,) = log.named("request")
    assert (
        line.items()
        >= {
            "method": "GET",
            "endpoint": "xiaochengxu.mingpian.view_card",
            "caller": f"MiniCustomer:{customer.id}",
            "status": 200,
            "code": 200,
        }.items()
    )


@pytest.mark.parametrize("path", [CARD, "/zhugeleida/no_such_thing", "/healthz"])
async def test_no_log_line_holds_the_query(api: Api, log: Log, path: str) -> None:
    rep = await make_rep()
    caller = await session_for(await make_customer(rep.company))
    await api.fetch("GET", path, {"uid": rep.id, "secret": "in-the-query"}, caller=caller)
    assert not any("in-the-query" in str(event) for event in log.events)


async def test_answers_have_request_ids_of_their_own_in_the_log(api: Api, log: Log) -> None:
    for _ in range(2):
        await api.get(CARD)
    first, second = log.named("request")
    assert first["request_id"] != second["request_id"]
