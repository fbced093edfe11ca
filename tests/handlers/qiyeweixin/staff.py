"""An office: a company with the rep that manages it, and calls that this rep signs."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from services.companies import FIRST_COMPANY
from tests.api import Answer, Api, Caller
from tests.factories import make_admin, make_company, session_for

_numbers = itertools.count(1)


@dataclass(frozen=True)
class Office:
    """A company and its administrator."""

    api: Api
    company: Any
    admin: Any
    caller: Caller

    async def get(
        self, path: str, query: Mapping[str, object] | None = None, *, caller: Any = None
    ) -> Answer:
        """Make a GET as the administrator, or as another rep."""
        signer = await session_for(caller) if caller is not None else self.caller
        return await self.api.get(path, query or {}, caller=signer)

    async def post(self, path: str, body: Mapping[str, object] | None = None) -> Answer:
        """Make a POST as the administrator."""
        return await self.api.post(path, body or {}, caller=self.caller)


async def make_office(
    api: Api, *, platform: bool = False, username: str | None = None, **values: object
) -> Office:
    """Make a company with an administrator.

    Args:
        platform: whether it is the first company, which manages all.
        username: the administrator's.
        values: the company's.
    """
    number = FIRST_COMPANY if platform else FIRST_COMPANY + next(_numbers)
    company = await make_company(id=number, **values)
    admin = await make_admin(company, **({"username": username} if username else {}))
    return Office(api, company, admin, await session_for(admin))
