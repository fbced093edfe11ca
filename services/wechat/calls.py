"""How calls to WeChat are made: access tokens, refusals, and what an answer without errcode is.

Answers of WeChat and WeChat Work come as JSON with ``errcode``; what it means is decided here,
once, so no caller ever sees a half-empty login.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final, Protocol, TypeVar
from urllib.parse import urlencode, urlsplit

import structlog
from tornado.simple_httpclient import SimpleAsyncHTTPClient

from services.errors import Invalid, UpstreamAway, UpstreamSilent
from services.wechat.answers import Answer, read, required_text, without_secrets
from services.wechat.tokens import AccessTokens, FreshToken
from services.wechat.transport import away, send

BUSY: Final = -1
# A login code that is wrong, used, of a user whom WeChat blocks, missing, or too old.
CODE_REFUSALS: Final = frozenset({40029, 40163, 40226, 41008, 42003})
TOKEN_REFUSALS: Final = frozenset({40001, 40014, 42001})
NO_REFUSALS: Final[frozenset[int]] = frozenset()

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
class TokenSource:
    """Where the access token of an app comes from, and the name that it is shared under."""

    name: str
    url: str
    params: Mapping[str, str] = field(repr=False)


class TokenCall(Protocol[T_co]):
    """A call that is made with an access token, and told whether that may be stale."""

    async def __call__(self, token: str, *, token_may_be_stale: bool) -> T_co: ...


class Calls:
    """Makes calls; every one raises what ``WeChatClient`` says.

    Args:
        timeout_seconds: for one request, from connecting to the last byte.
        tokens: where access tokens are shared.
    """

    def __init__(
        self, http: SimpleAsyncHTTPClient, tokens: AccessTokens, timeout_seconds: float
    ) -> None:
        self._http = http
        self._tokens = tokens
        self._timeout_seconds = timeout_seconds

    async def _fetch_token(self, source: TokenSource) -> FreshToken:
        try:
            answer = await self.ask(source.url, source.params)
        except UpstreamSilent:  # what the token is for has not been asked yet
            raise UpstreamAway from None
        lifetime_seconds = answer.get("expires_in")
        if not isinstance(lifetime_seconds, int):
            raise away(source.url, "no expires_in")
        return FreshToken(required_text(source.url, answer, "access_token"), lifetime_seconds)

    async def deliver(
        self,
        source: TokenSource,
        url: str,
        body: Mapping[str, Any],
        refusals: frozenset[int],
    ) -> bool:
        """Send a message; one that its receiver cannot get is no fault, and told in one line."""
        answer = await self.ask_with_token(source, url, {}, body, refusals)
        errcode = answer.get("errcode", 0)
        if errcode:
            log.info("message_refused", path=urlsplit(url).path, errcode=errcode)
        return not errcode

    async def ask_with_token(
        self,
        source: TokenSource,
        url: str,
        params: Mapping[str, str],
        body: Mapping[str, Any] | None = None,
        refusals: frozenset[int] = NO_REFUSALS,
    ) -> Answer:
        """Ask with the app's access token; an answer with one of the refusals is an answer."""

        async def ask(token: str, *, token_may_be_stale: bool) -> Answer:
            given = {"access_token": token, **params}
            return await self.ask(
                url, given, body, token_may_be_stale=token_may_be_stale, refusals=refusals
            )

        return await self.with_token(source, ask)

    async def with_token(self, source: TokenSource, call: TokenCall[T_co]) -> T_co:
        """Call with the app's access token; one that WeChat refuses is replaced, once."""
        fetch = partial(self._fetch_token, source)
        token = await self._tokens.get(source.name, fetch)
        try:
            return await call(token, token_may_be_stale=True)
        except _StaleTokenError:
            await self._tokens.drop(source.name, token)
        token = await self._tokens.get(source.name, fetch)
        return await call(token, token_may_be_stale=False)

    async def ask(
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
        raw = await self.send(url, params, body)
        sent = {**params, **(body or {})}
        return self.check(url, raw, sent, token_may_be_stale=token_may_be_stale, refusals=refusals)

    async def send(
        self, url: str, params: Mapping[str, str], body: Mapping[str, Any] | None
    ) -> bytes:
        """GET, or POST with a body, and give the bare answer."""
        return await send(
            self._http,
            f"{url}?{urlencode(params)}",
            timeout_seconds=self._timeout_seconds,
            body=None if body is None else json.dumps(body, ensure_ascii=False).encode(),
        )

    def check(
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
