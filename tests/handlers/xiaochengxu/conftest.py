"""What the tests of the mini program's calls share."""

from tests.handlers.xiaochengxu.simulator import simulator

__all__ = ["simulator"]
