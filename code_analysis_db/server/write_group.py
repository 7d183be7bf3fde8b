"""Short writes of several clients that share a commit on a database server."""

from __future__ import annotations

from typing import List, Optional

from ..drivers.express import ExpressWrite
from ..event_loop import Timer
from .job import Job


class GroupedWrite:
    """One of them.

    Attributes:
        job: whose answer it is.
        write: what is to be sent.
        was_grouped: whether a group that it was in has failed.
    """

    __slots__ = ("job", "was_grouped", "write")

    def __init__(self, job: Job, write: ExpressWrite) -> None:
        """Make a write that was not sent yet."""
        self.job = job
        self.write = write
        self.was_grouped = False


class WriteGroup:
    """Writes that were sent as one transaction.

    Attributes:
        members: the writes.
        sent: when, in seconds of ``time.perf_counter``.
        cut_off: what ends the connection if the group is not stopped in time, None
            while nobody wants it to stop.
    """

    __slots__ = ("cut_off", "members", "sent")

    def __init__(self, members: List[GroupedWrite], sent: float) -> None:
        """Note what was sent."""
        self.members = members
        self.sent = sent
        self.cut_off: Optional[Timer] = None
