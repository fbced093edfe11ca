"""What the tests of notices share: a simulator of WeChat, and a client of it."""

from tests.services.wechat.conftest import client, connect, faults, simulator

__all__ = ["client", "connect", "faults", "simulator"]
