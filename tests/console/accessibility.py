"""What keeps people out of a page, found by axe-core, which the console's packages bring along."""

from __future__ import annotations

from typing import Final, Literal

from playwright.async_api import Page

from tests.source import ROOT

AXE: Final = ROOT / "static" / "console" / "node_modules" / "axe-core" / "axe.min.js"
THEMES: Final[dict[Literal["light", "dark"], dict[str, list[str]]]] = {
    "light": {},
    "dark": {"runOnly": ["color-contrast"]},
}
# A theme comes with the next frame, and colours that are inherited change one after another.
STILL: Final = """async () => {
    do {
        await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))
        await Promise.allSettled(document.getAnimations().map((each) => each.finished))
    } while (document.getAnimations().length)
}"""


async def findings(page: Page) -> list[str]:
    """Find what is serious on a page as it stands; in the dark, colours alone."""
    if not await page.evaluate("() => 'axe' in window"):
        await page.evaluate(AXE.read_text())
    found = []
    for scheme, rules in THEMES.items():
        await page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        await page.evaluate(STILL)
        options = {"resultTypes": ["violations"], **rules}
        result = await page.evaluate("options => axe.run(options)", options)
        found += [
            f"{scheme}: {each['id']}: {node['html'][:200]}"
            for each in result["violations"]
            if each["impact"] in ("serious", "critical")
            for node in each["nodes"]
        ]
    return found
