"""Draws the posters that docs/API.md shows: ``make posters``."""

from __future__ import annotations

import io
from pathlib import Path

from PIL import Image

from services.demo.pictures import render
from services.media.fonts import Fonts
from services.media.lettering import Pen
from services.media.posters import Written, draw_poster
from services.wechat.simulator.codes import draw_code

FOLDER = Path(__file__).parent
LONG = Written(
    "欧阳若曦 Alexandrina Montgomery-Featherstone",
    "全屋定制与软装搭配高级设计顾问",
    "13800000001",
    "杭州晨光全屋定制家居装饰设计工程股份有限公司西湖区文三路旗舰展厅",
)
EMOJI = Written("周明🌿☕👍🏽", "金牌设计师 👨‍👩‍👧", "13800000002", "🏡 晨光全屋定制")
CODE_WIDTH = 430


def main() -> None:
    """Draw them beside this file."""
    pen = Pen(Fonts())
    code = Image.open(io.BytesIO(draw_code("/pages/mingpian/index?uid=1&source=1", CODE_WIDTH)))
    for name, written, face in (
        ("poster_long_name.png", LONG, "woman:3"),
        ("poster_emoji.png", EMOJI, "man:1"),
    ):
        (FOLDER / name).write_bytes(draw_poster(written, render(face), code, pen))


if __name__ == "__main__":
    main()
