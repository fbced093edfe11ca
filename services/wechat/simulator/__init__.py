"""Plays WeChat and WeChat Work over HTTP: the demo runs it inside the server, tests beside it."""

from services.wechat.simulator.app import make_simulator, served
from services.wechat.simulator.faults import Fault, Faults, ReceivedCall

__all__ = ["Fault", "Faults", "ReceivedCall", "make_simulator", "served"]
