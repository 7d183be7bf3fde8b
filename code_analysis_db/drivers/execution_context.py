"""What a thread that runs a request tells the driver about it.

The driver process sets the deadline of the request before it calls the driver; the
driver's session looks at it while a statement runs.  A driver that is used directly,
without a process, has no deadline.
"""

from __future__ import annotations

import threading
from math import inf
from typing import Callable, Optional


class Deadline:
    """The time until which a request may run, and whether it was cancelled.

    Attributes:
        at: the moment on the clock of ``time.perf_counter``, in seconds; ``inf`` for
            none.
        budget: True where running out means "too long for this thread, run it
            elsewhere" and no error of the caller's
            (:class:`~code_analysis_db.drivers.execution_context.BudgetExceeded`).
        cancelled: set from any thread; the statement stops soon after.
        interrupt: what a session sets while it runs a statement that only a call
            from another thread can stop (a server's cancel request), else None.
    """

    __slots__ = ("at", "budget", "cancelled", "interrupt")

    def __init__(self, at: float = inf, budget: bool = False) -> None:
        """Start a deadline at ``at`` seconds of ``time.perf_counter``."""
        self.at = at
        self.budget = budget
        self.cancelled = False
        self.interrupt: Optional[Callable[[], None]] = None

    def cancel(self) -> None:
        """Stop the statement that runs under this deadline; safe from any thread."""
        self.cancelled = True
        interrupt = self.interrupt
        if interrupt is not None:
            interrupt()

    def expire(self) -> None:
        """Stop the statement because its time is up, where only a call from another
        thread can; safe from any thread."""
        interrupt = self.interrupt
        if interrupt is not None:
            interrupt()


class BudgetExceeded(BaseException):
    """A read was too long for the thread that tried it first; nothing was applied.

    It never reaches a caller: the driver process runs the request again on a thread
    of its own.  Not an ``Exception``, so that no handler takes it for a failure.
    """


class ExecutionContext(threading.local):
    """Per thread: the deadline of the request that the thread runs, or None."""

    deadline: Optional[Deadline] = None
