"""What notices say, whatever people are called."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from services.notices.texts import new_message, one_line, several_lines, unread_fields

MOMENT = datetime(2026, 11, 5, 16, 30, 9, tzinfo=UTC)


def test_a_message_is_told_with_the_customers_name() -> None:
    assert new_message("周女士") == "【周女士】:发送给您一条新消息，请点击查看!"


def test_the_template_tells_rep_time_and_text() -> None:
    assert unread_fields(("thing1", "date2", "thing3"), "许文清", MOMENT) == {
        "thing1": "许文清",
        "date2": "2026-11-06 00:30:09",
        "thing3": "您有未读消息,点击小程序查看哦",
    }


@pytest.mark.parametrize("name", ["", " \n ", "\u200b"])
def test_a_rep_without_a_visible_name_has_one_in_the_template(name: str) -> None:
    assert unread_fields(("thing1", "time2", "thing3"), name, MOMENT)["thing1"] == "您的顾问"


def test_a_long_name_is_cut_between_characters() -> None:
    assert one_line("许" * 20, 20) == "许" * 20
    assert one_line("🪑" * 21, 20) == "🪑" * 19 + "…"


def test_a_name_stays_on_its_line() -> None:
    assert one_line("周\n女士\u2028\t1", 20) == "周 女士 1"


def test_lines_fit_into_what_wecom_takes() -> None:
    lines = ["🪑" * 500] * 10
    text = several_lines(lines, 10)
    assert len(text.encode()) <= 2048
    *shown, end = text.split("\n")
    assert (set(shown), end) == ({"🪑" * 119 + "…"}, "等 10 条")


def test_lines_that_fit_are_all_there() -> None:
    assert several_lines(["一", "二"], 2) == "一\n二"


def test_a_name_is_no_link() -> None:
    text = several_lines(['<a href="https://evil.example">周女士</a>拨打您的手机'], 1)
    assert "<" not in text
    assert ">" not in text
