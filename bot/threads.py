"""Keeps the threads of matrix products out of each other's way."""

from __future__ import annotations

import threading
from functools import cached_property
from typing import Any


class OneThreadEach:
    """While it is entered, every thread of ours multiplies alone; nests, and is safe to enter from many threads.

    The library's own threads would compete with ours, and they spin while they wait for the next product: the small
    products of one question cost more than twice the processor time with two of them. The limit holds for the whole
    process, so the first to come sets it and the last to go lifts it.
    """

    def __init__(self) -> None:
        """Nothing is limited yet."""
        self._lock = threading.Lock()
        self._inside = 0
        self._limit: Any = None
        self._kept = False

    def __enter__(self) -> None:
        """Set the limit, unless it holds already."""
        with self._lock:
            if self._inside == 0:
                self._limit = self._libraries.limit(limits=1, user_api="blas")
            self._inside += 1

    def __exit__(self, *_: object) -> None:
        """Lift the limit when nobody needs it any more."""
        with self._lock:
            self._inside -= 1
            if self._inside == 0:
                self._limit.restore_original_limits()

    def keep(self) -> None:
        """Set the limit for the rest of the process, as a program does that answers many questions.

        Setting and lifting it for each question would cost more than it saves: the library ends and starts its
        threads each time.
        """
        with self._lock:
            if self._kept:
                return
            self._kept = True
        self.__enter__()

    @cached_property
    def _libraries(self) -> Any:
        import numpy as np  # noqa: F401  its library can only be found once it is loaded
        from threadpoolctl import ThreadpoolController

        return ThreadpoolController()


one_thread_each = OneThreadEach()
"""The one that the whole process shares."""
