"""Preset phrases for follow-ups: the caller's own, and the system's, which are everybody's."""

from __future__ import annotations

from typing import Annotated

from pydantic import StringConstraints
from typing_extensions import TypedDict

from handlers.call import Call
from handlers.endpoint import endpoint
from handlers.wire import Id, Page, Wire, wire
from services import follow_ups
from services.principals import Rep


class PhraseRow(TypedDict):
    """A phrase (000-qiyeweixin.md:1806)."""

    language_id: int
    user_id: int | None
    language: str


class Phrases(TypedDict):
    """A page of phrases, and whose it is."""

    user_id: str
    follow_language_data: list[PhraseRow]


class PhrasesAnswer(TypedDict):
    """The phrases stand where other lists have their total (decisions D11)."""

    ret_data: list[PhraseRow]
    data_count: Phrases


@endpoint(
    "GET",
    "/zhugeleida/qiyeweixin/follow_language",
    caller=Rep,
    params=Page,
    success="",
)
async def list_phrases(call: Call[Rep], given: Page) -> PhrasesAnswer:
    """List the caller's phrases and the system's, the newest first."""
    found = await follow_ups.phrases(call.caller, given.limit, given.offset)
    rows: list[PhraseRow] = [
        {"language_id": one.id, "user_id": one.rep_id, "language": one.phrase} for one in found
    ]
    phrases: Phrases = {"user_id": str(call.caller.id), "follow_language_data": rows}
    return {"ret_data": [], "data_count": phrases}


class NewPhraseParams(Wire):
    """A phrase to keep."""

    phrase: Annotated[str, StringConstraints(strip_whitespace=True)] = wire(
        "custom_language", title="自定义用语", min_length=1, max_length=256
    )


class NewPhraseAnswer(TypedDict):
    """The phrase's id."""

    language_id: int


@endpoint(
    "POST",
    "/zhugeleida/qiyeweixin/follow_language/add/0",
    caller=Rep,
    params=NewPhraseParams,
    success="添加成功",
)
async def add_phrase(call: Call[Rep], given: NewPhraseParams) -> NewPhraseAnswer:
    """Keep a phrase for the caller."""
    return {"language_id": await follow_ups.add_phrase(call.caller, given.phrase)}


class PhraseParams(Wire):
    """Which phrase is meant."""

    phrase_id: Id = wire("language_id", title="常用语ID")


@endpoint(
    "POST",
    "/zhugeleida/qiyeweixin/follow_language/delete/{language_id}",
    caller=Rep,
    params=PhraseParams,
    success="删除成功",
)
async def delete_phrase(call: Call[Rep], given: PhraseParams) -> None:
    """Delete one of the caller's own phrases."""
    await follow_ups.delete_phrase(call.caller, given.phrase_id)
