"""One of a rep's customers: what is known of it, what the rep notes and expects."""

from __future__ import annotations

from typing import Annotated, Any, cast

from pydantic import BeforeValidator, Field
from typing_extensions import TypedDict

from handlers.call import Call
from handlers.endpoint import endpoint
from handlers.people import SAID, SOURCE_LABELS, UNLESS_EMPTY, Email, Phone
from handlers.pictures import DEFAULT_CUSTOMER_AVATAR
from handlers.wire import Day, Id, Ids, Int, Wire, iso, wire
from services import bonds, customer_files, tags
from services.customer_files import Note, Outlook, Source
from services.principals import Rep


class CustomerParams(Wire):
    """Which customer it is."""

    customer_id: Id = wire("customer_id", title="客户ID")


class CustomerRow(TypedDict):
    """A customer as one rep knows it (000-qiyeweixin.md:226), and since when a rep has it."""

    id: int
    username: str
    headimgurl: str
    expected_time: str | None
    expedted_pr: str
    ai_pr: str
    ai_reasons: list[str]
    superior: str
    source: str
    memo_name: str
    sex: int | None
    phone: str
    memo_phone: str
    email: str
    company: str
    position: str
    address: str
    birthday: str
    mem: str
    tag: list[str]
    create_date: str | None


class CustomerAnswer(TypedDict):
    """The one customer that was asked for, in a list."""

    ret_data: list[CustomerRow]
    data_count: int


@endpoint(
    "GET",
    "/zhugeleida/qiyeweixin/customer",
    caller=Rep,
    params=CustomerParams,
    success="查询成功",
)
async def show_customer(call: Call[Rep], given: CustomerParams) -> CustomerAnswer:
    """Show one of the caller's customers, with the score of what it has done and why."""
    points = call.services.settings.action_points
    found = await customer_files.find(call.caller, given.customer_id, points)
    row = found.row
    return {
        "ret_data": [
            {
                "id": row.customer_id,
                "username": found.shown_name,
                "headimgurl": row.avatar or DEFAULT_CUSTOMER_AVATAR,
                "expected_time": row.expected_on.isoformat() if row.expected_on else None,
                "expedted_pr": str(row.close_odds),
                "ai_pr": str(found.score.percent),
                "ai_reasons": found.score.reasons,
                "superior": found.parent_name,
                "source": SOURCE_LABELS.get(row.source, ""),
                "memo_name": row.note_name,
                "sex": row.note_gender or row.own_gender,
                "phone": row.own_phone or row.note_phone,
                "memo_phone": row.note_phone,
                "email": row.email,
                "company": row.company_name,
                "position": row.position,
                "address": row.address,
                "birthday": row.birthday.isoformat() if row.birthday else "",
                "mem": row.note,
                "tag": found.tags,
                "create_date": iso(row.bound_at),
            }
        ],
        "data_count": 1,
    }


class NoteParams(CustomerParams):
    """What a rep notes; an empty text takes a note away, what is not sent stays."""

    keeps_empty = True

    gender: Annotated[Int, SAID] = wire("sex", title="性别", ge=1, le=2)
    memo_name: str = wire("memo_name", title="备注名", default="", max_length=128)
    username: str = wire("username", title="客户名", default="", max_length=128)
    phone: Phone = wire("phone", title="手机号", default="")
    email: Email = wire("email", title="电子邮件", default="", max_length=128)
    company_name: str = wire("company", title="公司", default="", max_length=256)
    position: str = wire("position", title="职位", default="", max_length=256)
    address: str = wire("address", title="住址", default="", max_length=512)
    birthday: Annotated[Day | None, UNLESS_EMPTY] = wire("birthday", title="生日", default=None)
    note: str = wire("mem", title="备注", default="", max_length=2000)
    source: Annotated[Annotated[Int, Field(ge=1, le=4)] | None, UNLESS_EMPTY] = wire(
        "source", title="客户来源", default=None
    )
    parent_id: Annotated[Id | None, UNLESS_EMPTY] = wire("superior", title="上级人", default=None)

    def noted(self) -> Note:
        """What was sent, where the first name that is given wins (decisions S20)."""
        said = self.model_fields_set & Note.__annotations__.keys()
        note: dict[str, object] = {name: getattr(self, name) for name in said}
        if self.model_fields_set & {"memo_name", "username"}:
            note["name"] = self.memo_name or self.username
        return cast(Note, note)


