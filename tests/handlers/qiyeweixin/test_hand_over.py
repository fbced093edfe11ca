"""A hand-over of customers while both sides work with them."""

from __future__ import annotations

import asyncio
import itertools
from typing import Any

import pytest

from models.database import fetch_all
from tests.api import Api, Caller
from tests.factories import bind, make_customer, make_rep, session_for
from tests.handlers.qiyeweixin.staff import make_office

ROOT = "/zhugeleida/qiyeweixin"
CARD = "/zhugeleida/xiaochengxu/mingpian"
CHAT = "/zhugeleida/xiaochengxu/chat/send_msg/0"
ROUNDS = 24

Colleagues = list[tuple[Any, Caller]]


async def work(api: Api, reps: Colleagues, customer: Any, done: asyncio.Event) -> set[int]:
    """Let two reps and a customer do what they do until told, and give the codes of it."""
    caller, codes = await session_for(customer), set()
    for turn in itertools.count():
        rep, signer = reps[turn % len(reps)]
        for path, form in (
            (f"follow_info/add/{customer.id}", {"follow_info": "已拜访"}),
            (f"tag_list/customer_tag/{customer.id}", {"tag_list": f"[{5 + turn % 3}]"}),
            (f"customer/update_information/{customer.id}", {"sex": "1"}),
        ):
            codes.add((await api.post(f"{ROOT}/{path}", form, caller=signer))["code"])
        codes.add((await api.get(CARD, {"uid": rep.id}, caller=caller))["code"])
        message = {"u_id": rep.id, "msg": "您好"}
        codes.add((await api.post(CHAT, message, caller=caller))["code"])
        if done.is_set():
            break
    return codes


@pytest.mark.mariadb
@pytest.mark.settings(limits="off")
async def test_a_hand_over_and_the_work_of_others_do_not_hinder_each_other(api: Api) -> None:
    office = await make_office(api)
    made = [await make_rep(office.company), await make_rep(office.company)]
    reps = [(rep, await session_for(rep)) for rep in made]
    customers = [await make_customer(office.company) for _ in range(12)]
    for customer in customers:
        await bind(made[0], customer)
    done = asyncio.Event()
    tasks = [asyncio.create_task(work(api, reps, customer, done)) for customer in customers]
    codes = []
    for turn in range(ROUNDS):
        giver, heir = made[turn % 2], made[(turn + 1) % 2]
        body = {"username": giver.username, "role_id": 2, "transfer_to": heir.id}
        codes.append((await office.post(f"{ROOT}/user/update/{giver.id}", body))["code"])
    done.set()
    found = set().union(*await asyncio.gather(*tasks))
    assert (codes, found <= {200, 302}) == ([200] * ROUNDS, True), found
    assert await fetch_all("SELECT DISTINCT rep_id FROM bond") == [(made[ROUNDS % 2].id,)]
