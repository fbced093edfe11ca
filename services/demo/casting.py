"""Who plays in the demo: whose phones can be looked at, side by side."""

from __future__ import annotations

from functools import lru_cache
from typing import TypedDict

from services.demo import texts
from services.demo.texts import Facts


class RepPart(TypedDict):
    """A rep, and the name that it signs in with."""

    id: int
    username: str
    company_id: int
    name: str
    company: str


class CustomerPart(TypedDict):
    """A customer of the mini program, its code, and the reps that it knows."""

    code: str
    name: str
    reps: list[int]


class Cast(TypedDict):
    """All of them, in the order of their ids."""

    reps: list[RepPart]
    customers: list[CustomerPart]


@lru_cache
def cast() -> Cast:
    """Name the reps and the mini program's customers of the demo data."""
    companies = texts.companies()
    return {
        "reps": [_rep(facts, rep) for facts in companies for rep in facts["reps"]],
        "customers": [
            _customer(facts, customer)
            for facts in companies
            for customer in facts["customers"]
            if "follower" not in customer  # who has come through the official account
        ],
    }


def _rep(facts: Facts, rep: Facts) -> RepPart:
    company = facts["company"]
    return {
        "id": rep["id"],
        "username": f"demo-rep-{rep['id']}",
        "company_id": company["id"],
        "name": rep["name"],
        "company": company["name"],
    }


def _customer(facts: Facts, customer: Facts) -> CustomerPart:
    number = customer["id"]
    return {
        "code": f"demo-customer-{number}",
        "name": customer["name"],
        "reps": [bond["rep"] for bond in facts["bonds"] if bond["customer"] == number],
    }
