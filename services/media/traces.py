"""The files that there are of one customer: its picture, and codes and posters of its pairs."""

from __future__ import annotations

import os
import re
from pathlib import Path

from services.media.files import AVATARS, CODES, PREFIXES
from services.media.poster_files import POSTERS


def remove_of_customer(data_dir: Path, customer_id: int) -> int:
    """Remove every file of a customer, whoever shows it or does no more, and count them."""
    wanted = [
        (data_dir / AVATARS, rf"{PREFIXES['customer']}_{customer_id}_\w+\.jpg"),
        (data_dir / CODES, rf"\d+_{customer_id}_[0-9a-f]+_qrcode\.jpg"),
        *(
            (folder, rf"\d+_{customer_id}_[0-9a-f]+_poster\.png")
            for folder in _folders(data_dir / POSTERS)
        ),
    ]
    return sum(_remove(folder, re.compile(name, re.ASCII)) for folder, name in wanted)


def _folders(folder: Path) -> list[Path]:
    return [one for one in folder.iterdir() if one.is_dir()] if folder.is_dir() else []


def _remove(folder: Path, name: re.Pattern[str]) -> int:
    if not folder.is_dir():
        return 0
    with os.scandir(folder) as entries:
        found = [Path(entry.path) for entry in entries if name.fullmatch(entry.name)]
    for path in found:
        path.unlink(missing_ok=True)
    return len(found)
