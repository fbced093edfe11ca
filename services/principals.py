"""Who may call: reps and customers, as the signature shows them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rep:
    """A member of staff that has signed a call (雷达用户)."""

    id: int
    company_id: int
    role_id: int
    session_id: int


@dataclass(frozen=True, slots=True)
class AdminRep(Rep):
    """A rep with role 1 (管理员)."""


@dataclass(frozen=True, slots=True)
class MiniCustomer:
    """A customer of the mini program that has signed a call (客户, user_type 2)."""

    id: int
    company_id: int
    session_id: int


@dataclass(frozen=True, slots=True)
class OfficialCustomer:
    """A customer of the official account that has signed a call (客户, user_type 1)."""

    id: int
    company_id: int
    session_id: int


Customer = MiniCustomer | OfficialCustomer
Principal = Rep | Customer
