"""The rep's side, by the API, of what happens on a customer's phone."""

from __future__ import annotations

from tests.api import Api, Caller
from tests.console.conftest import PASSWORD


async def log_in_manager(api: Api) -> Caller:
    """Log in the rep of the demo that manages its company."""
    form = {"username": "demo-rep-1", "password": PASSWORD}
    data = (await api.post("/zhugeleida/admin/login", form)).data
    return Caller(data["user_id"], data["token"], "rep")


async def radar(api: Api, rep: Caller, length: int = 1) -> list[str]:
    """What a rep's radar tells first."""
    path = "/zhugeleida/qiyeweixin/action/time"
    answer = await api.get(path, {"length": length}, caller=rep)
    return [row["log"] for row in answer.data["ret_data"]]
