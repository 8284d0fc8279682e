"""Run the server by hand: `python -m tests.faults "slow drip"`, then set OPENAI_BASE_URL to the address it prints."""

import sys
import threading

from tests.faults.server import FaultServer

with FaultServer(sys.argv[1:] or ["ok"]) as server:
    print(server.url, flush=True)  # noqa: T201
    threading.Event().wait()
