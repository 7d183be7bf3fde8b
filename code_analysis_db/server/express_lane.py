"""The lane of short reads on a database server: sent by the loop thread, which goes on
with other work and is told by the event loop when an answer is there.

A hand-over to another thread and back costs as much as the server takes for a read by
key.  Here one thread keeps as many servers' processes busy as there are connections.

Only what is short belongs here: a read that took long, or gave many rows, is finished
on a thread, and those of its shape go to the threads for a while.  Whatever goes wrong
with a read here is left to the threads, which do it again, say what is wrong, and know
how to go on: it only reads.

Loop thread only, but for :meth:`ExpressLane.close`.
"""

from __future__ import annotations

import logging
from collections import deque
from contextlib import suppress
from functools import partial
from time import perf_counter
from typing import Callable, Deque, Dict, List, Optional, Tuple

from ..dialects.statement import Statement
from ..drivers.express import Express
from ..drivers.express_session import ExpressSession, Wants
from ..drivers.interruption import interruption
from ..event_loop import READ, WRITE, EventLoop
from ..exceptions import DriverError
from ..messages.base_result import FieldResult
from ..request import SelectRequest
from ..result import DataResult, ErrorResult
from .flight import Flight
from .job import Job
from .lanes import LaneOwner
from .shape_memory import ShapeMemory

logger = logging.getLogger(__name__)

_FEW_ROWS = 256
_PORTION = 1024
_LONG = 0.05
_REMEMBERED = 10.0
_STALE = 30.0
_PAUSE = 0.25
"""Seconds until a connection is asked for again after one was wanted back."""


