"""The thread that has servers stop statements whose time is up or whose caller has
given up.

Whoever ends a request must not wait for a server; so the request's deadline hands the
session over to here.  Asking takes a connection of its own and a server's goodwill: a
request to cancel goes out on a short-lived thread each, and a statement that still runs
after a grace time has its connection shut down under it.
"""

from __future__ import annotations

import heapq
import queue
import threading
from itertools import count
from time import perf_counter
from typing import List, Optional, Protocol, Tuple

from ..execution_context import Deadline

_GRACE = 5.0


class Stoppable(Protocol):
    """A session's statement, as the canceller sees it."""

    def take_stop(self, deadline: Deadline) -> bool:
        """Whether a statement under ``deadline`` runs that was not asked to stop yet;
        it counts as asked from now on."""

    def ask_to_stop(self) -> None:
        """Ask the server to stop it, once :meth:`take_stop` has said so."""

    def cut_off(self, deadline: Deadline) -> None:
        """Shut the connection down if the statement runs still."""


class Canceller:
    """Stops the statements of a driver's sessions; its thread starts when needed."""

    def __init__(self, grace: float = _GRACE) -> None:
        """Give servers ``grace`` seconds to stop a statement."""
        self._grace = grace
        self._asked: "queue.SimpleQueue[Optional[Tuple[Stoppable, Deadline]]]" = (
            queue.SimpleQueue()
        )
        self._due: List[Tuple[float, int, Stoppable, Deadline]] = []
        self._numbers = count()
        self._thread: Optional[threading.Thread] = None
        self._lock = threading.Lock()

    def stop(self, statement: Stoppable, deadline: Deadline) -> None:
        """Have the statement stopped if it runs under ``deadline``; returns at once."""
        with self._lock:
            if self._thread is None:
                self._thread = threading.Thread(
                    target=self._run, name="canceller", daemon=True
                )
                self._thread.start()
        self._asked.put((statement, deadline))

    def close(self) -> None:
        """End the thread."""
        with self._lock:
            thread, self._thread = self._thread, None
        if thread is not None:
            self._asked.put(None)
            thread.join()

    def _run(self) -> None:
        """Serve until :meth:`close`."""
        while True:
            try:
                asked = self._asked.get(timeout=self._until_due())
            except queue.Empty:
                _, _, statement, deadline = heapq.heappop(self._due)
                statement.cut_off(deadline)
                continue
            if asked is None:
                return
            statement, deadline = asked
            if statement.take_stop(deadline):
                due = perf_counter() + self._grace
                heapq.heappush(
                    self._due, (due, next(self._numbers), statement, deadline)
                )
                threading.Thread(
                    target=statement.ask_to_stop, name="cancel", daemon=True
                ).start()

    def _until_due(self) -> Optional[float]:
        """Return the seconds until the next statement is to be cut off."""
        if not self._due:
            return None
        return max(0.0, self._due[0][0] - perf_counter())
