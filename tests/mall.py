"""The mall of a company: rows for tests."""

from __future__ import annotations

import itertools
from typing import Any

import ujson

from models.company import CompanyPicture
from models.mall import GoodsClass

_numbers = itertools.count(1)


async def make_class(company: Any, parent: Any = None, **values: Any) -> Any:
    """Make a class of the first level, or one below another."""
    return await GoodsClass.aio_create(
        **{
            "company": company,
            "parent": parent,
            "name": f"分类{next(_numbers)}",
            "level": 1 if parent is None else 2,
            **values,
        }
    )


async def make_company_picture(company: Any) -> str:
    """Make a picture that a company has sent, and give its address."""
    name = f"rep_1_20180624_204935_{next(_numbers):06x}.jpg"
    url = f"statics/zhugeleida/imgs/admin/goods/{name}"
    await CompanyPicture.aio_create(company=company, picture_url=url)
    return url


def as_json(*urls: str | int) -> str:
    """Write addresses, or ids, as forms have them."""
    text: str = ujson.dumps(urls, escape_forward_slashes=False)
    return text
