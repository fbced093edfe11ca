"""The simulator's HTTP: WeChat's real paths, parameters, error codes and JSON (decisions S3)."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from typing import Final

import tornado.httpserver
import tornado.netutil
import tornado.web

from services.wechat.simulator import credentials
from services.wechat.simulator.avatars import draw_avatar
from services.wechat.simulator.base import (
    MiniProgramHandler,
    WeChatHandler,
    WecomHandler,
    keys_error,
    wecom_success,
)
from services.wechat.simulator.codes import draw_code
from services.wechat.simulator.credentials import TOKEN_SECONDS
from services.wechat.simulator.faults import Faults
from services.wechat.simulator.followers import GrantHandler, ProfileHandler
from services.wechat.simulator.messages import (
    AppMessageHandler,
    ServiceMessageHandler,
    SubscriptionHandler,
    TemplateHandler,
)

CODE_WIDTH: Final = 430
CODE_WIDTHS: Final = range(280, 1281)
LONGEST_PATH: Final = 1024


def make_simulator(faults: Faults | None = None) -> tornado.web.Application:
    """Make the application that plays WeChat.

    Args:
        faults: how to misbehave, and where to record the calls; None for neither.
    """
    options = {"faults": faults}
    return tornado.web.Application(
        [
            (r"/sns/jscode2session", CodeHandler, options),
            (r"/sns/oauth2/access_token", GrantHandler, options),
            (r"/sns/userinfo", ProfileHandler, options),
            (r"/cgi-bin/token", TokenHandler, options),
            (r"/wxa/getwxacode", MiniCodeHandler, options),
            (r"/cgi-bin/message/subscribe/send", SubscriptionHandler, options),
            (r"/cgi-bin/message/custom/send", ServiceMessageHandler, options),
            (r"/cgi-bin/message/template/send", TemplateHandler, options),
            (r"/cgi-bin/message/send", AppMessageHandler, options),
            (r"/cgi-bin/gettoken", WecomTokenHandler, options),
            (r"/cgi-bin/user/getuserinfo", UserInfoHandler, options),
            (r"/cgi-bin/user/getuserdetail", UserDetailHandler, options),
            (r"/avatars/([A-Za-z0-9-]{1,64})\.png", AvatarHandler, options),
        ],
        # The usual access log would print queries, and with them secrets and codes.
        log_function=lambda handler: None,
    )


@contextlib.asynccontextmanager
async def served(
    app: tornado.web.Application, port: int = 0, address: str = "127.0.0.1"
) -> AsyncIterator[str]:
    """Serve the simulator while the context lasts, and give its origin, such as http://127.0.0.1:80.

    Args:
        port: 0 for any that is free.
    """
    server = tornado.httpserver.HTTPServer(app)
    sockets = tornado.netutil.bind_sockets(port, address)
    server.add_sockets(sockets)
    try:
        yield f"http://{address}:{sockets[0].getsockname()[1]}"
    finally:
        server.stop()
        await server.close_all_connections()


class CodeHandler(WeChatHandler):
    """jscode2session: who a mini program's login code belongs to."""

    def get(self) -> None:
        """Answer openid and session_key; a code may be used for ever."""
        code = self.parameter("js_code")
        if errcode := keys_error(self, "authorization_code", credentials.MINI_PROGRAM):
            self.refuse(errcode)
        elif not code:
            self.refuse(41008)
        elif not credentials.CUSTOMER_CODE.fullmatch(code):
            self.refuse(40029)
        else:
            self.finish({"openid": code, "session_key": credentials.session_key(code)})


class TokenHandler(WeChatHandler):
    """token: the access token of a mini program or an official account."""

    def get(self) -> None:
        """Answer an access token."""
        if errcode := keys_error(self, "client_credential", credentials.APP):
            self.refuse(errcode)
            return
        token = credentials.issue_token(self.parameter("appid"))
        self.finish({"access_token": token, "expires_in": TOKEN_SECONDS})


class MiniCodeHandler(MiniProgramHandler):
    """wxa/getwxacode: a picture that leads to a page of a mini program."""

    async def post(self) -> None:
        """Answer a JPEG; WeChat draws a code of its own kind, this is a QR code of the path."""
        try:
            given = json.loads(self.request.body)
            path, width = str(given["path"]), int(given.get("width", CODE_WIDTH))
        except (ValueError, KeyError, TypeError, AttributeError):
            self.refuse(47001)
            return
        if not path or len(path.encode()) > LONGEST_PATH or width not in CODE_WIDTHS:
            self.refuse(40159 if width in CODE_WIDTHS else 40097)
            return
        self.set_header("Content-Type", "image/jpeg")
        await self.finish(await asyncio.to_thread(draw_code, path, width))


class WecomTokenHandler(WeChatHandler):
    """gettoken: the access token of a company's app on WeChat Work."""

    def get(self) -> None:
        """Answer an access token."""
        corp_id = self.parameter("corpid")
        if not credentials.CORP.fullmatch(corp_id):
            self.refuse(40013)
        elif not self.parameter("corpsecret"):
            self.refuse(40001)
        else:
            token = credentials.issue_token(corp_id)
            self.finish(wecom_success(access_token=token, expires_in=TOKEN_SECONDS))


class UserInfoHandler(WecomHandler):
    """user/getuserinfo: the ticket of the member whom a login code belongs to."""

    def get(self) -> None:
        """Answer UserId and user_ticket; a code may be used for ever."""
        code = self.parameter("code")
        if not credentials.MEMBER_CODE.fullmatch(code):
            self.refuse(40029)
            return
        ticket = credentials.issue_ticket(code)
        self.finish(
            wecom_success(
                UserId=code, DeviceId="simulator", user_ticket=ticket, expires_in=TOKEN_SECONDS
            )
        )


class UserDetailHandler(WecomHandler):
    """user/getuserdetail: the member whom a ticket belongs to."""

    def post(self) -> None:
        """Answer userid, name, avatar and gender, which WeChat Work writes as text."""
        try:
            member = credentials.ticket_member(json.loads(self.request.body)["user_ticket"])
        except (ValueError, KeyError, TypeError, AttributeError):
            self.refuse(47001)
            return
        if member is None:
            self.refuse(40035)
            return
        userid, number = member[0], member[1]
        self.finish(
            wecom_success(
                userid=userid,
                name=f"演示销售{number}",
                avatar=f"{self.request.protocol}://{self.request.host}/avatars/{userid}.png",
                gender="1" if int(number) % 2 else "2",
            )
        )


class AvatarHandler(WeChatHandler):
    """A picture, in place of those that WeChat keeps at qlogo.cn."""

    async def get(self, name: str) -> None:
        """Answer the avatar of this name, whoever it is."""
        self.set_header("Content-Type", "image/png")
        await self.finish(await asyncio.to_thread(draw_avatar, name))
