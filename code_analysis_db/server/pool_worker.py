"""A thread of a pool's lanes, and how it is put to sleep and woken."""

from __future__ import annotations

import threading
from typing import Callable, Optional

from .job import Job


class PoolWorker:
    """One thread.

    Attributes:
        job: the job that it runs.
    """

    def __init__(self, number: int, serve: Callable[["PoolWorker"], None]) -> None:
        """Make a thread that runs ``serve``, which gets this; it is not started.

        A lock is the cheapest thing that one thread can sleep on and another can wake
        it with.
        """
        self.job: Optional[Job] = None
        self._bell = threading.Lock()
        self._bell.acquire()
        self.sleep = self._bell.acquire
        self.wake = self._bell.release
        self._thread = threading.Thread(
            target=serve, args=(self,), name=f"connection-{number}", daemon=True
        )
        self.start = self._thread.start
        self.join = self._thread.join
        self.is_alive = self._thread.is_alive
