"""The mall of a company: its classes of goods, and its merchant account (semantics 8.1, 8.2)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from models import company as companies
from models import goods_class as classes
from models import mall_settings as settings
from models.base import now
from models.database import InUse, atomic, constrained, retry_on_deadlock
from models.goods_class import ClassDraft as ClassDraft
from models.goods_class import ClassRow as ClassRow
from models.mall_settings import Setting
from services.errors import HasChildren, Invalid, NotFound
from services.principals import AdminRep, MiniCustomer, Rep
from services.wechat.crypto import SecretBox

MERCHANT_KEY_LENGTH: Final = 32


@dataclass(frozen=True, slots=True)
class ClassEntry:
    """A class of the first level with those below it."""

    row: ClassRow
    children: Sequence[ClassRow]


async def class_tree(caller: Rep | MiniCustomer) -> list[ClassEntry]:
    """List all classes of the caller's company, the oldest first."""
    rows = await classes.of_company(caller.company_id)
    return [
        ClassEntry(row, [one for one in rows if one.parent_id == row.id])
        for row in rows
        if row.parent_id is None
    ]


async def subclasses(caller: Rep | MiniCustomer, class_id: int) -> list[ClassRow]:
    """List the classes below one of the caller's company.

    Raises:
        NotFound: the company has no such class.
    """
    return [row for row in await _family(caller, class_id) if row.id != class_id]


async def with_subclasses(caller: Rep | MiniCustomer, class_id: int) -> list[int]:
    """Say which classes goods may be of to count as one class's.

    Raises:
        NotFound: the company has no such class.
    """
    return [row.id for row in await _family(caller, class_id)]


async def _family(caller: Rep | MiniCustomer, class_id: int) -> list[ClassRow]:
    rows = await classes.family(caller.company_id, class_id)
    if class_id not in {row.id for row in rows}:
        raise NotFound
    return rows


@retry_on_deadlock
async def add_class(rep: AdminRep, draft: ClassDraft) -> int:
    """Make a class and return its id.

    Raises:
        NotFound: the company has no such parent.
        Invalid: the parent has a parent itself, or there are too many classes.
    """
    try:
        async with constrained():
            rows = await _locked(rep)
            if len(rows) >= classes.MOST_CLASSES:
                raise Invalid(f"商品分类不能超过{classes.MOST_CLASSES}个")
            _check_parent(rows, draft.parent_id)
            return await classes.add(rep.company_id, draft, now())
    except InUse:
        raise NotFound from None  # the parent was deleted in this very moment


@retry_on_deadlock
async def change_class(rep: AdminRep, class_id: int, draft: ClassDraft) -> None:
    """Make a class what the draft says; without a parent it stands on the first level.

    Raises:
        NotFound: the company has no such class, or no such parent.
        Invalid: the parent is the class itself or below it, or has a parent.
        HasChildren: it would get a parent, and is one.
    """
    try:
        async with constrained():
            rows = await _locked(rep)
            if class_id not in {row.id for row in rows}:
                raise NotFound
            _check_parent(rows, draft.parent_id, class_id)
            await classes.change(class_id, draft)
    except InUse:
        raise NotFound from None


@retry_on_deadlock
async def delete_class(rep: AdminRep, class_id: int) -> None:
    """Delete a class that has neither classes nor goods.

    Raises:
        NotFound: the company has no such class.
        HasChildren: it has some.
    """
    try:
        async with constrained():
            if not await classes.delete(rep.company_id, class_id):
                raise NotFound
    except InUse:
        raise HasChildren("含有子级分类或商品,请先删除或转移") from None


async def _locked(rep: AdminRep) -> Sequence[ClassRow]:
    """Read the company's classes; until the transaction ends nobody else adds or moves any."""
    # With a lock of single classes two could be moved below each other at once.
    await companies.lock(rep.company_id)
    return await classes.of_company(rep.company_id)


def _check_parent(
    rows: Sequence[ClassRow], parent_id: int | None, class_id: int | None = None
) -> None:
    """Refuse a parent that would make more levels than two.

    Args:
        class_id: the class that gets the parent; None for a new one.
    """
    if parent_id is None:
        return
    parent = next((row for row in rows if row.id == parent_id), None)
    if parent is None:
        raise NotFound
    if class_id is not None and class_id in (parent.id, parent.parent_id):
        raise _wrong_parent("不可关联自己或自己的下级")
    if parent.parent_id is not None:
        raise _wrong_parent("商品分类最多两级")
    if any(row.parent_id == class_id for row in rows if class_id is not None):
        raise HasChildren


def _wrong_parent(complaint: str) -> Invalid:
    return Invalid(complaint, {"parentClassification": complaint})


@retry_on_deadlock
async def set_up(
    rep: AdminRep,
    secrets: SecretBox,
    name: str | None = None,
    merchant_number: str | None = None,
    merchant_key: str | None = None,
) -> bool:
    """Set what is given of a company's mall; what is not given stays.

    Args:
        merchant_key: it is sealed before anything else happens to it.

    Returns:
        whether the company had no settings before; of several first calls one is told so.
    """
    sealed = None if merchant_key is None else secrets.seal(merchant_key)
    wanted: dict[Setting, str | None] = {
        "name": name,
        "merchant_number": merchant_number,
        "merchant_key": sealed,
    }
    given = {setting: value for setting, value in wanted.items() if value is not None}
    async with atomic():
        is_new = await settings.add(rep.company_id, given, now())
        if given and not is_new:
            await settings.change(rep.company_id, given)
    return is_new
