"""What a thread of a pool's lanes runs in one go."""

from __future__ import annotations

from typing import Callable, Optional

from .job import Job


class Turn:
    """A client's job, or a piece of work of the driver process's own.

    Attributes:
        job: the job, None for work.
        work: the work, None for a job.
        claimed: whether the job was claimed for it before.
        takes_connection: whether it takes a connection out of the pool.  One that does
            not has its connection already (its transaction's or its cursor's), or needs
            none.
    """

    __slots__ = ("job", "work", "takes_connection", "claimed")

    def __init__(
        self,
        job: Optional[Job],
        takes_connection: bool,
        work: Optional[Callable[[], None]] = None,
        *,
        claimed: bool = False,
    ) -> None:
        """Make a turn of a job or of some work."""
        self.job = job
        self.work = work
        self.takes_connection = takes_connection
        self.claimed = claimed

    def claim(self) -> bool:
        """Claim its job; False where that was given up before."""
        return self.claimed or self.job is None or self.job.claim()
