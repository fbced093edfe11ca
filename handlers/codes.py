"""The answer codes of the documents, and which refusal travels with which."""

from __future__ import annotations

from enum import IntEnum
from http import HTTPStatus
from typing import Final

from services import errors


class Code(IntEnum):
    """The ``code`` of an answer (000-qiyeweixin.md:5, decisions section 2)."""

    OK = 200
    ROLE_EXISTS = 300
    BAD_TYPE = 301
    NOT_FOUND = 302
    INVALID = 303
    HAS_CHILDREN = 304
    ON_SELF = 305
    DISABLED = 306
    WRONG_PASSWORD = 401
    WRONG_METHOD = 402
    NO_TASK = 403
    FORBIDDEN = 404
    TOO_LARGE = 413
    THROTTLED = 429
    FAULT = 500
    AWAY = 503


REFUSALS: Final[dict[type[Exception], Code]] = {
    errors.AlreadyTaken: Code.ROLE_EXISTS,
    errors.BadType: Code.BAD_TYPE,
    errors.NotFound: Code.NOT_FOUND,
    errors.Invalid: Code.INVALID,
    errors.HasChildren: Code.HAS_CHILDREN,
    errors.OnSelf: Code.ON_SELF,
    errors.Disabled: Code.DISABLED,
    errors.WrongPassword: Code.WRONG_PASSWORD,
    errors.NoTask: Code.NO_TASK,
    errors.BadSignature: Code.FORBIDDEN,
    errors.Throttled: Code.THROTTLED,
    errors.Unavailable: Code.AWAY,
    errors.DatabaseAway: Code.AWAY,
}

HTTP_STATUS: Final[dict[Code, HTTPStatus]] = {
    Code.TOO_LARGE: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    Code.THROTTLED: HTTPStatus.TOO_MANY_REQUESTS,
    Code.FAULT: HTTPStatus.INTERNAL_SERVER_ERROR,
    Code.AWAY: HTTPStatus.SERVICE_UNAVAILABLE,
}
"""Codes whose HTTP status is their own; documented outcomes travel with 200 (decisions E1)."""

AWAY_TEXT: Final = "暂时无法保存,请重试"
UNKNOWN_URL_TEXT: Final = "非法请求"
WRONG_METHOD_TEXT: Final = "请求方式异常"
FAULT_TEXT: Final = "服务器内部错误"
TOO_LARGE_TEXT: Final = "请求内容过大"


def code_of(error: Exception) -> Code | None:
    """Find the code of a refusal; None for what is no refusal but a fault of ours."""
    for kind in type(error).__mro__:
        if kind in REFUSALS:
            return REFUSALS[kind]
    return None


def text_of(error: Exception) -> str:
    """What the user is told of a refusal."""
    return error.message if isinstance(error, errors.ServiceError) else AWAY_TEXT
