"""WeChat Pay's notices: XML that is signed with the merchant's key, not by a principal (P7)."""

from __future__ import annotations

from typing import Final

from handlers.base import BaseHandler
from handlers.codes import AWAY_TEXT, Code
from handlers.endpoint import Raw
from services.errors import DatabaseAway
from services.payments import NoticeRefused

PATH: Final = "/zhugeleida/xiaochengxu/payback"
ANSWER: Final = (
    "<xml><return_code><![CDATA[{code}]]></return_code>"
    "<return_msg><![CDATA[{msg}]]></return_msg></xml>"
)


class PayBack(BaseHandler):
    """Answers SUCCESS to a notice that is dealt with; upon FAIL, WeChat sends it again."""

    endpoint_name = "xiaochengxu.payback"

    async def post(self) -> None:
        with self.services.under_way:
            try:
                await self.services.payments.take_notice(self.request.body)
            except DatabaseAway:
                self._say(Code.AWAY, "FAIL", AWAY_TEXT)
            except NoticeRefused as error:
                self._say(Code.INVALID, "FAIL", error.message)
            else:
                self._say(Code.OK, "SUCCESS", "OK")

    def _say(self, code: Code, word: str, msg: str) -> None:
        self.code = code
        self.set_header("Content-Type", "text/xml; charset=UTF-8")
        self.finish(ANSWER.format(code=word, msg=msg))


RAW = [Raw(rf"{PATH}/?", PayBack, {}, PATH, "post")]
