"""An OpenAI-compatible server that fails on purpose, to try what a client makes of it: `python -m tests.faults`."""

from tests.faults.server import FAULTS, FaultServer

__all__ = ["FAULTS", "FaultServer"]
