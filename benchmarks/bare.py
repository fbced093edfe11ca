"""The limits: what Tornado does when it checks and stores nothing, with frames of the same size.

``python -m benchmarks.bare --port N`` serves at the URLs of the real server a socket that answers
each message by an ack and pushes it to the partner's socket, and a card that is always the same.
"""

from __future__ import annotations

import asyncio
import gc
import json
from typing import ClassVar

import click
import uvloop
from tornado.httpserver import HTTPServer
from tornado.netutil import bind_sockets
from tornado.web import Application, RequestHandler
from tornado.websocket import WebSocketHandler

from benchmarks.cards_load import CARD_PATH
from benchmarks.client import HOST

REGISTERED = '{"code":200,"msg":"注册成功","data":{"seq":0,"recovered":true}}'
ACK = (
    '{"code":200,"msg":"小程序消息-发送成功",'
    '"data":{"id":123456,"seq":1234,"client_msg_id":"0123abcd-1234"}}'
)
PUSH = (
    '{"code":200,"msg":"实时推送雷达-最新聊天信息成功","data":{"ret_data":[{"info_type":1,'
    '"msg":"1234 您好,请问这个产品怎么卖?有优惠吗?","id":123456,"seq":1234,"customer_id":100,'
    '"user_id":100,"user_avatar":"/statics/zhugeleida/imgs/bench/99.jpg",'
    '"customer_headimgurl":"https://wx.qlogo.cn/mmopen/bench/99/132","customer":"客户99",'
    '"dateTime":"2018-11-07 19:41:14","send_type":2,"is_first_info":false}],"data_count":1}}'
)
CARD = (
    '{"code":200,"msg":"查询成功","data":{"ret_data":[{"id":100,"username":"销售99",'
    '"avatar":"/statics/zhugeleida/imgs/bench/99.jpg",'
    '"mingpian_avatar":"/statics/zhugeleida/imgs/bench/99.jpg","company":"压测公司","area":"",'
    '"address":"","position":"高级销售顾问","email":"rep-99@example.com","wechat":"",'
    '"mingpian_phone":"13800138000","create_date":"2026-11-07T19:41:14.123",'
    '"popularity_num":1234,"praise_num":0,"forward_num":0,"is_praise":false,'
    '"sign":"真诚待人,用心服务","is_sign":false,"sign_num":0,"photo":[]}],"data_count":1}}'
)


class Echo(WebSocketHandler):
    """A socket of either side; a rep's registers before that of its customer."""

    reps: ClassVar[dict[int, Echo]] = {}
    pushes_to_both: ClassVar[bool] = False
    is_registered = False
    partner: Echo | None = None

    def check_origin(self, origin: str) -> bool:
        return True

    def open(self, kind: str) -> None:
        self.set_nodelay(True)
        self.is_rep = kind == "leida"

    async def on_message(self, message: str | bytes) -> None:
        if not self.is_registered:
            self._register(json.loads(message))
            return
        self.write_message(ACK)
        if self.partner is not None:
            self.partner.write_message(PUSH)
        if self.pushes_to_both:
            self.write_message(PUSH)

    def _register(self, frame: dict[str, int]) -> None:
        self.is_registered = True
        if self.is_rep:
            self.reps[frame["customer_id"]] = self
        else:
            self.partner = self.reps.get(frame["user_id"])
        self.write_message(REGISTERED)


class Card(RequestHandler):
    """The card that is always the same."""

    def get(self) -> None:
        self.set_header("Content-Type", "application/json; charset=UTF-8")
        self.finish(CARD)


async def serve(port: int) -> None:
    """Serve until killed."""
    application = Application(
        [
            (r"/zhugeleida/public/websocket/(xiaochengxu|leida)", Echo),
            (CARD_PATH, Card),
        ],
        log_function=lambda _: None,
    )
    HTTPServer(application).add_sockets(bind_sockets(port, HOST))
    click.echo(f"http://{HOST}:{port}")
    gc.collect()
    gc.freeze()
    await asyncio.Event().wait()


@click.command()
@click.option("--port", type=int, required=True)
@click.option(
    "--push-to-both", is_flag=True, help="Push to the sender too, as the protocol has it."
)
def main(port: int, push_to_both: bool) -> None:
    """Serve the limits."""
    Echo.pushes_to_both = push_to_both
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(serve(port))


if __name__ == "__main__":
    main()
