"""The lane of short statements on a database server: sent by the loop thread, which
goes on with other work and is told by the event loop when an answer is there.

A hand-over to another thread and back costs as much as the server takes for a read by
key, and so does a message of its own.  Here one thread sends what has come together in
one message, over few connections.

Loop thread only, but for :meth:`ExpressLane.close`.
"""

from __future__ import annotations

from functools import partial
from typing import Callable, Dict

from ..drivers.express import Express
from ..event_loop import EventLoop
from ..request import SelectRequest
from .express_reads import ExpressReads
from .express_writes import ExpressWrites
from .job import Job
from .lanes import LaneOwner


class ExpressLane:
    """Sends short statements outside transactions ahead."""

    def __init__(
        self,
        express: Express,
        loop: EventLoop,
        owner: LaneOwner,
        aside: Callable[[Callable[[], None]], None],
        again: Callable[[Job], None],
    ) -> None:
        """Open nothing yet.

        Args:
            aside: does something on a thread that may wait.
            again: runs a job that was claimed on a thread.
        """
        self._reads = ExpressReads(express, loop, owner, aside, again)
        self._writes = ExpressWrites(express, loop, owner, aside, again)
        self._fleets = (self._reads.fleet, self._writes.fleet)
        express.listen(
            partial(loop.call_soon, self._yield),
            partial(loop.call_soon, self._grow),
        )

    def __len__(self) -> int:
        """Return how many statements are under way or wait."""
        return len(self._reads) + len(self._writes)

    def take(self, job: Job) -> bool:
        """Send a job's statement, or keep it until there is room for it; False where it
        is none for this lane."""
        if job.transaction is not None:
            return False
        request = job.request
        if type(request) is SelectRequest:
            return self._reads.take(job, request)
        return self._writes.take(job)

    def forget(self, job: Job) -> None:
        """Let go of a job that waits in vain."""
        self._reads.forget(job)
        self._writes.forget(job)

    def figures(self) -> Dict[str, int]:
        """Return how many connections there are here, and what they have done."""
        return {
            "connections_sending_ahead": sum(len(f.pipelines) for f in self._fleets),
            "reads_sent_ahead": self._reads.answered,
            "writes_sent_ahead": self._writes.answered,
            "groups_sent_ahead": self._writes.groups,
        }

    def close(self) -> None:
        """Close the connections; what is under way is left without an answer.  Any
        thread, once the loop has ended."""
        for fleet in self._fleets:
            fleet.close()

    def _yield(self) -> None:
        """Give a connection to somebody who waits for one."""
        for fleet in self._fleets:
            fleet.yield_one()

    def _grow(self) -> None:
        """Open what could not be opened for want of connections."""
        for fleet in self._fleets:
            fleet.grow_if_wanted()
