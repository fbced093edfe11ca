"""What customers do that a rep's radar tells of, and in which words (semantics 3.2)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from models.radar import Action


@dataclass(frozen=True, slots=True)
class Deed:
    """One kind of thing that a customer does.

    Args:
        remark: what the log says of it, behind the customer's name.
        needs_name: whether that of a customer without a name leaves no log (decisions S31).
    """

    action: Action
    remark: str
    needs_name: bool = False


VIEW: Final = Deed(Action.VIEW_CARD, "", needs_name=True)
"""A view of a card, whose remark depends on how many there were."""

CALL: Final = Deed(Action.CALL, "拨打您的手机")
SAVE_WECHAT: Final = Deed(Action.COPY_WECHAT, "复制了您的微信,留意微信新朋友消息")
SAVE_PHONE: Final = Deed(Action.SAVE_PHONE, "保存了您的电话,可以考虑拜访")
SAVE_POSTER: Final = Deed(Action.VIEW_CARD, "保存了您的名片海报")
FORWARD: Final = Deed(Action.FORWARD_CARD, "转发了你的名片,你的人脉圈正在裂变")
VIEW_PRODUCTS: Final = Deed(
    Action.VIEW_PRODUCT, "正在查看您发布的产品,尽快把握商机", needs_name=True
)
VIEW_WEBSITE: Final = Deed(
    Action.VIEW_WEBSITE, "查看了您公司的官网,看来TA对您公司感兴趣", needs_name=True
)
CONSULT_PRODUCT: Final = Deed(Action.CONSULT_PRODUCT, "向您咨询产品")
CONSULT_GOODS: Final = Deed(Action.CONSULT_PRODUCT, "向您咨询商品")


def view_product(name: str) -> Deed:
    """A view of a product."""
    return Deed(Action.VIEW_PRODUCT, f"正在查看{name},尽快把握商机", needs_name=True)


def forward_product(name: str) -> Deed:
    """That a product is handed on, which is no forward of the card."""
    return Deed(Action.VIEW_PRODUCT, f"转发了{name}")


def forward_goods(name: str) -> Deed:
    """That goods of the mall are handed on."""
    return Deed(Action.VIEW_PRODUCT, f"转发了【{name}】")


def end_of_visit(number: int) -> str:
    """What the log advises upon the n-th visit of one customer, from the second on."""
    return {2: "把握深度交流的机会", 3: "建议标注重点客户"}.get(number, "成交在望")


def diary_remark(page: str, number: int) -> str:
    """What the log says of the n-th visit of one customer to a page of the diaries.

    Args:
        page: what the page is called.
    """
    if number == 1:
        return f"首次查看您的日记{page}, 沟通从此刻开始"
    return f"查看您的日记{page}/第{number}次, {end_of_visit(number)}"
