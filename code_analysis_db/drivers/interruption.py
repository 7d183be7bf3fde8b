"""Why the request of the calling thread has to stop, as an error."""

from __future__ import annotations

from threading import Event
from time import perf_counter
from typing import Optional

from ..exceptions import RequestCancelledError, RequestTimeoutError
from .execution_context import BudgetExceeded, Deadline, ExecutionContext


def is_over(deadline: Optional[Deadline]) -> bool:
    """Whether the request was cancelled or its time ran out."""
    return deadline is not None and (deadline.cancelled or perf_counter() > deadline.at)


def interruption(deadline: Optional[Deadline]) -> BaseException:
    """Return the error for a request that was stopped under ``deadline``."""
    if deadline is None or deadline.cancelled:
        return RequestCancelledError("the request was cancelled")
    if deadline.budget:
        return BudgetExceeded()
    return RequestTimeoutError("the request's time ran out; it was stopped")


def wait(event: Event, context: ExecutionContext, until: float) -> None:
    """Wait for the event, up to a moment of ``time.perf_counter``, the end of the
    calling thread's request or its being cancelled, whichever comes first.

    Which of them it was is the caller's to look at.
    """
    deadline = context.deadline
    if deadline is None:
        event.wait(max(0.0, until - perf_counter()))
        return
    # first to be found, then to look: a cancel in between must not be missed
    deadline.interrupt = event.set
    try:
        if not is_over(deadline):
            event.wait(max(0.0, min(until, deadline.at) - perf_counter()))
    finally:
        deadline.interrupt = None
    if event.is_set():
        event.clear()


def check_deadline(context: ExecutionContext) -> None:
    """Raise where the calling thread's request is over.

    Raises:
        RequestCancelledError: it was cancelled.
        RequestTimeoutError: its time ran out.
        BudgetExceeded: it is too long for this thread.
    """
    deadline = context.deadline
    if deadline is not None and (deadline.cancelled or perf_counter() > deadline.at):
        raise interruption(deadline)


def check_wait(context: ExecutionContext) -> None:
    """Raise as :func:`check_deadline` does, before the thread waits for a lock.

    A thread that runs requests on a budget does not wait at all.

    Raises:
        BudgetExceeded: the thread may not wait.
    """
    deadline = context.deadline
    if deadline is None:
        return
    if is_over(deadline):
        raise interruption(deadline)
    if deadline.budget:
        raise BudgetExceeded()
