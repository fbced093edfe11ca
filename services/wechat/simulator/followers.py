"""The simulator's followers of official accounts: who they are, and what they tell."""

from __future__ import annotations

from typing import Final

from services.wechat.simulator import credentials
from services.wechat.simulator.base import WeChatHandler, keys_error
from services.wechat.simulator.credentials import TOKEN_SECONDS

SCOPE: Final = "snsapi_userinfo"
NAMES: Final = ("晚风与茶", "北岸的灯", "一只小鹿", "云上书房")


class GrantHandler(WeChatHandler):
    """sns/oauth2/access_token: who has come to an official account's page with a code."""

    def get(self) -> None:
        """Answer openid and the token of the profile; a code may be used for ever."""
        code = self.parameter("code")
        known = credentials.CUSTOMER_CODE.fullmatch(code)
        if errcode := keys_error(self, "authorization_code", credentials.OFFICIAL_ACCOUNT):
            self.refuse(errcode)
        elif not code:
            self.refuse(41008)
        elif not known:
            self.refuse(40029)
        else:
            openid = f"gzh-{code}"
            grant = credentials.issue_grant(openid)
            self.finish(
                {
                    "access_token": grant,
                    "expires_in": TOKEN_SECONDS,
                    "refresh_token": grant,
                    "openid": openid,
                    "scope": SCOPE,
                }
            )


class ProfileHandler(WeChatHandler):
    """sns/userinfo: the profile of who has agreed to tell it."""

    def get(self) -> None:
        """Answer name and picture; sex and place of every second one only, as WeChat has them."""
        openid = self.parameter("openid")
        follower = credentials.grant_follower(self.parameter("access_token"))
        if follower is None:
            self.refuse(40001)
        elif openid != follower[0]:
            self.refuse(40003)
        else:
            number = int(follower[1])
            tells = bool(number % 2)
            self.finish(
                {
                    "openid": openid,
                    "nickname": NAMES[(number - 1) % len(NAMES)],
                    "sex": 2 if tells else 0,
                    "province": "浙江" if tells else "",
                    "city": "杭州" if tells else "",
                    "country": "中国" if tells else "",
                    "headimgurl": f"{self.request.protocol}://{self.request.host}"
                    f"/avatars/{openid}.png",
                    "privilege": [],
                }
            )
