"""The calls to WeChat and WeChat Work, in the words of the business."""

from __future__ import annotations

import hashlib
from typing import Final

from tornado.netutil import Resolver

from services.errors import UpstreamAway
from services.wechat.answers import gender_of, required_text, short_text, text_of
from services.wechat.calls import Calls, TokenSource
from services.wechat.calls import CodeRefused as CodeRefused
from services.wechat.calls import UpstreamRefused as UpstreamRefused
from services.wechat.pictures import Pictures
from services.wechat.tokens import AccessTokens
from services.wechat.transport import away, open_http
from services.wechat.values import AppMessage as AppMessage
from services.wechat.values import Follower as Follower
from services.wechat.values import Member as Member
from services.wechat.values import MiniLogin as MiniLogin
from services.wechat.values import MiniProgramKeys as MiniProgramKeys
from services.wechat.values import OfficialAccountKeys as OfficialAccountKeys
from services.wechat.values import Subscription as Subscription
from services.wechat.values import TemplateMessage as TemplateMessage
from services.wechat.values import WecomKeys as WecomKeys

# The user takes no such message (or none any more), or is not known to the mini program.
SUBSCRIPTION_REFUSALS: Final = frozenset({40003, 43101})
# The member does not exist, is not among those who see the app, or has no licence for it.
MEMBER_REFUSALS: Final = frozenset({40003, 40031, 46004, 60111, 81013, 82001})
# The user does not follow the account, does not take messages of it, has not written to it for two
# days, or has been sent enough since.
SERVICE_REFUSALS: Final = frozenset({40003, 43004, 45015, 45047, 48002})
# The user does not follow the account, or does not take its messages.
TEMPLATE_REFUSALS: Final = frozenset({40003, 43004, 43101})
CODE_WIDTH: Final = 430  # of pixels, WeChat's own
PROFILE_SCOPE: Final = "snsapi_userinfo"
LONGEST_NAME: Final = 64


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
        self._http = open_http(resolver)
        self._calls = Calls(self._http, tokens, timeout_seconds)
        self._pictures = Pictures(
            timeout_seconds=timeout_seconds,
            simulator_url=simulator_url,
            # Where one of the two is real, so are its pictures.
            is_simulated=simulator_url is not None and {api_url, wecom_url} == {simulator_url},
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
        answer = await self._calls.ask(
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
        visit = await self._calls.ask_with_token(source, f"{user}/getuserinfo", {"code": code})
        # Only members get a ticket; for a visitor WeChat Work answers an openid instead.
        ticket = text_of(visit, "user_ticket")
        if not ticket:
            raise CodeRefused
        url = f"{user}/getuserdetail"
        detail = await self._calls.ask_with_token(source, url, {}, {"user_ticket": ticket})
        return Member(
            userid=required_text(url, detail, "userid"),
            name=text_of(detail, "name"),
            avatar=text_of(detail, "avatar"),
            gender=gender_of(detail),
        )

    async def follower(self, keys: OfficialAccountKeys, code: str) -> Follower:
        """Learn who has come to a page of an official account, as far as it agrees to tell.

        WeChat takes a code only once, so what fails behind that leaves the profile empty.

        Raises:
            CodeRefused: the code is wrong, used or too old, or of no real user: who looks at a
                snapshot of the page has an openid that is nobody's.
        """
        url = f"{self._api_url}/sns/oauth2/access_token"
        params = {"appid": keys.appid, "secret": keys.secret, "code": code}
        grant = await self._calls.ask(url, {**params, "grant_type": "authorization_code"})
        openid = required_text(url, grant, "openid")
        if grant.get("is_snapshotuser"):
            raise CodeRefused
        if PROFILE_SCOPE not in text_of(grant, "scope"):
            return Follower(openid)
        # This token is the user's, not the one that the account itself calls with.
        given = {"access_token": text_of(grant, "access_token"), "openid": openid, "lang": "zh_CN"}
        try:
            told = await self._calls.ask(f"{self._api_url}/sns/userinfo", given)
        except UpstreamAway:
            return Follower(openid)
        return Follower(
            openid,
            name=short_text(told, "nickname", LONGEST_NAME),
            avatar=text_of(told, "headimgurl"),
            gender=gender_of(told, "sex"),
            country=short_text(told, "country", LONGEST_NAME),
            province=short_text(told, "province", LONGEST_NAME),
            city=short_text(told, "city", LONGEST_NAME),
        )

    async def draw_code(self, keys: MiniProgramKeys, path: str) -> bytes:
        """Have a code drawn that leads to a page; whether it is a picture, the caller checks.

        Args:
            path: the page with its query, such as ``/pages/index/index?uid=1``.
        """
        source = self._app_token(keys)
        url = f"{self._api_url}/wxa/getwxacode"
        body = {"path": path, "width": CODE_WIDTH}

        async def draw(token: str, *, token_may_be_stale: bool) -> bytes:
            params = {"access_token": token}
            raw = await self._calls.send(url, params, body)
            # A picture is no JSON; a refusal is, whatever it says of its type.
            if raw.lstrip().startswith(b"{"):
                self._calls.check(
                    url, raw, {**params, **body}, token_may_be_stale=token_may_be_stale
                )
                raise away(url, "no picture")
            return raw

        return await self._calls.with_token(source, draw)

    async def send_subscription(self, keys: MiniProgramKeys, message: Subscription) -> bool:
        """Send a subscription message.

        Returns:
            whether the user gets it: not if it has not accepted it, or no more of them.
        """
        body = {
            "touser": message.openid,
            "template_id": message.template_id,
            "page": message.page,
            "data": _fields(message),
            "miniprogram_state": "formal",
            "lang": "zh_CN",
        }
        url = f"{self._api_url}/cgi-bin/message/subscribe/send"
        return await self._calls.deliver(self._app_token(keys), url, body, SUBSCRIPTION_REFUSALS)

    async def send_service_text(self, keys: OfficialAccountKeys, openid: str, text: str) -> bool:
        """Send a text as a customer-service message (客服消息) of an official account.

        Returns:
            whether the follower gets it: WeChat takes some only after the follower has written.
        """
        body = {"touser": openid, "msgtype": "text", "text": {"content": text}}
        url = f"{self._api_url}/cgi-bin/message/custom/send"
        return await self._calls.deliver(self._app_token(keys), url, body, SERVICE_REFUSALS)

    async def send_template(self, keys: OfficialAccountKeys, message: TemplateMessage) -> bool:
        """Send a template message of an official account.

        Returns:
            whether the follower gets it: not without following, or if it has refused them.
        """
        body = {
            "touser": message.openid,
            "template_id": message.template_id,
            "data": _fields(message),
        }
        url = f"{self._api_url}/cgi-bin/message/template/send"
        return await self._calls.deliver(self._app_token(keys), url, body, TEMPLATE_REFUSALS)

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
        return await self._calls.deliver(self._wecom_token(keys), url, body, MEMBER_REFUSALS)

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

    def _wecom_token(self, keys: WecomKeys) -> TokenSource:
        # Each secret has tokens of its own, and a company may change its secret at any time.
        digest = hashlib.sha256(keys.secret.encode()).hexdigest()[:16]
        return TokenSource(
            name=f"wecom:{keys.corp_id}:{digest}",
            url=f"{self._wecom_url}/cgi-bin/gettoken",
            params={"corpid": keys.corp_id, "corpsecret": keys.secret},
        )

    def _app_token(self, keys: MiniProgramKeys | OfficialAccountKeys) -> TokenSource:
        digest = hashlib.sha256(keys.secret.encode()).hexdigest()[:16]
        return TokenSource(
            name=f"app:{keys.appid}:{digest}",
            url=f"{self._api_url}/cgi-bin/token",
            params={
                "grant_type": "client_credential",
                "appid": keys.appid,
                "secret": keys.secret,
            },
        )


def _fields(message: Subscription | TemplateMessage) -> dict[str, dict[str, str]]:
    return {name: {"value": text} for name, text in message.fields.items()}
