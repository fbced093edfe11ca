"""The simulator's HTTP: WeChat's real paths, parameters, error codes and JSON (decisions S3)."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from typing import Any, Final

import tornado.httpserver
import tornado.netutil
import tornado.web

from services.wechat.simulator import credentials
from services.wechat.simulator.avatars import draw_avatar
from services.wechat.simulator.codes import draw_code
from services.wechat.simulator.credentials import TOKEN_SECONDS, TokenState
from services.wechat.simulator.faults import Fault, Faults, ReceivedCall

ERRMSG: Final = {
    40001: "invalid credential",
    40002: "invalid grant_type",
    40013: "invalid appid",
    40014: "invalid access_token",
    40029: "invalid code",
    40035: "invalid parameter",
    40097: "invalid args",
    40125: "invalid appsecret",
    40159: "invalid length for path, or the data is not json string",
    41008: "missing code",
    42001: "access_token expired",
    47001: "data format error",
}

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
            (r"/cgi-bin/token", TokenHandler, options),
            (r"/wxa/getwxacode", MiniCodeHandler, options),
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


class WeChatHandler(tornado.web.RequestHandler):
    """Answers in WeChat's manner: HTTP 200 and JSON, errors too. Misbehaves when told so."""

    def initialize(self, faults: Faults | None) -> None:
        """Take the faults (Tornado's way to construct)."""
        self._faults = faults
        self._client_left = asyncio.Event()

    async def prepare(self) -> None:
        """Record the call and do what a test has ordered; a finished answer ends it here."""
        if self._faults is None:
            return
        query = {name: self.parameter(name) for name in self.request.query_arguments}
        body = self.request.body.decode(errors="replace")
        call = ReceivedCall(self.request.method or "", self.request.path, query, body)
        fault = self._faults.receive(call)
        if fault.delay_seconds:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._client_left.wait(), fault.delay_seconds)
        self._misbehave(fault)

    def on_connection_close(self) -> None:
        """End a delay that nobody waits for."""
        self._client_left.set()

    def refuse(self, errcode: int) -> None:
        """Answer with an error."""
        self.finish({"errcode": errcode, "errmsg": ERRMSG.get(errcode, "error")})

    def parameter(self, name: str) -> str:
        """A parameter of the query, empty if it is not there."""
        return self.get_query_argument(name, "", strip=False)

    def _misbehave(self, fault: Fault) -> None:
        if self._client_left.is_set() or fault.drop:
            self.detach().close()
        elif fault.status is not None:
            self.set_status(fault.status)
            self.finish()
        elif fault.body is not None:
            self.finish(fault.body)
        elif fault.errcode is not None:
            self.refuse(fault.errcode)


class CodeHandler(WeChatHandler):
    """jscode2session: who a mini program's login code belongs to."""

    def get(self) -> None:
        """Answer openid and session_key; a code may be used for ever."""
        code = self.parameter("js_code")
        if errcode := _mini_program_error(self, "authorization_code"):
            self.refuse(errcode)
        elif not code:
            self.refuse(41008)
        elif not credentials.CUSTOMER_CODE.fullmatch(code):
            self.refuse(40029)
        else:
            self.finish({"openid": code, "session_key": credentials.session_key(code)})


class TokenHandler(WeChatHandler):
    """token: the access token of a mini program."""

    def get(self) -> None:
        """Answer an access token."""
        if errcode := _mini_program_error(self, "client_credential"):
            self.refuse(errcode)
            return
        token = credentials.issue_token(self.parameter("appid"))
        self.finish({"access_token": token, "expires_in": TOKEN_SECONDS})


class MiniCodeHandler(WeChatHandler):
    """wxa/getwxacode: a picture that leads to a page of a mini program."""

    async def post(self) -> None:
        """Answer a JPEG; WeChat draws a code of its own kind, this is a QR code of the path."""
        state = credentials.check_token(self.parameter("access_token"), credentials.MINI_PROGRAM)
        if state is not TokenState.GOOD:
            self.refuse(42001 if state is TokenState.EXPIRED else 40001)
            return
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
            self.finish(_wecom(access_token=token, expires_in=TOKEN_SECONDS))


class WecomHandler(WeChatHandler):
    """A call to WeChat Work that needs an access token."""

    async def prepare(self) -> None:
        """Refuse a call without a good access token."""
        await super().prepare()
        if self._finished:
            return
        state = credentials.check_token(self.parameter("access_token"), credentials.CORP)
        if state is not TokenState.GOOD:
            self.refuse(42001 if state is TokenState.EXPIRED else 40014)


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
            _wecom(UserId=code, DeviceId="simulator", user_ticket=ticket, expires_in=TOKEN_SECONDS)
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
            _wecom(
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


def _mini_program_error(handler: WeChatHandler, grant_type: str) -> int | None:
    """What is wrong with the keys of a mini program, as an errcode."""
    if handler.parameter("grant_type") != grant_type:
        return 40002
    if not credentials.MINI_PROGRAM.fullmatch(handler.parameter("appid")):
        return 40013
    if not handler.parameter("secret"):
        return 40125
    return None


def _wecom(**fields: Any) -> dict[str, Any]:
    """A success of WeChat Work, which says so, unlike WeChat."""
    return {"errcode": 0, "errmsg": "ok", **fields}
