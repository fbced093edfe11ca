"""What the tests of the radar's calls share."""

from tests.handlers.xiaochengxu.simulator import simulator

__all__ = ["simulator"]
