"""The simulator as a process of its own: ``python -m services.wechat.simulator --port P``.

It says where it listens on its first line of output, takes orders as ``control`` describes, and
ends on SIGTERM.
"""

from __future__ import annotations

import argparse
import asyncio
import signal
import sys
import tempfile
from pathlib import Path

from services.wechat.simulator.app import served
from services.wechat.simulator.control import make_peer


async def main(port: int) -> None:
    """Serve until SIGTERM or SIGINT."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    with tempfile.TemporaryDirectory(prefix="simulator-") as directory:
        async with served(make_peer(Path(directory)), port) as url:
            sys.stdout.write(f"simulator listening on {url}\n")
            sys.stdout.flush()
            await stop.wait()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m services.wechat.simulator")
    parser.add_argument("--port", type=int, default=0, help="0 for any that is free")
    asyncio.run(main(parser.parse_args().port))
