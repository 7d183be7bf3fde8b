"""The lanes of a database server: as many requests at once as there are connections.

==============================  ================================================
request                         runs
==============================  ================================================
ping, stats                     on the loop's thread, at once
short read or write of a row    sent by the loop's thread, which does not wait for it
outside of transactions         (:mod:`.express_lane`), where the driver can do that
statement, fetch or end of an   at once: it has its connection
open transaction or stream
rollback and clean-up after a   on a thread, at once: likewise
client that is gone or late
anything else                   in the order of the clients' turns, when a connection
                                is free
==============================  ================================================

Statements run on threads (:mod:`.pool_crew`); those that are short on the loop's, at
the end of its round, while that keeps nobody waiting.
"""

from __future__ import annotations

import logging
from functools import partial
from time import perf_counter
from typing import Callable, Dict, List, Optional

from ..event_loop import EventLoop
from ..messages.base_request import FieldRequest
from ..messages.base_result import FieldResult
from ..rpc_server import DatabaseDriverRPCServer
from .connection_turns import ConnectionTurns
from .express_lane import ExpressLane
from .job import Job
from .lane_choice import OF_CURSOR, OF_PROCESS
from .lanes import LaneOwner, Lanes
from .pace import Pace, is_short_by_nature
from .pool_crew import LoopMoved, PoolCrew
from .shape_memory import shape_of
from .transaction_entry import TransactionEntry
from .turn import Turn

logger = logging.getLogger(__name__)

# For a driver that does not say.
_CONNECTIONS = 8


class PoolLanes(Lanes):
    """Threads that share the connections of a pool."""

    def __init__(
        self, rpc: DatabaseDriverRPCServer, owner: LaneOwner, loop: EventLoop
    ) -> None:
        """Run jobs through ``rpc``; threads start when they are needed."""
        driver = rpc.driver
        self._rpc = rpc
        self._context = driver.context
        self._owner = owner
        self.attempt = _leave_to_start
        self._turns = ConnectionTurns(driver, driver.connection_limit or _CONNECTIONS)
        self._crew = PoolCrew(self._turns, self._run, owner.rested, loop.wake)
        self._pace = Pace()
        self.kept: List[Job] = []
        self._express: Optional[ExpressLane] = None
        if driver.express is not None:
            self._express = ExpressLane(
                driver.express, loop, owner, self.do_aside, self._run_again
            )

    def calm(self) -> bool:
        """Whether no other thread works."""
        return not self._turns.running

    @property
    def idle(self) -> bool:
        """Whether nothing waits or runs."""
        with self._crew.lock:
            return self._turns.idle and not (self.kept or self._express)

    # --- what the loop gives -----------------------------------------------------

    def start(self, job: Job) -> None:
        """Send a job on its way, or keep it for the end of the round."""
        request = job.request
        if type(request) in OF_PROCESS:
            self._owner.settle(job, self._rpc.run(request))
        elif self._express is not None and self._express.take(job):
            return
        elif is_short_by_nature(request):
            self.kept.append(job)
        else:
            self._crew.add(_turn_of(job))

    def end_round(self) -> None:
        """Run the short statements that have come, here or on threads.

        Raises:
            LoopMoved: one of them lasted; the thread that has the loop now sees to the
                others.
        """
        kept = self.kept
        alone = len(kept) == 1 and not self._turns.running
        while kept:
            self._run_short(kept.pop(0), alone)

    def start_ended(self, job: Job) -> None:
        """Run a job of a transaction that has ended; it needs no connection."""
        self._crew.add(Turn(job, False))

    def forget(self, job: Job) -> None:
        """Let go of a job that waits for its turn in vain."""
        if job in self.kept:
            self.kept.remove(job)
        if self._express is not None:
            self._express.forget(job)
        with self._crew.lock:
            self._turns.remove(job)

    def roll_back(self, entry: TransactionEntry) -> None:
        """Have a transaction rolled back on its own connection."""
        self._crew.add(Turn(None, False, partial(self._owner.undo, entry)))

    def do_aside(self, work: Callable[[], None]) -> None:
        """Do something on a thread, with connections that are held for it."""
        self._crew.add(Turn(None, False, work))

    def maintain(self) -> None:
        """Give the driver time for its upkeep, with a connection as it needs one."""
        self._crew.add(Turn(None, True, self._rpc.driver.maintain))

    def serve(self, loop: Callable[[], None]) -> None:
        """Have the loop run, on one thread of the crew at a time."""
        self._crew.serve(loop)

    def figures(self) -> Dict[str, int]:
        """Return how the connections are used."""
        turns, express = self._turns, self._express
        ahead = {} if express is None else express.figures()
        with self._crew.lock:
            return {
                **ahead,
                "connection_limit": turns.limit,
                "connections_in_use": turns.in_use,
                "connections_held": turns.held,
                "requests_waiting_for_connection": turns.waiting,
            }

    def close(self, timeout: float) -> None:
        """End the threads when they have done what they run."""
        self._crew.close(timeout)
        if self._express is not None:
            self._express.close()

    # --- how they run ------------------------------------------------------------

    def _run_short(self, job: Job, alone: bool) -> None:
        """Run a job on the loop's thread, if those like it were short and it is its
        turn; else on a thread.

        Raises:
            LoopMoved: it lasted, and another thread has the loop now.
        """
        turn = _turn_of(job)
        shape = shape_of(job.request)
        start = perf_counter()
        if not self._pace.is_short(shape, start, alone=alone) or (
            not self._crew.start_here(turn)
        ):
            self._crew.add(turn)
            return
        result = self._handle(job)
        self._owner.begun(job, result)
        still_here = self._crew.end_here(turn)
        self._pace.note(shape, start, perf_counter())
        if not still_here:
            self._owner.answer(job, result)
            raise LoopMoved
        self._owner.settle(job, result)

    def _run_again(self, job: Job) -> None:
        """Run a job on a thread that was claimed and begun elsewhere."""
        self._crew.add(Turn(job, True, claimed=True))

    def _run(self, turn: Turn) -> None:
        """Run a turn to its end, on a thread of the crew."""
        job = turn.job
        if job is None:
            self._do(turn.work)
            self._crew.end(turn)
            return
        result = self._handle(job)
        self._owner.begun(job, result)
        self._crew.end(turn)
        self._owner.answer(job, result)

    def _handle(self, job: Job) -> FieldResult:
        """Run a job under its deadline."""
        context = self._context
        context.deadline = job.deadline
        try:
            return self._rpc.run(job.request, self._owner.sink(job))
        finally:
            context.deadline = None

    def _do(self, work: Optional[Callable[[], None]]) -> None:
        """Do some work of the process's own; its failure is nobody's answer."""
        try:
            if work is not None:
                work()
        except Exception as error:
            logger.warning("work for the database failed: %s", error)


def _leave_to_start(_: FieldRequest) -> Optional[FieldResult]:
    """Answer nothing at once: a request that waits for a server may be cancelled."""
    return None


def _turn_of(job: Job) -> Turn:
    """Return a job's turn: it takes a connection unless its transaction or its cursor
    has one."""
    return Turn(job, job.transaction is None and type(job.request) not in OF_CURSOR)
