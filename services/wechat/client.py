"""The calls to WeChat and WeChat Work, in the words of the business.

Answers of either come as JSON with ``errcode``; what it means is decided here, once, so no caller
ever sees a half-empty login.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final, Protocol, TypeVar
from urllib.parse import urlencode, urlsplit

import structlog
from tornado.netutil import Resolver

from services.errors import Invalid, UpstreamAway, UpstreamSilent
from services.wechat.answers import (
    Answer,
    gender_of,
    read,
    required_text,
    text_of,
    without_secrets,
)
from services.wechat.pictures import Pictures
from services.wechat.tokens import AccessTokens, FreshToken
from services.wechat.transport import away, open_http, send
from services.wechat.values import AppMessage as AppMessage
from services.wechat.values import Member as Member
from services.wechat.values import MiniLogin as MiniLogin
from services.wechat.values import MiniProgramKeys as MiniProgramKeys
from services.wechat.values import Subscription as Subscription
from services.wechat.values import WecomKeys as WecomKeys

BUSY: Final = -1
# A login code that is wrong, used, of a user whom WeChat blocks, missing, or too old.
CODE_REFUSALS: Final = frozenset({40029, 40163, 40226, 41008, 42003})
TOKEN_REFUSALS: Final = frozenset({40001, 40014, 42001})
# The user takes no such message (or none any more), or is not known to the mini program.
SUBSCRIPTION_REFUSALS: Final = frozenset({40003, 43101})
# The member does not exist, is not among those who see the app, or has no licence for it.
MEMBER_REFUSALS: Final = frozenset({40003, 40031, 46004, 60111, 81013, 82001})
NO_REFUSALS: Final[frozenset[int]] = frozenset()
CODE_WIDTH: Final = 430  # of pixels, WeChat's own

log = structlog.get_logger(__name__)

T_co = TypeVar("T_co", covariant=True)


class CodeRefused(Invalid):
    """WeChat does not take the login code."""

    default = "登录凭证无效或已过期"


class UpstreamRefused(UpstreamAway):
    """WeChat refuses a call for a reason that only the operators can mend.

    Args:
        errcode: WeChat's number for the reason.
    """

    def __init__(self, errcode: int) -> None:
        super().__init__()
        self.errcode = errcode


class _StaleTokenError(Exception):
    """WeChat no longer takes the access token, though by our clock it should."""


@dataclass(frozen=True)
class _TokenSource:
    """Where the access token of an app comes from, and the name that it is shared under."""

    name: str
    url: str
    params: Mapping[str, str] = field(repr=False)


class _TokenCall(Protocol[T_co]):
    """A call that is made with an access token, and told whether that may be stale."""

    async def __call__(self, token: str, *, token_may_be_stale: bool) -> T_co: ...


class WeChatClient:
    """Calls WeChat. Made inside the running loop; closed with ``close()``.

    Every method raises UpstreamAway when WeChat cannot be reached, is too slow or answers nonsense,
    and UpstreamRefused, a kind of it, when WeChat refuses for another reason than the method names.

    Args:
        api_url: origin of WeChat's API, such as ``https://api.weixin.qq.com``.
        wecom_url: origin of WeChat Work's API.
        timeout_seconds: for one request, from connecting to the last byte.
        tokens: where access tokens are shared.
        simulator_url: origin of the simulator if it plays WeChat; its pictures may be downloaded.
        resolver: looks up hosts; the system's if None.
    """

    def __init__(
        self,
        *,
        api_url: str,
        wecom_url: str,
        timeout_seconds: float,
        tokens: AccessTokens,
        simulator_url: str | None = None,
        resolver: Resolver | None = None,
    ) -> None:
        self._api_url = api_url.rstrip("/")
        self._wecom_url = wecom_url.rstrip("/")
        self._timeout_seconds = timeout_seconds
        self._tokens = tokens
        self._http = open_http(resolver)
        self._pictures = Pictures(
            timeout_seconds=timeout_seconds,
            simulator_url=simulator_url,
            resolver=resolver or Resolver(),
        )

    def close(self) -> None:
        """Stop calling; requests under way fail."""
        self._http.close()

    async def exchange_code(self, keys: MiniProgramKeys, code: str) -> MiniLogin:
        """Learn who a mini program's login code belongs to. WeChat takes a code only once.

        Raises:
            CodeRefused: the code is wrong, used or too old.
        """
        url = f"{self._api_url}/sns/jscode2session"
        answer = await self._ask(
            url,
            {
                "appid": keys.appid,
                "secret": keys.secret,
                "js_code": code,
                "grant_type": "authorization_code",
            },
        )
        return MiniLogin(
            openid=required_text(url, answer, "openid"),
            session_key=required_text(url, answer, "session_key"),
            unionid=text_of(answer, "unionid") or None,
        )

    async def member(self, keys: WecomKeys, code: str) -> Member:
        """Learn which member of a company a WeChat Work login code belongs to.

        Raises:
            CodeRefused: the code is wrong, used or too old, or belongs to somebody else.
        """
        source = self._wecom_token(keys)
        user = f"{self._wecom_url}/cgi-bin/user"
        visit = await self._ask_with_token(source, f"{user}/getuserinfo", {"code": code})
        # Only members get a ticket; for a visitor WeChat Work answers an openid instead.
        ticket = text_of(visit, "user_ticket")
        if not ticket:
            raise CodeRefused
        url = f"{user}/getuserdetail"
        detail = await self._ask_with_token(source, url, {}, {"user_ticket": ticket})
        return Member(
            userid=required_text(url, detail, "userid"),
            name=text_of(detail, "name"),
            avatar=text_of(detail, "avatar"),
            gender=gender_of(detail),
        )

    async def draw_code(self, keys: MiniProgramKeys, path: str) -> bytes:
        """Have a code drawn that leads to a page; whether it is a picture, the caller checks.

        Args:
            path: the page with its query, such as ``/pages/index/index?uid=1``.
        """
        source = self._mini_token(keys)
        url = f"{self._api_url}/wxa/getwxacode"
        body = {"path": path, "width": CODE_WIDTH}

        async def draw(token: str, *, token_may_be_stale: bool) -> bytes:
            params = {"access_token": token}
            raw = await self._send(url, params, body)
            # A picture is no JSON; a refusal is, whatever it says of its type.
            if raw.lstrip().startswith(b"{"):
                self._check(url, raw, {**params, **body}, token_may_be_stale=token_may_be_stale)
                raise away(url, "no picture")
            return raw

        return await self._with_token(source, draw)

    async def send_subscription(self, keys: MiniProgramKeys, message: Subscription) -> bool:
        """Send a subscription message.

        Returns:
            whether the user gets it: not if it has not accepted it, or no more of them.
        """
        body = {
            "touser": message.openid,
            "template_id": message.template_id,
            "page": message.page,
            "data": {name: {"value": text} for name, text in message.fields.items()},
            "miniprogram_state": "formal",
            "lang": "zh_CN",
        }
        url = f"{self._api_url}/cgi-bin/message/subscribe/send"
        return await self._deliver(self._mini_token(keys), url, body, SUBSCRIPTION_REFUSALS)

    async def send_app_message(self, keys: WecomKeys, message: AppMessage) -> bool:
        """Send a text to a member of a company.

        Returns:
            whether the member gets it: not if there is no such member, or the app is not for it.
        """
        body = {
            "touser": message.userid,
            "msgtype": "text",
            "agentid": message.agent_id,
            "text": {"content": message.text},
            "safe": 0,
        }
        url = f"{self._wecom_url}/cgi-bin/message/send"
        return await self._deliver(self._wecom_token(keys), url, body, MEMBER_REFUSALS)

    def require_picture_url(self, url: str) -> None:
        """Refuse the address of a picture that WeChat does not host.

        Raises:
            Invalid: the URL is not one of WeChat's picture hosts.
        """
        self._pictures.resolver_for(url)

    async def download_picture(self, url: str, limit_bytes: int) -> bytes:
        """Fetch a picture that WeChat hosts; whether it is one, the caller checks.

        Raises:
            Invalid: the URL is not one of WeChat's picture hosts.
            UpstreamAway: besides the usual, a redirect, an address inside, or more than the limit.
        """
        return await self._pictures.download(url, limit_bytes)

    def _wecom_token(self, keys: WecomKeys) -> _TokenSource:
        # Each secret has tokens of its own, and a company may change its secret at any time.
        digest = hashlib.sha256(keys.secret.encode()).hexdigest()[:16]
        return _TokenSource(
            name=f"wecom:{keys.corp_id}:{digest}",
            url=f"{self._wecom_url}/cgi-bin/gettoken",
            params={"corpid": keys.corp_id, "corpsecret": keys.secret},
        )

    def _mini_token(self, keys: MiniProgramKeys) -> _TokenSource:
        digest = hashlib.sha256(keys.secret.encode()).hexdigest()[:16]
        return _TokenSource(
            name=f"mini:{keys.appid}:{digest}",
            url=f"{self._api_url}/cgi-bin/token",
            params={
                "grant_type": "client_credential",
                "appid": keys.appid,
                "secret": keys.secret,
            },
        )

    async def _fetch_token(self, source: _TokenSource) -> FreshToken:
        try:
            answer = await self._ask(source.url, source.params)
        except UpstreamSilent:  # what the token was for has not been asked yet
            raise UpstreamAway from None
        lifetime_seconds = answer.get("expires_in")
        if not isinstance(lifetime_seconds, int):
            raise away(source.url, "no expires_in")
        return FreshToken(required_text(source.url, answer, "access_token"), lifetime_seconds)

    async def _deliver(
        self,
        source: _TokenSource,
        url: str,
        body: Mapping[str, Any],
        refusals: frozenset[int],
    ) -> bool:
        """Send a message; one that its receiver cannot get is no fault, and told in one line."""
        answer = await self._ask_with_token(source, url, {}, body, refusals)
        errcode = answer.get("errcode", 0)
        if errcode:
            log.info("message_refused", path=urlsplit(url).path, errcode=errcode)
        return not errcode

    async def _ask_with_token(
        self,
        source: _TokenSource,
        url: str,
        params: Mapping[str, str],
        body: Mapping[str, Any] | None = None,
        refusals: frozenset[int] = NO_REFUSALS,
    ) -> Answer:
        """Ask with the app's access token; an answer with one of the refusals is an answer."""

        async def ask(token: str, *, token_may_be_stale: bool) -> Answer:
            given = {"access_token": token, **params}
            return await self._ask(
                url, given, body, token_may_be_stale=token_may_be_stale, refusals=refusals
            )

        return await self._with_token(source, ask)

    async def _with_token(self, source: _TokenSource, call: _TokenCall[T_co]) -> T_co:
        """Call with the app's access token; one that WeChat refuses is replaced, once."""
        fetch = partial(self._fetch_token, source)
        token = await self._tokens.get(source.name, fetch)
        try:
            return await call(token, token_may_be_stale=True)
        except _StaleTokenError:
            await self._tokens.drop(source.name, token)
        token = await self._tokens.get(source.name, fetch)
        return await call(token, token_may_be_stale=False)

    async def _ask(
        self,
        url: str,
        params: Mapping[str, str],
        body: Mapping[str, Any] | None = None,
        *,
        token_may_be_stale: bool = False,
        refusals: frozenset[int] = NO_REFUSALS,
    ) -> Answer:
        """GET, or POST with a body, and read the JSON answer, which is one without an errcode.

        Raises:
            _StaleTokenError: the access token is refused and may be stale.
        """
        raw = await self._send(url, params, body)
        sent = {**params, **(body or {})}
        return self._check(url, raw, sent, token_may_be_stale=token_may_be_stale, refusals=refusals)

    async def _send(
        self, url: str, params: Mapping[str, str], body: Mapping[str, Any] | None
    ) -> bytes:
        return await send(
            self._http,
            f"{url}?{urlencode(params)}",
            timeout_seconds=self._timeout_seconds,
            body=None if body is None else json.dumps(body, ensure_ascii=False).encode(),
        )

    def _check(
        self,
        url: str,
        raw: bytes,
        sent: Mapping[str, object],
        *,
        token_may_be_stale: bool,
        refusals: frozenset[int] = NO_REFUSALS,
    ) -> Answer:
        """Read an answer, and raise what its errcode means, unless it is one of the refusals."""
        answer, errcode = read(url, raw)
        if errcode == 0 or errcode in refusals:
            return answer
        if errcode == BUSY:
            raise away(url, "errcode -1")
        if errcode in CODE_REFUSALS:
            raise CodeRefused
        if errcode in TOKEN_REFUSALS and token_may_be_stale:
            raise _StaleTokenError
        log.error(
            "wechat_refused",
            path=urlsplit(url).path,
            errcode=errcode,
            errmsg=without_secrets(answer.get("errmsg"), sent),
        )
        raise UpstreamRefused(errcode)
