"""Blanks around what a list is searched for do not count, in every list."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from handlers.wire import Page, WholePage, Wire
from tests.contract.test_routes import SCHEMAS, full_name

BLANKS = " 甲\t"


def read(schema: type[Wire], field: str) -> object:
    """What a field makes of blanks around a text, or None where it takes no such text."""
    made = schema.model_construct()
    try:
        schema.__pydantic_validator__.validate_assignment(made, field, BLANKS)
    except ValidationError:
        return None
    return getattr(made, field)


SEARCHES = [
    (schema, field)
    for schema in SCHEMAS
    if issubclass(schema, (Page, WholePage))
    for field in schema.model_fields
    if isinstance(read(schema, field), str)
]


@pytest.mark.parametrize(
    ("schema", "field"),
    SEARCHES,
    ids=[f"{full_name(schema)}-{field}" for schema, field in SEARCHES],
)
def test_blanks_around_what_is_looked_for_do_not_count(schema: type[Wire], field: str) -> None:
    assert read(schema, field) == "甲"
