"""The rep's own card: what it says, and its photos."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from models import own_card as queries
from models import staff
from models.base import now
from models.database import atomic, retry_on_deadlock
from models.own_card import OwnFacts
from services.cards import Card, card_phone
from services.errors import Invalid, NotFound
from services.media.chunks import Task
from services.media.files import Files
from services.media.uploads import Uploads
from services.principals import Rep

MOST_PHOTOS: Final = 100


@dataclass(frozen=True, slots=True)
class OwnCard:
    """A card as customers see it, and what only its rep sees; ``phone`` also when it is hidden."""

    shown: Card
    facts: OwnFacts
    phone: str


async def read(rep: Rep) -> OwnCard:
    """Show a rep its own card, which is no view of it."""
    row = (await staff.cards([rep.id]))[rep.id]
    photos = (await staff.photos([rep.id]))[rep.id]
    card = Card(row, card_phone(row), photos, is_praised=False, is_sign_praised=False)
    return OwnCard(card, await queries.own_facts(rep.id), row.card_phone or row.bound_phone)


async def write(rep: Rep, changes: Mapping[str, object]) -> None:
    """Change what a card says.

    Args:
        changes: by name of what is to be changed, as ``models.staff.Rep`` names it; the rest stays.
    """
    await queries.write(rep.id, changes)


async def photos(rep: Rep) -> list[tuple[int, str]]:
    """List the photos of a card, oldest first: their ids and addresses."""
    return (await staff.photos([rep.id]))[rep.id]


async def add_photo(rep: Rep, uploads: Uploads, task: Task) -> tuple[int, str]:
    """Make a photo of a complete upload.

    Returns:
        its id and its address.

    Raises:
        NoTask: the rep has no such upload.
        Invalid: a chunk is missing, it is no picture, or the card has enough photos.
    """
    async with uploads.picture(task) as url:
        return await _add_photo(rep, url), url


async def delete_photo(rep: Rep, files: Files, photo_id: int) -> None:
    """Delete a photo of the rep's own card, with its file.

    Raises:
        NotFound: there is none with this id.
    """
    await files.remove_upload(await _delete_photo(rep, photo_id))


@retry_on_deadlock
async def _add_photo(rep: Rep, url: str) -> int:
    async with atomic():
        if await queries.lock_photos(rep.id) >= MOST_PHOTOS:
            complaint = f"照片不能超过{MOST_PHOTOS}张"
            raise Invalid(complaint, {"file": complaint})
        return await queries.add_photo(rep.id, url, now())


@retry_on_deadlock
async def _delete_photo(rep: Rep, photo_id: int) -> str:
    async with atomic():
        url = await queries.lock_photo(photo_id, rep.id)
        if url is None:
            raise NotFound
        await queries.delete_photo(photo_id)
    return url
