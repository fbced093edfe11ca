"""The classes of goods, as both sides see them."""

from __future__ import annotations

from typing_extensions import TypedDict

from handlers.call import Call
from handlers.endpoint import endpoint
from handlers.wire import Id, Wire, wire
from services import mall
from services.mall import ClassEntry, ClassRow
from services.principals import MiniCustomer, Rep


class ClassItem(TypedDict):
    """A class (002-xiaochengxu-v1.md:1486); ``goodsNum`` is what its keeper says."""

    name: str
    id: int
    goodsNum: int


class FirstLevelItem(ClassItem):
    """A class of the first level with those below it."""

    children: list[ClassItem]


class ClassParams(Wire):
    """Of which class those below it are shown; all classes unless it is given."""

    class_id: Id | None = wire("singleUser", title="商品分类", default=None)


@endpoint(
    "GET",
    "/zhugeleida/xiaochengxu/goodsClassShow",
    caller=Rep | MiniCustomer,
    params=ClassParams,
    success="查询成功",
)
async def show_classes(
    call: Call[Rep | MiniCustomer], given: ClassParams
) -> list[FirstLevelItem] | list[ClassItem]:
    """Show the classes of the caller's company as a tree, or those below one (decisions S29)."""
    if given.class_id is not None:
        return [_item(row) for row in await mall.subclasses(call.caller, given.class_id)]
    return [_first_level(entry) for entry in await mall.class_tree(call.caller)]


def _first_level(entry: ClassEntry) -> FirstLevelItem:
    return {**_item(entry.row), "children": [_item(row) for row in entry.children]}


def _item(row: ClassRow) -> ClassItem:
    return {"name": row.name, "id": row.id, "goodsNum": row.goods_count}
