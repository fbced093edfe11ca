"""What commands do besides serving; tests/test_server.py runs them as an operator does."""

from __future__ import annotations

import pytest

from conf.settings import Settings
from services import operations
from services.errors import Invalid

PASSWORD = "a-long-password"


@pytest.mark.parametrize(
    ("changed", "complaint"),
    [
        ({"username": ""}, "用户名长度必须在1到64之间"),
        ({"username": "x" * 65}, "用户名长度必须在1到64之间"),
        ({"username": "bo\tss"}, "用户名首尾不能有空格,也不能含有不可见字符"),
        ({"username": " boss"}, "用户名首尾不能有空格,也不能含有不可见字符"),
        ({"company": ""}, "公司名长度必须在1到128之间"),
        ({"company": "诸" * 129}, "公司名长度必须在1到128之间"),
        ({"company": "诸葛\n"}, "公司名首尾不能有空格,也不能含有不可见字符"),
    ],
)
async def test_an_admin_needs_names_that_can_be_typed(
    settings: Settings, changed: dict[str, str], complaint: str
) -> None:
    names = {"company": "诸葛", "username": "boss", **changed}
    with pytest.raises(Invalid) as refusal:
        await operations.create_admin(settings, password=PASSWORD, **names)
    assert str(refusal.value) == complaint
