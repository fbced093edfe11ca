"""Plays WeChat and WeChat Work over HTTP: the demo runs it inside the server, tests beside it."""

from services.wechat.simulator.app import make_simulator, served
from services.wechat.simulator.faults import Fault, Faults, ReceivedCall
from services.wechat.simulator.pay import add_pay, make_desk

__all__ = ["Fault", "Faults", "ReceivedCall", "add_pay", "make_desk", "make_simulator", "served"]
