"""What is known about a supervised driver at one moment."""

from __future__ import annotations

import time
from enum import Enum
from typing import Optional

import attrs

from ..transport.endpoint import Endpoint


class ProcessState(str, Enum):
    """Where a driver is in its life."""

    STOPPED = "stopped"
    STARTING = "starting"
    RUNNING = "running"
    RESTARTING = "restarting"
    STOPPING = "stopping"
    FAILED = "failed"

    @property
    def is_settled(self) -> bool:
        """Whether nothing changes any more unless somebody asks for it."""
        return self in (ProcessState.STOPPED, ProcessState.FAILED)


@attrs.frozen
class ProcessStatus:
    """A snapshot; it does not change when the driver does.

    Attributes:
        name: the driver's name in its manager.
        state: where it is in its life; ``RESTARTING`` from a death until the next
            incarnation has served a request.
        pid: the process, None where there is none.
        generation: how many times it was started.
        restarts: how many times it was started again because it had died.
        last_error: why the last incarnation died or failed, None for no death yet.
        endpoint: where it listens; the same for all incarnations, None before the first
            where it was not chosen.
        ready_at: when it became ready, on the clock of ``time.monotonic``.
    """

    name: str
    state: ProcessState = ProcessState.STOPPED
    pid: Optional[int] = None
    generation: int = 0
    restarts: int = 0
    last_error: Optional[str] = None
    endpoint: Optional[Endpoint] = None
    ready_at: Optional[float] = attrs.field(default=None, repr=False)

    @property
    def uptime(self) -> float:
        """Seconds since the running incarnation became ready; 0 without one."""
        if self.ready_at is None:
            return 0.0
        return time.monotonic() - self.ready_at
