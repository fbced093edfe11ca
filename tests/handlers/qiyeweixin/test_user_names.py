"""Login names that could be taken for others, and what goes with a rep that is deleted."""

from __future__ import annotations

from typing import Any

import pytest

from models.database import fetch_all
from models.staff import RoleId
from tests.api import Api
from tests.app import App
from tests.factories import make_rep, session_for
from tests.handlers.qiyeweixin.staff import make_office
from tests.pictures import chunks, drawn, files, send

USER = "/zhugeleida/qiyeweixin/user"
CARD = "/zhugeleida/qiyeweixin/mingpian"
PRODUCT = "/zhugeleida/qiyeweixin/product"


def draft(company: Any, username: str) -> dict[str, object]:
    """What adds a rep, and changes one."""
    return {
        "username": username,
        "password": "horse-staple-9",
        "role_id": int(RoleId.STAFF),
        "company_id": company.id,
    }


@pytest.mark.parametrize("path", ["add/0", "update/{id}"])
@pytest.mark.parametrize("name", ["  ", "\u200bda-wei", "da\nwei", "da\twei"])
async def test_a_name_that_could_be_taken_for_another_is_refused(
    api: Api, path: str, name: str
) -> None:
    office = await make_office(api)
    rep = await make_rep(office.company)
    answer = await office.post(f"{USER}/{path.format(id=rep.id)}", draft(office.company, name))
    assert (answer["code"], list(answer.data["errors"])) == (303, ["username"])


async def test_a_name_has_a_bound_of_signs(api: Api) -> None:
    office = await make_office(api)
    answer = await office.post(f"{USER}/add/0", draft(office.company, "x" * 65))
    assert (answer["code"], answer["msg"]) == (303, "用户名长度不能超过64")


async def test_blanks_around_a_name_are_not_part_of_it(api: Api) -> None:
    office = await make_office(api)
    answer = await office.post(f"{USER}/add/0", draft(office.company, " da-wei "))
    rows = await fetch_all("SELECT username FROM rep WHERE id = %s", (answer.data["id"],))
    assert rows == [("da-wei",)]


async def test_the_pictures_of_a_rep_go_with_it(api: Api, app: App) -> None:
    office = await make_office(api)
    rep = await make_rep(office.company)
    caller = await session_for(rep)
    parts = chunks(drawn(kind="JPEG"))
    await send(api, caller, f"{CARD}/upload_photo/0", parts)
    query = {"task_id": "wu_1ch31er0ps0q145218", "filename": "a.jpg"}
    await api.get(f"{CARD}/upload_complete/0", query, caller=caller)
    await send(api, caller, f"{PRODUCT}/add_picture/0", parts)
    form = {**query, "chunk": len(parts), "picture_type": 1}
    picture = await api.post(f"{PRODUCT}/upload_complete/0", form, caller=caller)
    product = {"name": "衣柜", "price": "1", "reason": "好用"}
    cover = {"cover_picture_id": f"[{picture.data['ret_data']['picture_id']}]"}
    await api.post(f"{PRODUCT}/add/0", {**product, **cover}, caller=caller)
    assert len(files(app.settings.data_dir)) == 2
    assert (await office.post(f"{USER}/delete/{rep.id}"))["code"] == 200
    assert files(app.settings.data_dir) == set()
