"""What all of the simulator's calls share: WeChat's manner of answering, and the faults."""

from __future__ import annotations

import asyncio
import contextlib
from types import TracebackType
from typing import Any, Final

import structlog
import tornado.web

from services.wechat.simulator import credentials
from services.wechat.simulator.credentials import TokenState
from services.wechat.simulator.faults import Fault, Faults, ReceivedCall

ERRMSG: Final = {
    40001: "invalid credential",
    40002: "invalid grant_type",
    40003: "invalid openid",
    40008: "invalid message type",
    40013: "invalid appid",
    40014: "invalid access_token",
    40029: "invalid code",
    40035: "invalid parameter",
    40037: "invalid template_id",
    40056: "invalid agentid",
    40097: "invalid args",
    40125: "invalid appsecret",
    40159: "invalid length for path, or the data is not json string",
    41008: "missing code",
    41030: "invalid page",
    42001: "access_token expired",
    43101: "user refuse to accept the msg",
    44004: "text content is empty",
    47001: "data format error",
    47003: "argument invalid!",
    60111: "userid not found",
    81013: "user & party & tag all invalid",
}

_log = structlog.get_logger("simulator")


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

    def log_exception(
        self,
        typ: type[BaseException] | None,
        value: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        """Log a fault without the query, which holds secrets, codes and tokens."""
        if not isinstance(value, tornado.web.HTTPError):
            _log.error("fault", path=self.request.path, exc_info=(typ, value, tb))

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


class MiniProgramHandler(WeChatHandler):
    """A call of a mini program that needs an access token."""

    async def prepare(self) -> None:
        """Refuse a call without a good access token."""
        await super().prepare()
        if self._finished:
            return
        state = credentials.check_token(self.parameter("access_token"), credentials.MINI_PROGRAM)
        if state is not TokenState.GOOD:
            self.refuse(42001 if state is TokenState.EXPIRED else 40001)


def wecom_success(**fields: Any) -> dict[str, Any]:
    """A success of WeChat Work, which says so, unlike WeChat."""
    return {"errcode": 0, "errmsg": "ok", **fields}
