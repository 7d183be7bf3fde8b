"""Short reads under way on pipelines.

A few connections carry a whole crowd's reads, one after the other.  So a read that
lasts must not be among them: what stands behind one that lasts is done again on
threads, and those of its shape go there for a while, as do those of many rows.
Whatever goes wrong with a read here is left to the threads, too, which do it again, say
what is wrong, and know how to go on: it only reads.

Loop thread only.
"""

from __future__ import annotations

import logging
from collections import deque
from functools import partial
from time import perf_counter
from typing import Callable, Deque, List, Tuple

from ..dialects.statement import Statement
from ..drivers.express import Express
from ..drivers.express_session import Reply, Result
from ..drivers.interruption import interruption
from ..event_loop import EventLoop
from ..exceptions import DriverError
from ..messages.base_result import FieldResult
from ..request import SelectRequest
from ..result import DataResult, ErrorResult
from .express_fleet import ExpressFleet
from .flight import Flight
from .job import Job
from .lanes import LaneOwner
from .pipeline import Pipeline
from .reply_pace import ReplyPace
from .shape_memory import ShapeMemory

logger = logging.getLogger(__name__)

_REMEMBERED = 10.0
_GLANCE = 0.01
_HELD_UP = 0.05
"""Seconds that a read may keep those behind it waiting."""


