"""What calls to WeChat take and give, as plain values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class MiniProgramKeys:
    """How a mini program proves to WeChat who it is."""

    appid: str
    secret: str = field(repr=False)


@dataclass(frozen=True)
class OfficialAccountKeys:
    """How an official account proves to WeChat who it is."""

    appid: str
    secret: str = field(repr=False)


@dataclass(frozen=True)
class WecomKeys:
    """How a company's app proves to WeChat Work who it is."""

    corp_id: str
    secret: str = field(repr=False)


@dataclass(frozen=True)
class MiniLogin:
    """Who has logged in to a mini program; ``session_key`` decrypts what the phone sends."""

    openid: str
    session_key: str = field(repr=False)
    unionid: str | None


@dataclass(frozen=True)
class Member:
    """A member of a company on WeChat Work; texts that it does not tell are empty."""

    userid: str
    name: str
    avatar: str
    gender: int | None


@dataclass(frozen=True)
class Follower:
    """Who has come to a page of an official account; texts that it does not tell are empty."""

    openid: str
    name: str = ""
    avatar: str = ""
    gender: int | None = None
    country: str = ""
    province: str = ""
    city: str = ""


@dataclass(frozen=True)
class Subscription:
    """A subscription message (订阅消息) to a user of a mini program.

    Args:
        page: where a tap on it leads, with its query.
        fields: the texts of the template by their names, such as ``thing1``. WeChat bounds each by
            its kind: a ``thing`` has 1 to 20 characters and no control characters.
    """

    openid: str
    template_id: str
    page: str
    fields: Mapping[str, str]


@dataclass(frozen=True)
class TemplateMessage:
    """A template message (模板消息) to a follower of an official account.

    Args:
        fields: the texts of the template by their names, such as ``keyword1``.
    """

    openid: str
    template_id: str
    fields: Mapping[str, str]


@dataclass(frozen=True)
class AppMessage:
    """A text that an app sends to a member on WeChat Work, which cuts it off at 2048 bytes."""

    agent_id: int
    userid: str
    text: str
