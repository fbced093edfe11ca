"""A card that can be handed on."""

from __future__ import annotations

from tests.app import App
from tests.contract.calls import Scene
from tests.factories import make_company, make_mini_program, make_pair


async def handed_on(app: App) -> Scene:
    """A rep and its customer in a company with a mini program."""
    company = await make_company()
    await make_mini_program(company)
    rep, customer = await make_pair(company)
    return {"rep": rep, "customer": customer}
