"""The lock that lets one thread or transaction of a driver write at a time.

For databases that have a single writer.  Between the sessions of one driver this lock
is fair enough and wakes the next writer at once, where the database's own lock would
be polled for.
"""

from __future__ import annotations

import threading
from time import perf_counter

from ..exceptions import LockTimeoutError
from .execution_context import ExecutionContext
from .interruption import check_wait

_SLICE = 0.02


class WriterLock:
    """A lock that is waited for under the request's deadline.

    Whoever holds it need not be the thread that took it: a transaction keeps it from
    its first write to its end.
    """

    __slots__ = ("_lock", "_context", "_timeout", "_holder")

    def __init__(self, context: ExecutionContext, timeout: float) -> None:
        """Make a free lock that is waited for ``timeout`` seconds at most."""
        self._lock = threading.Lock()
        self._context = context
        self._timeout = timeout
        self._holder = ""

    def acquire(self, holder: str) -> None:
        """Take the lock; ``holder`` says in errors who has it.

        Raises:
            LockTimeoutError: it was not free in time.
        """
        if not self._lock.acquire(blocking=False):
            self._wait()
        self._holder = holder

    def release(self) -> None:
        """Let the next writer go on."""
        self._lock.release()

    def _wait(self) -> None:
        """Wait in slices, so that a cancelled request stops soon."""
        until = perf_counter() + self._timeout
        while True:
            check_wait(self._context)
            left = until - perf_counter()
            if self._lock.acquire(timeout=min(_SLICE, max(left, 0))):
                return
            if left <= 0:
                raise LockTimeoutError(
                    f"the write lock is held by {self._holder};"
                    f" waited {self._timeout:g} s"
                )
