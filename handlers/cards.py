"""How a card looks on the wire, to the customer and to its rep."""

from __future__ import annotations

from typing_extensions import TypedDict

from handlers.pictures import DEFAULT_REP_AVATAR
from handlers.wire import iso_ms
from services.cards import Card


class Photo(TypedDict):
    """A photo of a rep."""

    id: int
    photo_url: str


class CardRow(TypedDict):
    """A card (002-xiaochengxu-v1.md:437)."""

    id: int
    username: str
    avatar: str
    mingpian_avatar: str
    company: str
    area: str
    address: str
    position: str
    email: str
    wechat: str
    mingpian_phone: str
    create_date: str | None
    popularity_num: int
    praise_num: int
    forward_num: int
    is_praise: bool
    sign: str
    is_sign: bool
    sign_num: int
    photo: list[Photo]


def card_row(card: Card) -> CardRow:
    """Write a card."""
    row = card.row
    return {
        "id": row.id,
        "username": row.shown_name,
        "avatar": row.avatar or DEFAULT_REP_AVATAR,
        "mingpian_avatar": row.shown_avatar or DEFAULT_REP_AVATAR,
        "company": row.company_name,
        "area": row.area or row.company_area,
        "address": row.address or row.company_address,
        "position": row.position,
        "email": row.email,
        "wechat": row.wechat,
        "mingpian_phone": card.phone,
        "create_date": iso_ms(row.created_at),
        "popularity_num": row.popularity,
        "praise_num": row.praise_count,
        "forward_num": row.forward_count,
        "is_praise": card.is_praised,
        "sign": row.sign,
        "is_sign": card.is_sign_praised,
        "sign_num": row.sign_praise_count,
        "photo": [{"id": number, "photo_url": url} for number, url in card.photos],
    }
