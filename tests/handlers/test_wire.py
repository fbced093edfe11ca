"""How parameters are read from the wire: lists, days, complaints."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from handlers.wire import Day, FilePart, Ids, Wire, read, wire
from services.errors import BadType, Invalid


class Params(Wire):
    """Parameters with a list and a day."""

    tag_ids: Ids = wire("tag_list", title="标签")
    others: Ids | None = wire("others", title="其他", default=None)
    day: Day | None = wire("day", title="日期", default=None)


def tag_ids(value: Any) -> list[int]:
    """Read a list of ids."""
    params = read(Params, {"tag_list": value})
    assert isinstance(params, Params)
    return params.tag_ids


@pytest.mark.parametrize(
    "value", ["[2, 3]", "2,3", ["2", "3"], [2, 3], "[2, 3, 2]", '["2","3"]', "2, 3 "]
)
def test_a_list_may_be_json_or_numbers_behind_commas_or_repeated(value: Any) -> None:
    assert tag_ids(value) == [2, 3]


def test_an_empty_list_is_a_value() -> None:
    assert tag_ids("[]") == []


def test_an_id_that_is_out_of_range_is_one_that_nothing_has() -> None:
    assert tag_ids("[-1, 0, 9223372036854775808]") == [0]


@pytest.mark.parametrize(
    "value", ["[1", "[a]", "a", "1,b", "[1.5]", '["a"]', "1_0", '["1.0"]', "1,", "[[1]]", {"a": 1}]
)
def test_what_is_no_list_of_ids_is_refused_as_a_type(value: Any) -> None:
    with pytest.raises(BadType) as caught:
        tag_ids(value)
    assert caught.value.errors.keys() == {"tag_list"}


@pytest.mark.parametrize("value", [True, 2.0, [True], [5.0], "[true]", "[5.0]"])
def test_what_json_does_not_call_an_integer_is_none(value: Any) -> None:
    with pytest.raises(BadType):
        tag_ids(value)


def test_a_list_has_a_bound() -> None:
    with pytest.raises(Invalid, match="标签不能超过500项"):
        tag_ids(list(range(501)))


def test_lists_are_known_by_their_names_on_the_wire() -> None:
    assert Params.lists == {"tag_list", "others"}


@pytest.mark.parametrize("text", ["2018-06-01", "2018-6-1", " 2018-06-1 "])
def test_a_day_may_leave_its_zeros_out(text: str) -> None:
    params = read(Params, {"tag_list": "1", "day": text})
    assert isinstance(params, Params)
    assert params.day == date(2018, 6, 1)


@pytest.mark.parametrize("text", ["2018-13-40", "06-01", "2018-06-01T00:00", "0000-01-01", "x", 5])
def test_what_is_no_day_is_refused_as_a_type(text: Any) -> None:
    with pytest.raises(BadType, match="日期不是正确的日期"):
        read(Params, {"tag_list": "1", "day": text})


class FileParams(Wire):
    """Parameters with a file."""

    file: FilePart = wire("file", "img_data", title="文件")
    picture: FilePart | None = wire("picture", title="图片", default=None)


def test_files_are_known_by_their_names_on_the_wire() -> None:
    assert FileParams.files == {"file", "img_data", "picture"}
    assert not FileParams.lists


def test_the_content_of_a_file_is_taken_as_it_is() -> None:
    params = read(FileParams, {"img_data": b"\x00\xff"})
    assert isinstance(params, FileParams)
    assert (params.file, params.picture) == (b"\x00\xff", None)


@pytest.mark.parametrize("value", ["text", 1, ["a"]])
def test_what_is_no_file_is_refused_as_a_type(value: Any) -> None:
    with pytest.raises(BadType, match="文件格式不正确"):
        read(FileParams, {"file": value})
