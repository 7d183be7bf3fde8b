"""Waiting before something is tried again, no longer than the request lasts."""

from __future__ import annotations

from random import uniform
from threading import Event
from time import perf_counter

from ..execution_context import ExecutionContext
from ..interruption import check_deadline, wait


def pause(context: ExecutionContext, seconds: float) -> None:
    """Wait for half of ``seconds`` to all of them, at random.

    Raises:
        RequestCancelledError: the calling thread's request was cancelled.
        RequestTimeoutError: its time ran out.
    """
    wait(Event(), context, perf_counter() + uniform(seconds / 2, seconds))
    check_deadline(context)
