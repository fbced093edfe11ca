"""Posters of cards: what stands on them, and the finished picture (semantics 7.2)."""

from __future__ import annotations

from dataclasses import dataclass

from models import customer as customers
from models import own_card as queries
from models import staff
from models.staff import CardRow
from services import cards, deeds
from services.cards import Cards
from services.errors import Invalid, NotFound, UpstreamAway
from services.media.poster_files import Poster, PosterFiles
from services.media.posters import Written
from services.mini_codes import MiniCodes
from services.principals import MiniCustomer, Rep


@dataclass(frozen=True, slots=True)
class Outline:
    """What a client needs to draw the poster itself; ``code_url`` is empty without a code."""

    row: CardRow
    phone: str
    code_url: str


class Posters:
    """Makes the posters with which customers and reps hand cards on."""

    def __init__(self, shown: Cards, mini_codes: MiniCodes, files: PosterFiles) -> None:
        self._cards = shown
        self._mini_codes = mini_codes
        self._files = files

    async def outline(self, customer: MiniCustomer, rep_id: int) -> Outline:
        """Tell what stands on a poster.

        The pair's own code is made when there is none; when it cannot be, the rep's has to do.

        Raises:
            NotFound: no such rep in the customer's company (decisions T11).
        """
        row = await cards.of_colleague(customer, rep_id)
        try:
            code_url = await self._mini_codes.make_for(customer, rep_id)
        except (UpstreamAway, Invalid):
            code_url = (await queries.own_facts(rep_id)).qr_code
        return Outline(row, cards.card_phone(row), code_url)

    async def save(self, customer: MiniCustomer, rep_id: int) -> str:
        """Draw the poster, unless it is there as it should be, and log that it was saved.

        A customer that is not the rep's gets one with the rep's own code, which no bond keeps.

        Returns:
            its address, relative to the server's root.

        Raises:
            NotFound: no such rep in the customer's company.
            Invalid: the company has no mini program.
            UpstreamAway: WeChat does not draw the code that stands on it; nothing has changed.
            Unavailable: it cannot be drawn now.
        """
        row = await cards.of_colleague(customer, rep_id)
        is_bound = await customers.is_bound(rep_id, customer.id)
        code_url = await self._mini_codes.make_for(customer, rep_id)
        owner = (rep_id, customer.id) if is_bound else (rep_id,)
        url = await self._files.keep(owner, _poster(row, code_url))
        if is_bound:
            await queries.set_poster(rep_id, customer.id, url)
        await self._cards.note(customer, rep_id, deeds.SAVE_POSTER)
        return url

    async def own(self, rep: Rep) -> str:
        """Draw a rep's own poster, with its own code, unless it is there as it should be.

        Returns:
            its address, relative to the server's root.

        Raises:
            NotFound: the rep was deleted just now.
            Invalid: the company has no mini program.
            UpstreamAway: WeChat does not draw the code that stands on it.
            Unavailable: it cannot be drawn now.
        """
        row = (await staff.cards([rep.id])).get(rep.id)
        if row is None:
            raise NotFound
        code_url = await self._mini_codes.make(rep, None)
        return await self._files.keep((rep.id,), _poster(row, code_url))


def _poster(row: CardRow, code_url: str) -> Poster:
    written = Written(row.shown_name, row.position, cards.card_phone(row), row.company_name)
    return Poster(written, row.shown_avatar, code_url)
