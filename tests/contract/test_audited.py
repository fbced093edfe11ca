"""Which calls stand in the audit log: ``audited.txt`` is the review of a change (make routes)."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from handlers.endpoint import Endpoint, collect
from services.principals import AdminRep

AUDITED = Path(__file__).parent / "audited.txt"
HEAD = "# function  why (rule: a POST of the back office or of a manager; said: its declaration)\n"
SECRETS = re.compile("^pass|secret|key|token|miyao|^code$", re.IGNORECASE)


def lines() -> list[str]:
    """Every audited endpoint, one a line, and those that say that they are not."""
    found = []
    for each in collect():
        why = {None: "rule", True: "said", False: "not, as it says"}[each.audited]
        if each.is_audited or each.audited is False:
            found.append(f"{each.name}  {why}")
    return sorted(found)


AUDITED_ENDPOINTS = [each for each in collect() if each.is_audited]


def test_the_audited_calls_are_as_agreed() -> None:
    text = HEAD + "".join(f"{line}\n" for line in lines())
    if "ZHUGE_WRITE_ROUTES" in os.environ:
        AUDITED.write_text(text, encoding="utf-8")
    agreed = AUDITED.read_text(encoding="utf-8")
    assert text.splitlines() == agreed.splitlines(), "after a wanted change: make routes"


def test_no_change_by_a_manager_is_without_an_entry() -> None:
    changes = {
        each.name
        for each in collect()
        if each.method == "POST" and (each.family == "admin" or AdminRep in each.callers)
    }
    left_out = {each.name for each in collect() if each.audited is False}
    assert changes - left_out == {
        each.name for each in AUDITED_ENDPOINTS if each.method == "POST" and each.audited is None
    } | {each.name for each in AUDITED_ENDPOINTS if each.name in changes}


def test_every_login_and_logout_of_a_rep_has_an_entry() -> None:
    logins = {"admin.login.log_in", "qiyeweixin.work_weixin_auth.log_in"}
    logouts = {"admin.logout.log_out", "qiyeweixin.logout.log_out"}
    assert logins | logouts <= {each.name for each in AUDITED_ENDPOINTS}


@pytest.mark.parametrize("each", AUDITED_ENDPOINTS, ids=lambda each: each.name)
def test_what_sounds_like_a_secret_is_declared_as_one(each: Endpoint) -> None:
    shown = each.params.shown if each.params else {}
    assert [name for name, is_shown in shown.items() if is_shown and SECRETS.search(name)] == []
