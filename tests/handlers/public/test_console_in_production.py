"""The pages where nothing is a demo."""

from __future__ import annotations

import pytest

from conf.settings import Settings
from tests.api import Api


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """The demo's settings, in production."""
    return settings.model_copy(update={"profile": "production"})


async def test_nobody_may_show_the_console_inside_another_page(api: Api) -> None:
    page = await api.fetch("GET", "/console/")
    assert "frame-ancestors 'none'" in page.headers["Content-Security-Policy"]
    assert page.headers["X-Frame-Options"] == "DENY"


async def test_the_stage_sends_on_to_the_console(api: Api) -> None:
    answer = await api.fetch("GET", "/", follow_redirects=False)
    assert (answer.code, answer.headers["Location"]) == (302, "/console/")


async def test_nobody_has_a_customers_phone(api: Api) -> None:
    assert (await api.fetch("GET", "/phone/")).code == 404
