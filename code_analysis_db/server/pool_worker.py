"""A thread of a pool's crew, and how it is put to sleep and woken."""

from __future__ import annotations

import queue
import threading
from typing import Callable


class PoolWorker:
    """One thread.

    Attributes:
        asleep: whether somebody has yet to wake it; the crew's lock guards it.
    """

    def __init__(self, number: int, live: Callable[["PoolWorker"], None]) -> None:
        """Make a thread that runs ``live``, which gets this; it is not started."""
        self.asleep = False
        self._bell: "queue.SimpleQueue[None]" = queue.SimpleQueue()
        self._thread = threading.Thread(
            target=live, args=(self,), name=f"connection-{number}", daemon=True
        )
        self.start = self._thread.start
        self.join = self._thread.join

    def sleep(self) -> None:
        """Sleep until :meth:`wake`."""
        while self.asleep:
            self._bell.get()

    def doze(self, seconds: float) -> None:
        """Sleep until :meth:`wake`, or for some seconds."""
        try:
            self._bell.get(timeout=seconds)
        except queue.Empty:
            return

    def wake(self) -> None:
        """End its sleep; the crew's lock must be held."""
        self.asleep = False
        self._bell.put(None)
