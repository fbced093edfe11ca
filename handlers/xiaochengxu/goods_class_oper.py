"""Changes to the classes of goods, by the rep that manages the company (decisions P6)."""

from __future__ import annotations

from typing import Final

from typing_extensions import TypedDict

from handlers.call import Call
from handlers.endpoint import endpoint
from handlers.wire import Id, Int, Name, Wire, wire
from services import mall
from services.mall import ClassDraft
from services.principals import AdminRep

MOST_GOODS: Final = 2**31 - 1


class ClassForm(Wire):
    """A class as it is to be (002-xiaochengxu-v1.md:1436)."""

    name: Name = wire("classificationName", title="分类名称", max_length=128)
    goods_count: Int = wire("goodsNum", title="分类商品总数", ge=0, le=MOST_GOODS)
    parent_id: Id | None = wire("parentClassification", title="父级分类", default=None)

    @property
    def draft(self) -> ClassDraft:
        """The same in the words of the business."""
        return ClassDraft(self.name, self.goods_count, self.parent_id)


class AddedAnswer(TypedDict):
    """Beyond the documents: which class it has become."""

    id: int


@endpoint(
    "POST",
    "/zhugeleida/xiaochengxu/goodsClassOper/add/0",
    caller=AdminRep,
    params=ClassForm,
    success="添加成功",
)
async def add_class(call: Call[AdminRep], given: ClassForm) -> AddedAnswer:
    """Make a class of the first level, or one below another."""
    return {"id": await mall.add_class(call.caller, given.draft)}


class ClassIdParams(Wire):
    """Which class."""

    class_id: Id = wire("class_id", title="分类ID")


class ChangeForm(ClassForm, ClassIdParams):
    """Which class, and what it is to be; without a parent it stands on the first level."""


@endpoint(
    "POST",
    "/zhugeleida/xiaochengxu/goodsClassOper/update/{class_id}",
    caller=AdminRep,
    params=ChangeForm,
    success="修改成功",
)
async def change_class(call: Call[AdminRep], given: ChangeForm) -> None:
    """Rename or move a class; of two levels none becomes three."""
    await mall.change_class(call.caller, given.class_id, given.draft)


@endpoint(
    "POST",
    "/zhugeleida/xiaochengxu/goodsClassOper/delete/{class_id}",
    caller=AdminRep,
    params=ClassIdParams,
    success="删除成功",
)
async def delete_class(call: Call[AdminRep], given: ClassIdParams) -> None:
    """Delete a class that has neither classes nor goods."""
    await mall.delete_class(call.caller, given.class_id)
