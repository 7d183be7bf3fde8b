"""Short writes, committed together by the loop thread itself.

Two threads that share an interpreter hand it back and forth at every step of SQLite's,
which costs more than a short write takes.  So the writes that arrive in one round of
the loop are made one transaction where they arrive, as long as nobody else writes, and
each is answered after its commit.  They get a few milliseconds together; if that is not
enough, all of it is undone, which nobody has been told of yet, and the write lane does
it.  Where the disk is slow to commit, the write lane does it anyway: reads must not
wait for the disk.
"""

from __future__ import annotations

import time
from functools import partial
from typing import List, Optional, Set

from ..drivers.execution_context import BudgetExceeded, Deadline
from ..exceptions import DriverError
from ..messages.base_result import FieldResult
from ..result import ErrorResult
from ..rpc_server import DatabaseDriverRPCServer
from .job import Job

_BUDGET = 0.006
_SLOW = 0.006
_SLOW_IN_A_ROW = 3
_PAUSE = 1.0


class InlineWrites:
    """Runs groups of writes within a budget, on the loop thread."""

    def __init__(self, rpc: DatabaseDriverRPCServer) -> None:
        """Write through ``rpc``."""
        self._rpc = rpc
        self._budget = Deadline(budget=True)
        self._pause_until = 0.0
        self._slow_in_a_row = 0

    @property
    def pausing(self) -> bool:
        """Whether writes were too long for this thread a short while ago."""
        return time.perf_counter() < self._pause_until

    def attempt(self, jobs: List[Job]) -> Optional[List[FieldResult]]:
        """Return the jobs' results, or None where they are too long for this thread;
        then nothing of them has been applied."""
        driver, budget = self._rpc.driver, self._budget
        started: Set[Job] = set()
        start = time.perf_counter()
        budget.at = start + _BUDGET
        driver.context.deadline = budget
        try:
            return driver.run_group(
                [partial(self._run, job, started) for job in jobs],
                ErrorResult.of_error,
            )
        except DriverError as error:
            return [ErrorResult.of_error(error)] * len(jobs)
        except BudgetExceeded:
            return None
        finally:
            driver.context.deadline = None
            self._note_duration(start, time.perf_counter())

    def _note_duration(self, start: float, end: float) -> None:
        """Leave the writes to their lane for a while where they or the disk are slow.

        A single slow group says nothing: the process may have lost its core.
        """
        slow = end - start > _SLOW
        self._slow_in_a_row = self._slow_in_a_row + 1 if slow else 0
        if self._slow_in_a_row >= _SLOW_IN_A_ROW:
            self._pause_until = end + _PAUSE

    def _run(self, job: Job, started: Set[Job]) -> FieldResult:
        """Run one job, under its own deadline where that comes first.

        A second run means that the driver has lost the group and would commit its
        members one by one: that is for the write lane.
        """
        if job in started:
            raise BudgetExceeded
        started.add(job)
        context = self._rpc.driver.context
        if job.deadline.at < self._budget.at:
            context.deadline = job.deadline
        try:
            return self._rpc.run(job.request)
        finally:
            context.deadline = self._budget
