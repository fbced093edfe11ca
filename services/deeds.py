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
FORWARD: Final = Deed(Action.FORWARD_CARD, "转发了你的名片,你的人脉圈正在裂变")


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
