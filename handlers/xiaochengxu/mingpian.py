"""Cards as a customer sees them, and what it does with them."""

from __future__ import annotations

from typing_extensions import TypedDict

from handlers.call import Call
from handlers.cards import CardRow, card_row
from handlers.endpoint import endpoint
from handlers.people import SOURCE_LABELS
from handlers.pictures import DEFAULT_REP_AVATAR
from handlers.wire import Id, Wire, iso_ms, wire
from services import cards, deeds
from services.principals import MiniCustomer


class CardParams(Wire):
    """Whose card it is."""

    rep_id: Id = wire("uid", title="用户ID")


class CardAnswer(TypedDict):
    """The one card that was asked for, in a list."""

    ret_data: list[CardRow]
    data_count: int


@endpoint(
    "GET",
    "/zhugeleida/xiaochengxu/mingpian",
    caller=MiniCustomer,
    params=CardParams,
    success="查询成功",
)
async def view_card(call: Call[MiniCustomer], given: CardParams) -> CardAnswer:
    """Show a rep's card to the caller, which counts and logs the view."""
    card = await call.services.cards.view(call.caller, given.rep_id)
    return {"ret_data": [card_row(card)], "data_count": 1}


class ColleagueRow(TypedDict):
    """A rep that the caller belongs to (002-xiaochengxu-v1.md:511)."""

    id: int
    username: str
    source: str
    avatar: str
    company: str
    position: str
    email: str
    mingpian_phone: str
    create_date: str | None


class ColleaguesAnswer(TypedDict):
    """All reps that the caller belongs to, the newest bond first."""

    ret_data: list[ColleagueRow]
    data_count: int


@endpoint(
    "GET",
    "/zhugeleida/xiaochengxu/mingpian/all",
    caller=MiniCustomer,
    success="查询成功",
)
async def list_cards(call: Call[MiniCustomer]) -> ColleaguesAnswer:
    """List the cards of all reps that the caller belongs to."""
    found = await cards.of_customer(call.caller)
    rows: list[ColleagueRow] = [
        {
            "id": row.id,
            "username": row.shown_name,
            "source": SOURCE_LABELS.get(source, ""),
            "avatar": row.avatar or DEFAULT_REP_AVATAR,
            "company": row.company_name,
            "position": row.position,
            "email": row.email,
            "mingpian_phone": cards.card_phone(row),
            "create_date": iso_ms(bound_at),
        }
        for row, source, bound_at in found
    ]
    return {"ret_data": rows, "data_count": len(rows)}


@endpoint(
    "GET",
    "/zhugeleida/xiaochengxu/mingpian/calling",
    caller=MiniCustomer,
    params=CardParams,
    success="记录日志成功",
)
async def note_call(call: Call[MiniCustomer], given: CardParams) -> None:
    """Log that the caller rings the rep up."""
    await call.services.cards.note(call.caller, given.rep_id, deeds.CALL)


@endpoint(
    "GET",
    "/zhugeleida/xiaochengxu/mingpian/save_wechat",
    caller=MiniCustomer,
    params=CardParams,
    success="记录日志成功",
)
async def note_wechat_copied(call: Call[MiniCustomer], given: CardParams) -> None:
    """Log that the caller has copied the rep's WeChat name."""
    await call.services.cards.note(call.caller, given.rep_id, deeds.SAVE_WECHAT)


@endpoint(
    "GET",
    "/zhugeleida/xiaochengxu/mingpian/save_phone",
    caller=MiniCustomer,
    params=CardParams,
    success="记录日志成功",
)
async def note_phone_saved(call: Call[MiniCustomer], given: CardParams) -> None:
    """Log that the caller has saved the rep's phone number (decisions section 5)."""
    await call.services.cards.note(call.caller, given.rep_id, deeds.SAVE_PHONE)


@endpoint(
    "GET",
    "/zhugeleida/xiaochengxu/mingpian/forward",
    caller=MiniCustomer,
    params=CardParams,
    success="记录日志成功",
)
async def note_forward(call: Call[MiniCustomer], given: CardParams) -> None:
    """Log and count that the caller has forwarded the card."""
    await call.services.cards.note(call.caller, given.rep_id, deeds.FORWARD)


class PosterOutline(TypedDict):
    """What stands on a poster (002-xiaochengxu-v1.md:780)."""

    user_id: int
    user_avatar: str
    username: str
    position: str
    mingpian_phone: str
    company: str
    qr_code_url: str


@endpoint(
    "GET",
    "/zhugeleida/xiaochengxu/mingpian/create_poster",
    caller=MiniCustomer,
    params=CardParams,
    success="请求成功",
)
async def outline_poster(call: Call[MiniCustomer], given: CardParams) -> list[PosterOutline]:
    """Tell what stands on the card's poster, for a client that draws it; the list has one row."""
    outline = await call.services.posters.outline(call.caller, given.rep_id)
    row = outline.row
    return [
        {
            "user_id": row.id,
            "user_avatar": row.shown_avatar or DEFAULT_REP_AVATAR,
            "username": row.shown_name,
            "position": row.position,
            "mingpian_phone": outline.phone,
            "company": row.company_name,
            "qr_code_url": outline.code_url,
        }
    ]


class PosterAnswer(TypedDict):
    """Whose poster it is, and where (002-xiaochengxu-v1.md:830)."""

    user_id: str
    poster_url: str


@endpoint(
    "GET",
    "/zhugeleida/xiaochengxu/mingpian/save_poster",
    caller=MiniCustomer,
    params=CardParams,
    success="请求成功",
)
async def save_poster(call: Call[MiniCustomer], given: CardParams) -> PosterAnswer:
    """Draw the card's poster and log that the caller saves it."""
    url = await call.services.posters.save(call.caller, given.rep_id)
    return {"user_id": str(given.rep_id), "poster_url": url}


class PraiseState(TypedDict):
    """The card's praise after the call."""

    praise_num: int
    is_praise: bool


class PraiseAnswer(TypedDict):
    """Beyond the documents: the state that the call has led to."""

    ret_data: PraiseState


@endpoint(
    "GET",
    "/zhugeleida/xiaochengxu/mingpian/praise",
    caller=MiniCustomer,
    params=CardParams,
    success="记录日志成功",
)
async def toggle_praise(call: Call[MiniCustomer], given: CardParams) -> PraiseAnswer:
    """Find the rep reliable, or take that back."""
    is_up, count = await call.services.cards.toggle_praise(call.caller, given.rep_id)
    return {"ret_data": {"praise_num": count, "is_praise": is_up}}


class SignState(TypedDict):
    """The signature's praise after the call (002-xiaochengxu-v1.md:731)."""

    sign_num: int
    is_sign: bool


class SignAnswer(TypedDict):
    """The state that the call has led to."""

    ret_data: SignState


@endpoint(
    "GET",
    "/zhugeleida/xiaochengxu/mingpian/up_sign",
    caller=MiniCustomer,
    params=CardParams,
    success="记录日志成功",
)
async def praise_sign(call: Call[MiniCustomer], given: CardParams) -> SignAnswer:
    """Like the rep's signature; a second time changes nothing."""
    count = await call.services.cards.praise_sign(call.caller, given.rep_id)
    return {"ret_data": {"sign_num": count, "is_sign": True}}
