"""Rows of the library for tests: tags, cases and diaries, published unless a test says so."""

from __future__ import annotations

import itertools
from typing import Any

from models.base import now
from models.database import fetch_all
from models.library import Case, CaseTag, CaseTagLink, Diary, DiaryComment, Publication

_numbers = itertools.count(1)


async def make_tag(company: Any, *cases: Any, **values: Any) -> Any:
    """Make a tag of cases and put it on some."""
    tag = await CaseTag.aio_create(
        **{"company": company, "name": f"标签{next(_numbers)}", **values}
    )
    for case in cases:
        await CaseTagLink.aio_create(case=case, tag=tag)
    return tag


async def make_case(company: Any, **values: Any) -> Any:
    """Make a published case."""
    return await Case.aio_create(
        **{
            "company": company,
            "customer_name": f"业主{next(_numbers)}",
            "status": Publication.PUBLISHED,
            **values,
        }
    )


async def make_diary(case: Any, **values: Any) -> Any:
    """Make a published diary of now."""
    return await Diary.aio_create(
        **{
            "company": case.company_id,
            "case": case,
            "title": f"日记{next(_numbers)}",
            "dated_at": now(),
            "status": Publication.PUBLISHED,
            **values,
        }
    )


async def make_comment(diary: Any, customer: Any, **values: Any) -> Any:
    """Make a comment that nobody has approved."""
    text = f"评论{next(_numbers)}"
    return await DiaryComment.aio_create(
        **{
            "company": diary.company_id,
            "diary": diary,
            "customer": customer,
            "content": text,
            **values,
        }
    )


async def counts_of(row: Any) -> dict[str, int]:
    """The counts of a case or a diary that are not 0."""
    names = ("read_count", "praise_count", "comment_count")
    table = row._meta.table_name
    (found,) = await fetch_all(f"SELECT {', '.join(names)} FROM {table} WHERE id = %s", (row.id,))
    return {name: count for name, count in zip(names, found, strict=True) if count}


async def footprints_of(customer: Any) -> list[tuple[int, int | None]]:
    """The cases and diaries that a customer has looked at, in the order of looking."""
    return [
        (case_id, diary_id)
        for case_id, diary_id in await fetch_all(
            "SELECT case_id, diary_id FROM footprint WHERE customer_id = %s ORDER BY id",
            (customer.id,),
        )
    ]
