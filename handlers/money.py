"""Money on the wire: yuan as text with at most two decimals; inside it is integer cents."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Annotated, Any, Final

from pydantic import BeforeValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

MOST_YUAN: Final = 10_000_000
_YUAN = re.compile(r"([0-9]{1,20})(?:\.([0-9]{1,20}))?")


def _cents(value: Any) -> int:
    # A float of JSON is refused: it may be another number than its client meant.
    text = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
    match = _YUAN.fullmatch(text) if isinstance(text, str) else None
    if match is None:
        raise PydanticCustomError("money_invalid", "no amount of money")
    if len((match[2] or "").rstrip("0")) > 2:
        raise ValueError("金额最多保留两位小数")
    yuan = Decimal(text)
    if yuan > MOST_YUAN:
        raise ValueError(f"金额不能超过{MOST_YUAN}元")
    return int(yuan * 100)


Cents = Annotated[
    int,
    BeforeValidator(_cents),
    WithJsonSchema({"type": "string", "pattern": r"^\d+(\.\d{1,2})?$", "examples": ["45.90"]}),
]
"""An amount that came as yuan, in cents; no float has anything to do with it."""