class ExpressLane:
    """Sends selects over express sessions.

    Attributes:
        answered: how many reads were answered here.
        sessions: how many connections the lane has.
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
        self._aside = aside
        self._again = again
        self._idle: List[ExpressSession] = []
        self._flights: Dict[int, Flight] = {}
        self._waiting: Deque[Tuple[Job, Statement]] = deque()
        self._long = ShapeMemory(_REMEMBERED)
        self._opening = False
        self._wanted = False
        self._open_from = 0.0
        self._closed = False
        self.answered = 0
        self.sessions = 0
        express.listen(
            partial(loop.call_soon, self._yield_one),
            partial(loop.call_soon, self._grow_if_wanted),
        )

    def __len__(self) -> int:
        """Return how many reads are under way or wait."""
        return len(self._flights) + len(self._waiting)

    # --- requests -----------------------------------------------------------------

    def take(self, job: Job) -> bool:
        """Send a job's read, or keep it until a session is free; False where it is
        none for this lane."""
        request = job.request
        if type(request) is not SelectRequest or job.transaction is not None:
            return False
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
        session = self._free_session(now)
        if session is not None:
            if job.claim():
                self._send(Flight(job, statement, session, now))
            return True
        self._grow(now)
        if not self._flights:
            return False
        self._waiting.append((job, statement))
        return True

    def forget(self, job: Job) -> None:
        """Let go of a job that waits in vain."""
        for entry in self._waiting:
            if entry[0] is job:
                self._waiting.remove(entry)
                return

    def close(self) -> None:
        """Close the sessions; what is under way is left without an answer.  Any
        thread, once the loop has ended."""
        self._closed = True
        sessions = [*self._idle, *(f.session for f in self._flights.values())]
        self._idle.clear()
        self._flights.clear()
        for session in sessions:
            self._express.retire(session)

    # --- under way ----------------------------------------------------------------

    def _send(self, flight: Flight) -> None:
        """Send a read that was claimed."""
        session, statement = flight.session, flight.statement
        self._flights[session.fileno()] = flight
        flight.job.deadline.interrupt = partial(self._give_up, flight)
        try:
            wants = session.send(statement.sql, statement.params)
        except DriverError as error:
            self._fail(flight, error)
            return
        self._follow(flight, wants)

    def _go_on(self, descriptor: int, events: int) -> None:
        """Go on with a session whose socket has something."""
        flight = self._flights.get(descriptor)
        if flight is None:
            self._look_at_idle(descriptor)
            return
        try:
            wants = flight.session.advance()
        except DriverError as error:
            self._fail(flight, error)
            return
        if events & WRITE:
            self._loop.modify(descriptor, READ)
        self._follow(flight, wants)

    def _follow(self, flight: Flight, wants: Wants) -> None:
        """Wait for what a session wants, or answer."""
        if wants is Wants.NOTHING:
            self._land(flight)
        elif wants is Wants.WRITE:
            self._loop.modify(flight.session.fileno(), READ | WRITE)

    def _land(self, flight: Flight) -> None:
        """Answer a read whose rows are there."""
        job, session = flight.job, flight.session
        job.deadline.interrupt = None
        now = perf_counter()
        if session.row_count > _FEW_ROWS or now - flight.sent > _LONG:
            self._long.note(job.request, now)
        if session.row_count > _FEW_ROWS:
            self._leave(session)
            self._aside(partial(self._finish, flight))
            return
        self.answered += 1
        self._owner.answer(job, _result(flight))
        self._next(session, now)

    def _finish(self, flight: Flight) -> None:
        """Answer a read of many rows; on a thread."""
        job = flight.job
        try:
            result = _result(flight)
            if isinstance(result, DataResult):
                sink = self._owner.sink(job)
                rows = result.rows
                for start in range(0, len(rows) - _PORTION, _PORTION):
                    sink(result.columns, rows[start : start + _PORTION])
                rest = len(rows) - (len(rows) - 1) % _PORTION - 1
                result = DataResult(result.columns, rows[rest:])
        except DriverError as error:
            result = ErrorResult.of_error(error)
        self._owner.answer(job, result)
        self._loop.call_soon(partial(self._adopt, flight.session))

    def _give_up(self, flight: Flight) -> None:
        """Answer a read that its caller cancelled, or whose time ran out; its session
        is closed, so that a request to cancel cannot come late."""
        job, session = flight.job, flight.session
        job.deadline.interrupt = None
        self.sessions -= 1
        self._leave(session)
        self._aside(partial(self._stop, session))
        error = interruption(job.deadline)
        assert isinstance(error, DriverError)
        self._owner.answer(job, ErrorResult.of_error(error))
        self._pass_on()

    def _stop(self, session: ExpressSession) -> None:
        """Have the server stop what it does, and close the session; on a thread."""
        session.cancel()
        self._express.retire(session)

    def _fail(self, flight: Flight, error: DriverError) -> None:
        """Leave a read that failed here to the threads."""
        logger.debug("a read is done again on a thread: %s", error)
        flight.job.deadline.interrupt = None
        self._retire(flight.session)
        self._again(flight.job)
        self._pass_on()

    # --- sessions -----------------------------------------------------------------

    def _free_session(self, now: float) -> Optional[ExpressSession]:
        """Return an idle session, None where there is none.

        One that was idle for long is closed: nobody knows whether its server is there.
        """
        while self._idle:
            session = self._idle.pop()
            if now - session.idle_since < _STALE:
                return session
            self._retire(session)
        return None

    def _next(self, session: ExpressSession, now: float) -> None:
        """Use a session for the read that has waited longest, or keep it."""
        self._flights.pop(session.fileno(), None)
        session.idle_since = now
        if self._closed or self._express.is_short:
            self._retire(session)
            self._open_from = now + _PAUSE
            self._pass_on()
            return
        while self._waiting:
            job, statement = self._waiting.popleft()
            if job.claim():
                self._send(Flight(job, statement, session, now))
                return
        self._idle.append(session)

    def _pass_on(self) -> None:
        """Leave those that wait to the threads where no session is left for them."""
        if self._flights or not self._waiting:
            return
        waiting = list(self._waiting)
        self._waiting.clear()
        for job, _ in waiting:
            if job.claim():
                self._again(job)

    def _grow(self, now: float) -> None:
        """Have one more session opened, one at a time."""
        if not self._opening and now >= self._open_from:
            self._opening = True
            self._wanted = False
            self._aside(self._open)

    def _grow_if_wanted(self) -> None:
        """Try again what failed for want of a connection."""
        if self._wanted:
            self._grow(perf_counter())

    def _open(self) -> None:
        """Open a session; on a thread."""
        session = None
        failed = False
        try:
            session = self._express.open()
        except DriverError as error:
            logger.info("no connection for short reads: %s", error)
            failed = True
        self._loop.call_soon(partial(self._opened, session, failed))

    def _opened(self, session: Optional[ExpressSession], failed: bool) -> None:
        """Take a session that was opened, or try again later."""
        self._opening = False
        if session is not None:
            self.sessions += 1
            self._adopt(session)
        elif failed:
            self._open_from = perf_counter() + _PAUSE
        else:
            self._wanted = True

    def _adopt(self, session: ExpressSession) -> None:
        """Use a session that is not listened to yet."""
        descriptor = session.fileno()
        self._loop.register(descriptor, READ, partial(self._go_on, descriptor))
        self._next(session, perf_counter())

    def _look_at_idle(self, descriptor: int) -> None:
        """See what an idle session's server has sent unasked: its end, mostly."""
        for session in self._idle:
            if session.fileno() == descriptor:
                if not session.is_held():
                    self._idle.remove(session)
                    self._retire(session)
                return

    def _yield_one(self) -> None:
        """Give a connection to somebody who waits for one."""
        if self._idle and self._express.is_short:
            self._retire(self._idle.pop())
            self._open_from = perf_counter() + _PAUSE

    def _retire(self, session: ExpressSession) -> None:
        """Close a session."""
        self.sessions -= 1
        self._leave(session)
        self._express.retire(session)

    def _leave(self, session: ExpressSession) -> None:
        """Hear no more of a session."""
        descriptor = session.fileno()
        self._flights.pop(descriptor, None)
        # the socket of a connection that was lost is closed already
        with suppress(OSError):
            self._loop.unregister(descriptor)


def _result(flight: Flight) -> FieldResult:
    """Return the result of a read whose rows are there."""
    statement = flight.statement
    try:
        rows = flight.session.rows()
        if statement.decode is not None:
            rows = statement.decode(rows)
    except DriverError as error:
        return ErrorResult.of_error(error)
    return DataResult(list(statement.columns), rows)
