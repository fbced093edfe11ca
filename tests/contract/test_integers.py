"""An integer in a call is digits with or without a sign, in every field of every call (E2)."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from handlers.wire import Wire
from tests.contract.test_routes import SCHEMAS, full_name, wire_names

NO_INTEGERS = ["1_0", "1.0", " 1", "1 ", "1\n", "１", "0x1", "1e3", "+-1", "+"]


def is_refused_as_integer(schema: type[Wire], name: str, value: str) -> bool:
    """Whether a field says that what it got is no integer."""
    try:
        schema.model_validate({name: value})
    except ValidationError as error:
        kinds = [each["type"] for each in error.errors() if each["loc"][0] == name]
        return any(kind.startswith("int") for kind in kinds)
    return False


INTEGERS = [
    (schema, name)
    for schema in SCHEMAS
    for names in wire_names(schema).values()
    for name in names
    if is_refused_as_integer(schema, name, "no number")
]


@pytest.mark.parametrize(
    ("schema", "name"), INTEGERS, ids=[f"{full_name(schema)}-{name}" for schema, name in INTEGERS]
)
def test_what_is_no_plain_number_is_no_integer(schema: type[Wire], name: str) -> None:
    taken = [text for text in NO_INTEGERS if not is_refused_as_integer(schema, name, text)]
    is_list = name in schema.lists  # in a list blanks may stand behind commas
    assert [text for text in taken if not (is_list and text.strip() == "1")] == []


@pytest.mark.parametrize("text", ["1", "+1", "-1", "01"])
def test_a_sign_is_no_fault_of_form(text: str) -> None:
    refused = [name for schema, name in INTEGERS if is_refused_as_integer(schema, name, text)]
    assert refused == []