class ExpressReads:
    """Sends selects over pipelines.

    Attributes:
        answered: how many reads were answered here.
        fleet: the pipelines.
    """

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
        self._express = express
        self._loop = loop
        self._owner = owner
        self._again = again
        self._waiting: Deque[Tuple[Job, Statement]] = deque()
        self._suspected = ShapeMemory(_REMEMBERED)
        self._long = ShapeMemory(_REMEMBERED)
        self._pace = ReplyPace()
        self._watches = False
        self.fleet: ExpressFleet[Flight] = ExpressFleet(
            express, loop, aside, self, self._fill
        )
        self.answered = 0

    def __len__(self) -> int:
        """Return how many reads are under way or wait."""
        pipelines = self.fleet.pipelines
        return sum(len(p.under_way) for p in pipelines) + len(self._waiting)

    # --- requests -----------------------------------------------------------------

    def take(self, job: Job, request: SelectRequest) -> bool:
        """Send a read, or keep it until there is room for it; False where it is none
        for here."""
        now = perf_counter()
        if self._long.has(request, now):
            return False
        statement = self._express.select(
            request.table_name,
            request.where,
            request.columns,
            request.limit,
            request.offset,
            request.order_by,
            request.distinct,
            request.after,
        )
        if statement is None:
            return False
        pipeline = self.fleet.with_room(self._pace.depth, now)
        if pipeline is not None:
            return not job.claim() or self._send(pipeline, job, statement, now)
        self.fleet.grow(now)
        if not self.fleet.busy:
            return False
        self._waiting.append((job, statement))
        return True

    def forget(self, job: Job) -> None:
        """Let go of a job that waits in vain."""
        for entry in self._waiting:
            if entry[0] is job:
                self._waiting.remove(entry)
                return

    def _send(
        self, pipeline: Pipeline[Flight], job: Job, statement: Statement, now: float
    ) -> bool:
        """Send a read that was claimed, or leave it to the threads."""
        flight = Flight(job, statement)
        try:
            pipeline.put(flight, (statement,), now)
        except DriverError as error:
            self._leave_to_threads(job, error)
            return True
        job.deadline.interrupt = partial(self._give_up, flight)
        if not self._watches:
            self._watches = True
            self._loop.call_later(_GLANCE, self._watch)
        return True

    def _fill(self) -> None:
        """Send what waits, as far as there is room."""
        now = perf_counter()
        while self._waiting:
            pipeline = self.fleet.with_room(self._pace.depth, now)
            if pipeline is None:
                break
            job, statement = self._waiting.popleft()
            if job.claim():
                self._send(pipeline, job, statement, now)
        if self._waiting and not self.fleet.busy:
            # nobody will come back for them
            waiting = list(self._waiting)
            self._waiting.clear()
            for job, _ in waiting:
                if job.claim():
                    self._again(job)

    # --- under way ----------------------------------------------------------------

    def on_replies(self, pipeline: Pipeline[Flight], replies: List[Reply]) -> None:
        """Answer the reads whose rows have come."""
        now = perf_counter()
        self._pace.note(now - pipeline.since, len(replies))
        since = pipeline.since
        for reply in replies:
            flight = pipeline.under_way.popleft()
            if flight.job is not None:
                self._land(flight.job, flight.statement, reply, since, now)
            since = now
        if not pipeline.under_way:
            pipeline.held_up = False
            self.fleet.yield_idle(pipeline)
        if self._waiting:
            self._fill()

    def on_lost(self, pipeline: Pipeline[Flight], error: DriverError) -> None:
        """Leave the reads of a connection that was lost to the threads."""
        flights = list(pipeline.under_way)
        pipeline.under_way.clear()
        self.fleet.retire(pipeline)
        self._clear(flights, error)
        self._fill()

    def _land(
        self, job: Job, statement: Statement, reply: Reply, since: float, now: float
    ) -> None:
        """Answer a read, or leave it to the threads.

        Args:
            since: when it came to be the first in line.
        """
        if reply.code is not None:
            self._leave_to_threads(job, f"{reply.message} ({reply.code})")
            return
        result = reply.results[0]
        if not result.is_whole:
            self._long.note(job.request, now)
            self._leave_to_threads(job, "it has many rows")
            return
        job.deadline.interrupt = None
        self.answered += 1
        if now - since < _HELD_UP:
            self._suspected.forget(job.request)
        self._owner.answer(job, _read(statement, result))

    def _leave_to_threads(self, job: Job, reason: object) -> None:
        """Have a read done again on a thread."""
        logger.debug("a read is done again on a thread: %s", reason)
        job.deadline.interrupt = None
        self._again(job)

    def _give_up(self, flight: Flight) -> None:
        """Answer a read that its caller cancelled, or whose time ran out; where it
        lasts, the watch has the server stop it."""
        job, flight.job = flight.job, None
        if job is None:
            return
        job.deadline.interrupt = None
        error = interruption(job.deadline)
        assert isinstance(error, DriverError)
        self._owner.answer(job, ErrorResult.of_error(error))

    # --- those that last ----------------------------------------------------------

    def _watch(self) -> None:
        """Look after the pipelines as long as something is under way."""
        now = perf_counter()
        for pipeline in list(self.fleet.pipelines):
            if pipeline.under_way and now - pipeline.since > _HELD_UP:
                self._relieve(pipeline, now)
        self._watches = self.fleet.busy
        if self._watches:
            self._loop.call_later(_GLANCE, self._watch)

    def _relieve(self, pipeline: Pipeline[Flight], now: float) -> None:
        """Leave what stands behind a read that lasts to the threads; stop it where
        nobody waits for it any more.

        A first time says nothing, the server's process may have lost its core; a second
        does, where none of its shape was short in between.
        """
        first, *others = pipeline.under_way
        self._clear(others, "one before it lasts")
        if first.job is None:
            pipeline.under_way.clear()
            self.fleet.stop(pipeline)
            self._fill()
            return
        # nothing new comes behind it, what stood there is answered to nobody
        request = first.job.request
        if not pipeline.held_up:
            pipeline.held_up = True
            known = self._suspected.has(request, now)
            (self._long if known else self._suspected).note(request, now)

    def _clear(self, flights: List[Flight], reason: object) -> None:
        """Leave reads that are under way to the threads."""
        for flight in flights:
            job, flight.job = flight.job, None
            if job is not None:
                self._leave_to_threads(job, reason)


def _read(statement: Statement, result: Result) -> FieldResult:
    """Return the result of a read whose rows are there."""
    try:
        rows = result.rows()
        if statement.decode is not None:
            rows = statement.decode(rows)
    except DriverError as error:
        return ErrorResult.of_error(error)
    return DataResult(list(statement.columns), rows)
