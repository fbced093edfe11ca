"""Who the simulator knows, and tokens that every simulator can check without having issued them.

Nothing is stored: a token carries what it stands for, its end and a signature, so the simulators of
several processes understand each other. The key is no secret; there is nothing to protect.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import time
from enum import Enum
from typing import Final

KEY: Final = b"simulator"
TOKEN_SECONDS: Final = 7200

MINI_PROGRAM: Final = re.compile(r"wx-demo-[1-9]\d*", re.ASCII)
OFFICIAL_ACCOUNT: Final = re.compile(r"wx-gzh-demo-[1-9]\d*", re.ASCII)
APP: Final = re.compile(f"{MINI_PROGRAM.pattern}|{OFFICIAL_ACCOUNT.pattern}", re.ASCII)
CORP: Final = re.compile(r"ww-demo-[1-9]\d*", re.ASCII)
CUSTOMER_CODE: Final = re.compile(r"demo-customer-([1-9]\d*)", re.ASCII)
FOLLOWER: Final = re.compile(r"gzh-demo-customer-([1-9]\d*)", re.ASCII)
MEMBER_CODE: Final = re.compile(r"demo-rep-([1-9]\d*)", re.ASCII)


class TokenState(Enum):
    """What a token turns out to be."""

    GOOD = "good"
    UNKNOWN = "unknown"
    EXPIRED = "expired"


def issue_token(holder: str, expires_at: int | None = None) -> str:
    """Make an access token for an appid or corp id; ``expires_at`` is in seconds since 1970."""
    end = int(time.time()) + TOKEN_SECONDS if expires_at is None else expires_at
    return _signed(f"{holder}.{end}")


def check_token(token: str, holders: re.Pattern[str]) -> TokenState:
    """Check an access token of one of these holders."""
    holder, _, end = _unsigned(token).partition(".")
    if not holders.fullmatch(holder):
        return TokenState.UNKNOWN
    return TokenState.GOOD if time.time() < int(end) else TokenState.EXPIRED


def token_holder(token: str) -> str:
    """Say whose an access token is that has been found good."""
    return _unsigned(token).partition(".")[0]


def issue_ticket(userid: str) -> str:
    """Make the ticket with which the details of a member are asked for."""
    return _signed(f"{userid}.ticket")


def ticket_member(ticket: str) -> re.Match[str] | None:
    """The member that a ticket is for, the number as group 1; None if it is not a ticket."""
    userid, _, kind = _unsigned(ticket).partition(".")
    return MEMBER_CODE.fullmatch(userid) if kind == "ticket" else None


def issue_grant(openid: str) -> str:
    """Make the token with which the profile of a follower of an official account is asked for."""
    return _signed(f"{openid}.grant")


def grant_follower(grant: str) -> re.Match[str] | None:
    """The follower that a grant is of, the number as group 1; None if it is not a grant."""
    openid, _, kind = _unsigned(grant).partition(".")
    return FOLLOWER.fullmatch(openid) if kind == "grant" else None


def session_key(openid: str) -> str:
    """The session key of a customer, always the same (decisions S3)."""
    return base64.b64encode(hashlib.md5(openid.encode()).digest()).decode()


def _signed(text: str) -> str:
    return f"{text}.{hmac.new(KEY, text.encode(), hashlib.sha256).hexdigest()}"


def _unsigned(signed: str) -> str:
    """The text that was signed, or nothing if it was not."""
    text, _, _ = signed.rpartition(".")
    return text if signed == _signed(text) else ""
