"""What can go wrong in the business, without any code number of the wire."""

from __future__ import annotations

from models.engines import DatabaseAway as DatabaseAway
from services.refusals import Reason


class ServiceError(Exception):
    """A refusal that the caller is told about.

    Args:
        message: Chinese text for the user.
        errors: per field, by its wire name, what is wrong with it.
    """

    default = "请求无法完成"

    def __init__(self, message: str | None = None, errors: dict[str, str] | None = None) -> None:
        super().__init__(message or self.default)
        self.message = message or self.default
        self.errors = errors or {}


class AlreadyTaken(ServiceError):
    """The name of a role is in use."""

    default = "角色名已存在"


class BadType(ServiceError):
    """A value cannot be read as what it should be."""

    default = "数据类型验证失败"


class NotFound(ServiceError):
    """No such object, or not one that the caller may see: the two look the same."""

    default = "对应ID不存在"


class Invalid(ServiceError):
    """A rule is broken: something required is missing, too long, or doubled."""

    default = "form 验证错误"


class HasChildren(ServiceError):
    """The object still has others below it."""

    default = "含有子级数据,请先删除或转移子级数据"


class OnSelf(ServiceError):
    """The caller would act on itself."""

    default = "不允许删除自己"


class Disabled(ServiceError):
    """The account may not be used: switched off, or its company has expired."""

    default = "账户未启用"


class WrongPassword(ServiceError):
    """The login name or the password is wrong."""

    default = "账号密码错误"


class NoTask(ServiceError):
    """The upload or work that the call names does not exist."""

    default = "无任务"


class BadSignature(ServiceError):
    """Nobody who may make this call has signed it."""

    default = "非法请求"


class Throttled(ServiceError):
    """Too much in too short a time, or at once.

    Args:
        reason: what there is too much of, for figures and logs.
    """

    default = "请求过于频繁,请稍后再试"

    def __init__(self, message: str | None = None, *, reason: Reason) -> None:
        super().__init__(message)
        self.reason = reason


class Unavailable(ServiceError):
    """The server cannot do it now: something that it needs is missing, or it has too much to do."""

    default = "服务暂时不可用,请稍后再试"


class UpstreamAway(Unavailable):
    """WeChat does not answer, or not in time."""

    default = "微信服务暂时不可用,请稍后再试"


class UpstreamSilent(UpstreamAway):
    """WeChat was asked and has not answered: it may have done what it was asked to do."""
