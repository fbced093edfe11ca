"""Addresses of pictures on the wire (semantics section 0)."""

from __future__ import annotations

from typing import Final
from urllib.parse import urljoin

DEFAULT_REP_AVATAR: Final = "statics/imgs/setAvator.jpg"
DEFAULT_CUSTOMER_AVATAR: Final = "statics/imgs/Avator.jpg"


def absolute(url: str, public_url: str) -> str:
    """Make the address of a file absolute; one that is so already stays."""
    return urljoin(f"{public_url}/", url)
