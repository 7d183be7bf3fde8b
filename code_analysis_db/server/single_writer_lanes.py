"""The lanes of a database that lets one connection write at a time.

==============================  ================================================
request                         runs on
==============================  ================================================
begin, ping, stats              the loop thread
read                            the loop thread within a budget, else the read lane
portion of a cursor             the read lane
backup, export of the schema    the read lane
short write                     the loop thread within a budget, with the others of
                                its round in one commit, else the write lane
other write                     the write lane
anything of a transaction       the write lane from its first write on, else as above
==============================  ================================================
"""

from __future__ import annotations

from typing import Callable, List

from ..messages.base_result import FieldResult
from ..rpc_server import DatabaseDriverRPCServer
from .commit_group import may_share
from .inline_reads import InlineReads
from .inline_writes import InlineWrites
from .job import Job
from .lane_choice import Lane, choose_lane
from .lanes import LaneOwner, Lanes
from .read_lane import ReadLane
from .transaction_entry import TransactionEntry
from .write_lane import WriteLane

_READ_THREADS = 2


class SingleWriterLanes(Lanes):
    """Reads beside one writer."""

    def __init__(self, rpc: DatabaseDriverRPCServer, owner: LaneOwner) -> None:
        """Run jobs through ``rpc``; threads start when they are needed."""
        self._driver = rpc.driver
        self._owner = owner
        self._settle = owner.settle
        self._inline = InlineReads(rpc)
        self.attempt = self._inline.attempt
        self._inline_writes = InlineWrites(rpc)
        self.kept: List[Job] = []
        self._write_lane = WriteLane(
            rpc, owner.sink, owner.begun, owner.answer, owner.undo, owner.rested
        )
        self._read_lane = ReadLane(
            rpc, _READ_THREADS, owner.sink, self._answer_read, owner.rested
        )

    def calm(self) -> bool:
        """Whether no other thread works."""
        return not self._read_lane.busy and self._write_lane.idle

    @property
    def idle(self) -> bool:
        """Whether nothing waits or runs."""
        return self.calm()

    def start(self, job: Job) -> None:
        """Send a job to where it runs."""
        lane = choose_lane(self._driver, job)
        if lane is Lane.READ:
            result = self._inline.attempt(job.request, job.deadline)
            if result is None:
                self._read_lane.put(job)
            else:
                self._settle(job, result)
        elif lane is Lane.HERE:
            self._run_here(job)
        elif lane is Lane.PORTION or lane is Lane.LONG:
            self._read_lane.put(job)
        elif (
            self._write_lane.free and may_share(job) and not self._inline_writes.pausing
        ):
            self.kept.append(job)
        else:
            if job.transaction is not None:
                job.transaction.on_write_lane = True
            self._write_lane.put(job)

    def start_ended(self, job: Job) -> None:
        """Run a job of a transaction that has ended; it is an error at once."""
        self._run_here(job)

    def _run_here(self, job: Job) -> None:
        """Run a request that waits for nothing, but for a connection to the database
        when all are in use; that is done on the read lane."""
        result = self._inline.attempt(job.request, job.deadline)
        if result is None:
            self._read_lane.put(job)
        else:
            self._owner.begun(job, result)
            self._settle(job, result)

    def end_round(self) -> None:
        """Commit the round's short writes, or leave them to the write lane."""
        jobs, self.kept = self.kept, []
        results = self._inline_writes.attempt(jobs) if self._write_lane.free else None
        if results is None:
            for job in jobs:
                self._write_lane.put(job)
            return
        for job, result in zip(jobs, results):
            self._settle(job, result)

    def _answer_read(self, job: Job, result: FieldResult) -> None:
        """Answer a job that ran on the read lane; any thread."""
        self._owner.begun(job, result)
        self._owner.answer(job, result)

    def forget(self, job: Job) -> None:
        """Let go of a job; the reads that wait are few, and drop it themselves."""
        if job in self.kept:
            self.kept.remove(job)
            return
        self._write_lane.forget(job)

    def roll_back(self, entry: TransactionEntry) -> None:
        """Have a transaction rolled back where the writes run."""
        self._write_lane.roll_back(entry)

    def do_aside(self, work: Callable[[], None]) -> None:
        """Do it here: a database in the same process keeps nobody waiting."""
        work()

    def maintain(self) -> None:
        """Give the driver time for its upkeep where the writes run."""
        self._write_lane.maintain()

    def close(self, timeout: float) -> None:
        """End the lanes when they have done what they run."""
        self._write_lane.close(timeout)
        self._read_lane.close(timeout)
