"""The simulator's messages to people: nobody gets them, but they are checked as WeChat would."""

from __future__ import annotations

import json
import re
from typing import Any, Final

from services.wechat.simulator import credentials
from services.wechat.simulator.base import (
    MiniProgramHandler,
    OfficialAccountHandler,
    WecomHandler,
    wecom_success,
)

LONGEST_THING: Final = 20
FIELD: Final = re.compile(r"(thing|time|date)\d{1,2}", re.ASCII)
MOMENT: Final = re.compile(r"(\d{4}-\d{2}-\d{2} )?\d{2}:\d{2}(:\d{2})?", re.ASCII)
FIRST_AGENT: Final = 1_000_000


class SubscriptionHandler(MiniProgramHandler):
    """message/subscribe/send: a subscription message to a user of a mini program."""

    def post(self) -> None:
        """Take a message of one of this mini program's templates to one of its users."""
        try:
            given = json.loads(self.request.body)
            receiver, template = str(given["touser"]), str(given["template_id"])
            page, fields = str(given.get("page", "")), dict(given["data"])
        except (ValueError, KeyError, TypeError, AttributeError):
            self.refuse(47001)
            return
        if not credentials.CUSTOMER_CODE.fullmatch(receiver):
            self.refuse(40003)
        elif template != f"demo-template-{_number(self.parameter('access_token'))}":
            self.refuse(40037)
        elif page and not page.startswith("pages/"):
            self.refuse(41030)
        elif not fields or not all(_is_valid(name, field) for name, field in fields.items()):
            self.refuse(47003)
        else:
            self.finish({"errcode": 0, "errmsg": "ok", "msgid": 1})


class ServiceMessageHandler(OfficialAccountHandler):
    """message/custom/send: a customer-service message to a follower of an official account."""

    def post(self) -> None:
        """Take a text to one of the followers, whenever it has last written."""
        try:
            given = json.loads(self.request.body)
            receiver, kind = str(given["touser"]), given["msgtype"]
            text = str(given.get("text", {}).get("content", ""))
        except (ValueError, KeyError, TypeError, AttributeError):
            self.refuse(47001)
            return
        if not credentials.FOLLOWER.fullmatch(receiver):
            self.refuse(40003)
        elif kind != "text":
            self.refuse(40008)
        elif not text:
            self.refuse(44004)
        else:
            self.finish({"errcode": 0, "errmsg": "ok"})


class TemplateHandler(OfficialAccountHandler):
    """message/template/send: a template message to a follower of an official account."""

    def post(self) -> None:
        """Take a message of one of this account's templates to one of its followers."""
        try:
            given = json.loads(self.request.body)
            receiver, template = str(given["touser"]), str(given["template_id"])
            texts = [field["value"] for field in dict(given["data"]).values()]
        except (ValueError, KeyError, TypeError, AttributeError):
            self.refuse(47001)
            return
        if not credentials.FOLLOWER.fullmatch(receiver):
            self.refuse(40003)
        elif template != f"demo-template-{_number(self.parameter('access_token'))}":
            self.refuse(40037)
        elif not texts or not all(isinstance(text, str) and text for text in texts):
            self.refuse(47003)
        else:
            self.finish({"errcode": 0, "errmsg": "ok", "msgid": 1})


class AppMessageHandler(WecomHandler):
    """message/send: a message of a company's app to members on WeChat Work."""

    def post(self) -> None:
        """Take a text from the company's radar to its members; what is too long is cut off."""
        try:
            given = json.loads(self.request.body)
            receivers, kind, agent_id = str(given["touser"]), given["msgtype"], given["agentid"]
            text = str(given.get("text", {}).get("content", ""))
        except (ValueError, KeyError, TypeError, AttributeError):
            self.refuse(47001)
            return
        userids = receivers.split("|")
        unknown = [one for one in userids if not credentials.MEMBER_CODE.fullmatch(one)]
        if kind != "text":
            self.refuse(40008)
        elif agent_id != FIRST_AGENT + int(_number(self.parameter("access_token"))):
            self.refuse(40056)
        elif len(unknown) == len(userids):
            self.refuse(81013)
        elif not text:
            self.refuse(44004)
        else:
            self.finish(wecom_success(invaliduser="|".join(unknown), msgid="simulator"))


def _number(token: str) -> str:
    """The number of the demo's company that an access token belongs to."""
    return credentials.token_holder(token).rpartition("-")[2]


def _is_valid(name: str, field: Any) -> bool:
    """Whether the template takes a text: each kind of field has rules of its own."""
    text = field.get("value") if isinstance(field, dict) else None
    kind = FIELD.fullmatch(name)
    if not kind or not isinstance(text, str):
        return False
    if kind[1] == "thing":
        return 0 < len(text) <= LONGEST_THING and text.isprintable()
    return bool(MOMENT.fullmatch(text))
