"""What the tests of the official account's calls share."""

from tests.handlers.xiaochengxu.simulator import simulator

__all__ = ["simulator"]
