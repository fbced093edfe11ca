"""A rep's own card: what the rep writes on it, and its photos."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from models.base import to_ms
from models.database import execute, fetch_all, for_update, insert_many
from models.staff import PhotoKind, Rep

PHOTO_COLUMNS = ("rep_id", "kind", "photo_url", "position", "created_at")


@dataclass(frozen=True, slots=True)
class OwnFacts:
    """What only the rep itself sees of its card."""

    telephone: str
    country: int | None
    qr_code: str


async def own_facts(rep_id: int) -> OwnFacts:
    """Read what only the rep sees."""
    rows = await fetch_all("SELECT telephone, country, qr_code FROM rep WHERE id = %s", (rep_id,))
    return OwnFacts(*rows[0])


async def write(rep_id: int, changes: Mapping[str, object]) -> None:
    """Change columns of a rep's card."""
    await Rep.update(**changes).where(Rep.id == rep_id).aio_execute()


async def set_qr_code(rep_id: int, url: str) -> None:
    """Note where a rep's mini-program code is."""
    await execute("UPDATE rep SET qr_code = %s WHERE id = %s AND qr_code <> %s", (url, rep_id, url))


async def set_bond_qr_code(rep_id: int, customer_id: int, url: str) -> None:
    """Note where the mini-program code is with which a customer hands a rep's card on."""
    await execute(
        "UPDATE bond SET qr_code = %s WHERE customer_id = %s AND rep_id = %s AND qr_code <> %s",
        (url, customer_id, rep_id, url),
    )


async def set_poster(rep_id: int, customer_id: int, url: str) -> None:
    """Note where the poster is with which a customer hands a rep's card on, if it is the rep's."""
    await execute(
        "UPDATE bond SET poster_url = %s WHERE customer_id = %s AND rep_id = %s"
        " AND poster_url <> %s",
        (url, customer_id, rep_id, url),
    )


async def lock_photos(rep_id: int) -> int:
    """Keep others from adding photos to a rep until the transaction ends, and count them."""
    await fetch_all(f"SELECT id FROM rep WHERE id = %s{for_update()}", (rep_id,))
    ((count,),) = await fetch_all(
        "SELECT COUNT(*) FROM rep_photo WHERE rep_id = %s AND kind = %s", (rep_id, PhotoKind.PHOTO)
    )
    return int(count)


async def add_photo(rep_id: int, url: str, moment: datetime) -> int:
    """Write a photo of a rep and return its id."""
    row = (rep_id, PhotoKind.PHOTO, url, None, to_ms(moment))
    (photo_id,) = await insert_many("rep_photo", PHOTO_COLUMNS, [row])
    return photo_id


async def lock_photo(photo_id: int, rep_id: int) -> str | None:
    """Lock a photo of a rep until the transaction ends, and give its address."""
    rows = await fetch_all(
        "SELECT photo_url FROM rep_photo WHERE id = %s AND rep_id = %s AND kind = %s"
        f"{for_update()}",
        (photo_id, rep_id, PhotoKind.PHOTO),
    )
    return rows[0][0] if rows else None


async def delete_photo(photo_id: int) -> None:
    """Delete a photo."""
    await execute("DELETE FROM rep_photo WHERE id = %s", (photo_id,))