@endpoint(
    "POST",
    "/zhugeleida/qiyeweixin/customer/update_information/{customer_id}",
    caller=Rep,
    params=NoteParams,
    success="添加成功",
)
async def keep_note(call: Call[Rep], given: NoteParams) -> None:
    """Keep what the caller notes about one of its customers."""
    source = None if given.source is None else Source(given.source)
    await customer_files.keep_note(
        call.caller, given.customer_id, given.noted(), source, given.parent_id
    )


def _without_sign(value: Any) -> Any:
    return value.removesuffix("%").removesuffix("％") if isinstance(value, str) else value


Percent = Annotated[Int, BeforeValidator(_without_sign), Field(ge=0, le=100)]
"""80 or 80%, from 0 to 100 (decisions D6)."""


class OutlookParams(CustomerParams):
    """What a rep expects of a customer; what is not sent stays."""

    tag_ids: Ids | None = wire("tag_list", title="标签", default=None)
    close_odds: Percent | None = wire(
        "expedted_pr", "update_expected_pr", title="预计成交率", default=None
    )
    expected_on: Day | None = wire("expected_time", title="预计成交日期", default=None)


@endpoint(
    "POST",
    "/zhugeleida/qiyeweixin/customer/update_customer/{customer_id}",
    caller=Rep,
    params=OutlookParams,
    success="添加成功",
)
async def update_customer(call: Call[Rep], given: OutlookParams) -> None:
    """Set tags, close odds and expected day of one of the caller's customers, or some of them."""
    outlook = Outlook(given.close_odds, given.expected_on, given.tag_ids)
    await customer_files.expect(call.caller, given.customer_id, outlook)


class ExpectedDayParams(CustomerParams):
    """When a rep expects a sale."""

    expected_on: Day = wire("expected_time", title="预计成交日期")


@endpoint(
    "POST",
    "/zhugeleida/qiyeweixin/customer/update_expected_time/{customer_id}",
    caller=Rep,
    params=ExpectedDayParams,
    success="添加成功",
)
async def set_expected_day(call: Call[Rep], given: ExpectedDayParams) -> None:
    """Set the day on which the caller expects a sale, with a follow-up that says so."""
    outlook = Outlook(expected_on=given.expected_on)
    await customer_files.expect(call.caller, given.customer_id, outlook)


class CloseOddsParams(CustomerParams):
    """How likely a rep thinks a sale is."""

    close_odds: Percent = wire("expedted_pr", "update_expected_pr", title="预计成交率")


@endpoint(
    "POST",
    "/zhugeleida/qiyeweixin/customer/update_expected_pr/{customer_id}",
    caller=Rep,
    params=CloseOddsParams,
    success="添加成功",
)
async def set_close_odds(call: Call[Rep], given: CloseOddsParams) -> None:
    """Set how likely the caller thinks a sale is, with a follow-up that says so."""
    outlook = Outlook(close_odds=given.close_odds)
    await customer_files.expect(call.caller, given.customer_id, outlook)


class TagsParams(CustomerParams):
    """Which tags a customer is to have; an empty list takes them all off."""

    tag_ids: Ids = wire("tag_list", title="标签")


@endpoint(
    "POST",
    "/zhugeleida/qiyeweixin/customer/update_tag/{customer_id}",
    caller=Rep,
    params=TagsParams,
    success="添加成功",
)
async def set_tags(call: Call[Rep], given: TagsParams) -> None:
    """Let one of the caller's customers have exactly these tags."""
    await tags.set_on(call.caller, given.customer_id, given.tag_ids)


@endpoint(
    "GET",
    "/zhugeleida/qiyeweixin/customer/delete/{customer_id}",
    caller=Rep,
    params=CustomerParams,
    success="删除成功",
)
async def end_bond(call: Call[Rep], given: CustomerParams) -> None:
    """End the relation of the caller and a customer; all else stays (decisions D5)."""
    await bonds.end(call.caller, given.customer_id)


@endpoint(
    "POST",
    "/zhugeleida/qiyeweixin/customer/delete/{customer_id}",
    caller=Rep,
    params=CustomerParams,
    success="删除成功",
)
async def end_bond_by_post(call: Call[Rep], given: CustomerParams) -> None:
    """End the relation, by the method that what changes something should have."""
    await end_bond(call, given)
