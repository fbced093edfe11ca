"""The export of everything that is kept about one customer."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Final

from models import customer_export as queries
from models.customer_export import Row as Row
from services.erasures import require_own
from services.principals import AdminRep

PAGE: Final = 500


async def profile(rep: AdminRep, customer_id: int) -> Row:
    """Read what a customer's own row says.

    Raises:
        NotFound: there is none, or it is not of the rep's company.
    """
    await require_own(rep, customer_id)
    return await queries.profile(customer_id)


async def parts(customer_id: int, length: int = PAGE) -> AsyncIterator[tuple[str, list[Row]]]:
    """Read everything else, page by page: the name of the part, and rows of it.

    Each page is a statement of its own, so nobody waits for a long export; what is written while it
    runs may be in it or not. Every part comes at least once, if only without rows.
    """
    for part in queries.PARTS:
        yield part.name, []
        async for page in queries.pages(part, customer_id, length):
            yield part.name, page
    yield "messages", []
    for conversation_id, rep_id in await queries.conversations(customer_id):
        async for page in queries.messages(conversation_id, length):
            yield "messages", [{"rep_id": rep_id, **row} for row in page]
    yield "actions", []
    for rep_id in await queries.rep_ids(customer_id):
        async for page in queries.actions(customer_id, rep_id, length):
            yield "actions", [{"rep_id": rep_id, **row} for row in page]
