"""The lanes of a database server: as many requests at once as there are connections.

==============================  ================================================
request                         runs
==============================  ================================================
ping, stats                     on the loop thread, at once
statement, fetch or end of an   on a thread, at once: it has its connection
open transaction or stream
rollback and clean-up after a   on a thread, at once: likewise
client that is gone or late
anything else                   on a thread, in the order of the clients' turns, when
                                a connection is free
==============================  ================================================

*One thread more than there are connections is enough* for nothing that has its
connection to wait for anything that does not.  A turn that runs has a connection: it
was admitted for one while fewer than all were in use, or it belongs to a transaction or
stream, which holds one and runs one turn at a time (a client's requests run one after
the other, and the clean-up comes when none is under way).  So at most as many turns as
connections wait for the server, and one thread is left for the others: those whose
transaction has ended already, which are refused without asking the server, and those
that have given their connection back and only send their reply.
"""

from __future__ import annotations

import logging
import threading
from functools import partial
from time import perf_counter
from typing import Callable, Dict, List, Optional

from ..messages.base_request import FieldRequest
from ..messages.base_result import FieldResult
from ..rpc_server import DatabaseDriverRPCServer
from .connection_turns import ConnectionTurns
from .job import Job
from .lane_choice import OF_CURSOR, OF_PROCESS
from .lanes import LaneOwner, Lanes
from .pool_worker import PoolWorker
from .transaction_entry import TransactionEntry
from .turn import Turn

logger = logging.getLogger(__name__)

# For a driver that does not say.
_CONNECTIONS = 8


class PoolLanes(Lanes):
    """Threads that share the connections of a pool."""

    def __init__(self, rpc: DatabaseDriverRPCServer, owner: LaneOwner) -> None:
        """Run jobs through ``rpc``; threads start when they are needed."""
        self._rpc = rpc
        self._context = rpc.driver.context
        self._owner = owner
        self.attempt = _leave_to_the_threads
        self._turns = ConnectionTurns(rpc.driver, _connection_limit(rpc))
        self._lock = threading.Lock()
        self._workers: List[PoolWorker] = []
        # The last to fall asleep is the first to be woken: its caches are warm.
        self._asleep: List[PoolWorker] = []
        self._closing = False

    def calm(self) -> bool:
        """Whether no other thread works."""
        return not self._turns.running

    @property
    def idle(self) -> bool:
        """Whether nothing waits or runs."""
        with self._lock:
            return self._turns.idle

    # --- what the loop thread gives ----------------------------------------------

    def start(self, job: Job) -> None:
        """Give a job its turn."""
        request = job.request
        if type(request) in OF_PROCESS:
            self._owner.settle(job, self._rpc.run(request))
        else:
            bound = job.transaction is not None or type(request) in OF_CURSOR
            self._add(Turn(job, not bound))

    def start_ended(self, job: Job) -> None:
        """Run a job of a transaction that has ended; it needs no connection."""
        self._add(Turn(job, False))

    def forget(self, job: Job) -> None:
        """Let go of a job that waits for its turn in vain."""
        with self._lock:
            self._turns.remove(job)

    def roll_back(self, entry: TransactionEntry) -> None:
        """Have a transaction rolled back on its own connection."""
        self._add(Turn(None, False, partial(self._owner.undo, entry)))

    def do_aside(self, work: Callable[[], None]) -> None:
        """Do something on a thread, with connections that are held for it."""
        self._add(Turn(None, False, work))

    def maintain(self) -> None:
        """Give the driver time for its upkeep, with a connection as it needs one."""
        self._add(Turn(None, True, self._rpc.driver.maintain))

    def figures(self) -> Dict[str, int]:
        """Return how the connections are used."""
        turns = self._turns
        with self._lock:
            return {
                "connection_limit": turns.limit,
                "connections_in_use": turns.in_use,
                "connections_held": turns.held,
                "requests_waiting_for_connection": turns.waiting,
            }

    def close(self, timeout: float) -> None:
        """End the threads when they have done what they run.

        After half the time what still runs is cancelled, so that no statement is left
        behind on the server.
        """
        with self._lock:
            self._closing = True
            workers = list(self._workers)
            while self._asleep:
                self._asleep.pop().wake()
        start = perf_counter()
        for until in (start + timeout / 2, start + timeout):
            for worker in workers:
                worker.join(max(0.0, until - perf_counter()))
            for worker in workers:
                job = worker.job
                if job is not None:
                    job.deadline.cancel()

    # --- the threads -------------------------------------------------------------

    def _add(self, turn: Turn) -> None:
        """Put a turn in line, and a thread to work if it may start."""
        with self._lock:
            self._turns.add(turn)
            self._rouse()

    def _rouse(self) -> None:
        """Have a thread look for a turn where one may start; the lock must be held.

        Where all are at work the first to be done will look.
        """
        if self._turns.may_start:
            if self._asleep:
                self._asleep.pop().wake()
            elif len(self._workers) <= self._turns.limit:
                worker = PoolWorker(len(self._workers), self._serve)
                self._workers.append(worker)
                worker.start()

    def _serve(self, worker: PoolWorker) -> None:
        """Run turns until :meth:`close`."""
        while True:
            turn = self._next_turn(worker)
            if turn is not None:
                self._run(worker, turn)
            elif self._closing:
                return
            else:
                self._owner.rested()
                worker.sleep()

    def _next_turn(self, worker: PoolWorker) -> Optional[Turn]:
        """Start the next turn, or note that the thread will sleep."""
        with self._lock:
            turn = self._turns.start()
            if turn is not None:
                # One turn's end can make room for several.
                self._rouse()
            elif not self._closing:
                self._asleep.append(worker)
            return turn

    def _run(self, worker: PoolWorker, turn: Turn) -> None:
        """Run a turn to its end."""
        job = turn.job
        if job is None:
            try:
                self._do(turn.work)
            finally:
                self._end(turn)
            return
        worker.job = job
        try:
            result = self._handle(job)
            self._owner.begun(job, result)
        finally:
            worker.job = None
            self._end(turn)
        self._owner.answer(job, result)

    def _end(self, turn: Turn) -> None:
        """Note the end of a turn."""
        with self._lock:
            self._turns.end(turn)

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


def _leave_to_the_threads(_: FieldRequest) -> Optional[FieldResult]:
    """Answer nothing on the loop thread, which must not wait for a server."""
    return None


def _connection_limit(rpc: DatabaseDriverRPCServer) -> int:
    """Return how many connections may be in use."""
    driver = rpc.driver
    if not driver.is_thread_safe:
        return 1
    return driver.connection_limit or _CONNECTIONS
