"""The codes and their texts, which clients know by heart (000-qiyeweixin.md:5)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from handlers.codes import Code, code_of, text_of
from handlers.endpoint import collect
from services import errors
from services.errors import ServiceError

CODES = {
    200: "OK",
    300: "ROLE_EXISTS",
    301: "BAD_TYPE",
    302: "NOT_FOUND",
    303: "INVALID",
    304: "HAS_CHILDREN",
    305: "ON_SELF",
    306: "DISABLED",
    401: "WRONG_PASSWORD",
    402: "WRONG_METHOD",
    403: "NO_TASK",
    404: "FORBIDDEN",
    413: "TOO_LARGE",
    429: "THROTTLED",
    500: "FAULT",
    503: "AWAY",
}

TEXTS = {
    errors.AlreadyTaken: (300, "角色名已存在"),
    errors.BadType: (301, "数据类型验证失败"),
    errors.NotFound: (302, "对应ID不存在"),
    errors.Invalid: (303, "form 验证错误"),
    errors.HasChildren: (304, "含有子级数据,请先删除或转移子级数据"),
    errors.OnSelf: (305, "不允许删除自己"),
    errors.Disabled: (306, "账户未启用"),
    errors.WrongPassword: (401, "账号密码错误"),
    errors.NoTask: (403, "无任务"),
    errors.BadSignature: (404, "非法请求"),
    errors.Unavailable: (503, "服务暂时不可用,请稍后再试"),
    errors.UpstreamAway: (503, "微信服务暂时不可用,请稍后再试"),
    errors.DatabaseAway: (503, "暂时无法保存,请重试"),
}


def refusals(kind: type[ServiceError] = ServiceError) -> Iterator[type[ServiceError]]:
    """Every kind of refusal that there is."""
    collect()  # imports whatever serves a call
    for each in kind.__subclasses__():
        yield each
        yield from refusals(each)


def test_codes_are_as_documented() -> None:
    assert {code.value: code.name for code in Code} == CODES


@pytest.mark.parametrize("kind", TEXTS, ids=lambda kind: kind.__name__)
def test_a_refusal_travels_with_its_documented_code_and_text(kind: type[Exception]) -> None:
    error = kind()
    assert (code_of(error), text_of(error)) == TEXTS[kind]


def test_every_refusal_has_a_code() -> None:
    assert [kind.__name__ for kind in refusals() if code_of(kind.__new__(kind)) is None] == []


def test_what_is_no_refusal_has_no_code() -> None:
    assert code_of(ValueError()) is None
