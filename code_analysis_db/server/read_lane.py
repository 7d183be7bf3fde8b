"""The threads that run long reads, so that short ones need not wait for them."""

from __future__ import annotations

import queue
import threading
from typing import Callable, List, Optional

from ..messages.base_result import FieldResult
from ..handlers.read_handlers import RowSink
from ..rpc_server import DatabaseDriverRPCServer
from .job import Job


class ReadLane:
    """A few threads that take jobs from one queue.

    Attributes:
        busy: how many jobs run or wait.
    """

    def __init__(
        self,
        rpc: DatabaseDriverRPCServer,
        threads: int,
        sink: Callable[[Job], RowSink],
        reply: Callable[[Job, FieldResult], None],
        rested: Callable[[], None],
    ) -> None:
        """Make a lane of at most ``threads`` threads, started as they are needed.

        Args:
            sink: makes what sends the first rows of a job's large result.
            reply: answers a job's caller.
            rested: told after each job.  All three are called on the lane's threads.
        """
        self._rpc = rpc
        self._limit = threads
        self._sink = sink
        self._reply = reply
        self._rested = rested
        self._jobs: "queue.SimpleQueue[Optional[Job]]" = queue.SimpleQueue()
        self._threads: List[threading.Thread] = []
        self.busy = 0
        self._lock = threading.Lock()

    def put(self, job: Job) -> None:
        """Take a job; loop thread only."""
        with self._lock:
            self.busy += 1
        if self.busy > len(self._threads) < self._limit:
            thread = threading.Thread(
                target=self._run, name=f"read-lane-{len(self._threads)}", daemon=True
            )
            self._threads.append(thread)
            thread.start()
        self._jobs.put(job)

    def close(self, timeout: float) -> None:
        """End the threads when they have done what they run."""
        for _ in self._threads:
            self._jobs.put(None)
        for thread in self._threads:
            thread.join(timeout)

    def _run(self) -> None:
        """Serve until :meth:`close`."""
        while (job := self._jobs.get()) is not None:
            if job.claim():
                result = self._handle(job)
                self._leave()
                self._reply(job, result)
            else:
                self._leave()
            self._rested()

    def _leave(self) -> None:
        """Count a job as done."""
        with self._lock:
            self.busy -= 1

    def _handle(self, job: Job) -> FieldResult:
        """Run a job under its deadline."""
        context = self._rpc.driver.context
        context.deadline = job.deadline
        try:
            return self._rpc.run(job.request, self._sink(job))
        finally:
            context.deadline = None
