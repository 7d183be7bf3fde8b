"""The thread that writes to a database which lets one connection write at a time.

Autocommit writes of different clients that have queued while the last commit ran go
into one transaction (*group commit*): one wait for the disk serves them all, and each
is answered after it.

A transaction that writes owns the lane until it ends.  Its requests are kept apart from
those that wait for it to end, so that its own COMMIT never queues behind them.
"""

from __future__ import annotations

import logging
import queue
import threading
from collections import deque
from contextlib import suppress
from functools import partial
from typing import Callable, Deque, List, Optional

from ..drivers.base import BaseDatabaseDriver
from ..exceptions import DriverError
from ..handlers.read_handlers import RowSink
from ..messages.base_result import FieldResult
from ..result import ErrorResult
from ..rpc_server import DatabaseDriverRPCServer
from .commit_group import may_share
from .job import Job
from .transaction_entry import TransactionEntry

logger = logging.getLogger(__name__)

_MAX_GROUP = 128


class WriteLane:
    """Runs writes in their order, one transaction at a time."""

    def __init__(
        self,
        rpc: DatabaseDriverRPCServer,
        sink: Callable[[Job], RowSink],
        begun: Callable[[Job, FieldResult], Optional[TransactionEntry]],
        reply: Callable[[Job, FieldResult], None],
        undo: Callable[[TransactionEntry], None],
        rested: Callable[[], None],
    ) -> None:
        """Make a lane; its thread starts with the first write.

        Args:
            sink: makes what tells a job's caller how far it is.
            begun: notes the transaction that a job has begun, if it has.
            reply: answers a job's caller.
            undo: rolls a transaction back.
            rested: told when there is nothing more that may run.  All five are
                called on the lane's thread.
        """
        self._rpc = rpc
        self._driver: BaseDatabaseDriver = rpc.driver
        self._sink = sink
        self._begun = begun
        self._reply = reply
        self._undo = undo
        self._rested = rested
        self._waiting: Deque[Job] = deque()
        self._owner: Optional[TransactionEntry] = None
        self._owner_jobs: Deque[Job] = deque()
        self._chores: Deque[Callable[[], None]] = deque()
        self._wake: "queue.SimpleQueue[bool]" = queue.SimpleQueue()
        self._thread: Optional[threading.Thread] = None
        self.running = 0

    @property
    def idle(self) -> bool:
        """Whether nothing runs or waits."""
        return not (self.running or self._waiting or self._owner_jobs or self._chores)

    @property
    def free(self) -> bool:
        """Whether somebody else may write now: it is idle and nobody owns it.

        It stays so until the loop thread, which alone asks, gives it a job.
        """
        return self.idle and self._owner is None

    def put(self, job: Job) -> None:
        """Take a job; loop thread only."""
        if job.transaction is not None and job.transaction is self._owner:
            self._owner_jobs.append(job)
        else:
            self._waiting.append(job)
        self._notify()

    def forget(self, job: Job) -> None:
        """Drop a job that waits and that somebody else has claimed; loop thread only.

        Without, those that ran out of time behind a long transaction would pile up, and
        one of a transaction that is rolled back would stay for ever.
        """
        for jobs in (self._waiting, self._owner_jobs):
            with suppress(ValueError):
                jobs.remove(job)

    def roll_back(self, entry: TransactionEntry) -> None:
        """Roll back a transaction that has no request under way; loop thread only."""
        self._chores.append(partial(self._roll_back, entry))
        self._notify()

    def maintain(self) -> None:
        """Give the driver time for its upkeep; loop thread only."""
        self._chores.append(self._maintain)
        self._notify()

    def _notify(self) -> None:
        """Wake the thread, or start it."""
        if self._thread is None:
            self._thread = threading.Thread(
                target=self._run, name="write-lane", daemon=True
            )
            self._thread.start()
        self._wake.put(True)

    def close(self, timeout: float) -> None:
        """End the thread when it has done what it runs."""
        if self._thread is not None:
            self._wake.put(False)
            self._thread.join(timeout)

    def _run(self) -> None:
        """Serve until :meth:`close`."""
        while self._wake.get():
            while self._step():
                continue
            self._rested()

    def _step(self) -> bool:
        """Run the next job or group; False when there is none that may run."""
        if self._chores:
            self._chores.popleft()()
            return True
        if self._owner is not None:
            job = _next_of(self._owner_jobs)
            if job is None:
                return False
            if job.claim():
                self._run_alone(job)
            return True
        if not self._waiting:
            return False
        group = self._take_group()
        if len(group) > 1:
            self._run_group(group)
        elif group:
            self._run_alone(group[0])
        return True

    def _take_group(self) -> List[Job]:
        """Take the jobs that run next: one, or several that may share a commit."""
        group: List[Job] = []
        waiting = self._waiting
        while len(group) < _MAX_GROUP:
            job = _next_of(waiting)
            if job is None:
                break
            if group and not may_share(job):
                waiting.appendleft(job)
                break
            if job.claim():
                group.append(job)
                if not may_share(job):
                    break
        return group

    def _run_group(self, group: List[Job]) -> None:
        """Run jobs in one transaction and answer them after its commit."""
        self.running = len(group)
        try:
            results = self._driver.run_group(
                [partial(self._handle, job) for job in group], ErrorResult.of_error
            )
        except DriverError as error:
            results = [ErrorResult.of_error(error)] * len(group)
        self.running = 0
        for job, result in zip(group, results):
            self._reply(job, result)

    def _run_alone(self, job: Job) -> None:
        """Run one job and answer it; its transaction may take or leave the lane."""
        self.running = 1
        result = self._handle(job, self._sink(job))
        entry = job.transaction or self._begun(job, result)
        if entry is not None:
            self._settle_owner(entry)
        self.running = 0
        self._reply(job, result)

    def _settle_owner(self, entry: TransactionEntry) -> None:
        """Give the lane to a transaction that holds the write lock, or free it."""
        holds = self._driver.holds_write_lock(entry.transaction_id)
        # One that does not hold it may go on reading without waiting for others.
        entry.on_write_lane = holds
        if holds:
            self._owner = entry
        elif self._owner is entry:
            self._owner = None

    def _roll_back(self, entry: TransactionEntry) -> None:
        """Roll a transaction back and free the lane if it was the owner."""
        self._undo(entry)
        if self._owner is entry:
            self._owner = None

    def _maintain(self) -> None:
        """Let the driver do its upkeep, unless there is work."""
        if self._owner is None and not self._waiting:
            try:
                self._driver.maintain()
            except DriverError as error:
                logger.warning("upkeep of the database failed: %s", error)

    def _handle(self, job: Job, sink: Optional[RowSink] = None) -> FieldResult:
        """Run a job under its deadline."""
        context = self._driver.context
        context.deadline = job.deadline
        try:
            return self._rpc.run(job.request, sink)
        finally:
            context.deadline = None


def _next_of(jobs: Deque[Job]) -> Optional[Job]:
    """Take the next job, None where there is none: the loop thread, which forgets some,
    may have taken the last one out just now."""
    try:
        return jobs.popleft()
    except IndexError:
        return None
