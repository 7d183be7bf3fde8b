"""What a thread of a pool's lanes runs in one go."""

from __future__ import annotations

from typing import Callable, Optional

from .job import Job


class Turn:
    """A client's job, or a piece of work of the driver process's own.

    Attributes:
        job: the job, None for work.
        work: the work, None for a job.
        takes_connection: whether it takes a connection out of the pool.  One that does
            not has its connection already (its transaction's or its cursor's), or needs
            none.
    """

    __slots__ = ("job", "work", "takes_connection")

    def __init__(
        self,
        job: Optional[Job],
        takes_connection: bool,
        work: Optional[Callable[[], None]] = None,
    ) -> None:
        """Make a turn of a job or of some work."""
        self.job = job
        self.work = work
        self.takes_connection = takes_connection

    def claim(self) -> bool:
        """Start it; False where its job was given up before."""
        return self.job is None or self.job.claim()
