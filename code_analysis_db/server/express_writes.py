"""Short writes outside transactions, those of several clients in one commit.

Writes that come while others are being committed are gathered, and sent as one
transaction: one wait for the disk for all of them.  None is answered before the commit.
Where one of them fails the server undoes all; that one is left to the threads, which do
it again and say what is wrong, and the others are sent again.  One that has to wait for
a lock fails, too, after some milliseconds: the others must not wait with it, nor hold
the locks that its owner may come to want.

Where the connection is lost once a group was sent nobody knows whether it was applied.

Loop thread only.
"""

from __future__ import annotations

import logging
import threading
from collections import deque
from functools import partial
from time import perf_counter
from typing import Any, Callable, Deque, Dict, List, Optional, Type

from ..drivers.express import Express, ExpressWrite
from ..drivers.express_session import Reply
from ..drivers.interruption import interruption, is_over
from ..event_loop import EventLoop
from ..exceptions import DriverError, OutcomeUnknownError
from ..messages.base_request import FieldRequest
from ..messages.base_result import FieldResult
from ..request import DeleteRequest, InsertRequest, UpdateRequest
from ..result import ErrorResult, SuccessResult
from .express_fleet import ExpressFleet
from .job import Job
from .lanes import LaneOwner
from .pipeline import Pipeline
from .shape_memory import ShapeMemory
from .write_group import GroupedWrite, WriteGroup

logger = logging.getLogger(__name__)

_CONNECTIONS = 2
"""While one group waits for the disk another is written."""
_MOST = 64
_REMEMBERED = 1.0
_GRACE = 5.0
"""Seconds that the server has to stop a group."""

# What a request's answer is called.
_ANSWERS: Dict[Type[FieldRequest], str] = {
    InsertRequest: "row_id",
    UpdateRequest: "affected_rows",
    DeleteRequest: "affected_rows",
}


class ExpressWrites:
    """Sends writes in groups.

    Attributes:
        answered: how many writes were answered here.
        groups: how many commits they took.
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
        self._gathered: Deque[GroupedWrite] = deque()
        self._failed = ShapeMemory(_REMEMBERED)
        self._is_due = False
        self._never = False
        self.fleet: ExpressFleet[WriteGroup] = ExpressFleet(
            express, loop, aside, self, self._send, _CONNECTIONS
        )
        self.answered = 0
        self.groups = 0

    def __len__(self) -> int:
        """Return how many writes are under way or wait."""
        under_way = (g for p in self.fleet.pipelines for g in p.under_way)
        return sum(len(g.members) for g in under_way) + len(self._gathered)

    # --- requests -----------------------------------------------------------------

    def take(self, job: Job) -> bool:
        """Keep a write for the next group; False where it is none for here."""
        request: Any = job.request
        if type(request) not in _ANSWERS or self._never:
            return False
        now = perf_counter()
        if self._failed.has(request, now):
            return False
        write = self._write_of(request)
        if write is None:
            return False
        if not self.fleet.pipelines:
            self.fleet.grow(now)
            return False
        self._gathered.append(GroupedWrite(job, write))
        if not self._is_due:
            self._is_due = True
            self._loop.call_soon(self._send)
        return True

    def _write_of(self, request: Any) -> Optional[ExpressWrite]:
        """Return what is to be sent for a request, None for one that takes more."""
        if request.returning is not None:
            return None
        if type(request) is InsertRequest:
            return self._express.insert(
                request.table_name, request.data, request.on_conflict
            )
        if request.all_rows or request.max_affected is not None:
            return None
        if type(request) is UpdateRequest:
            return self._express.update(request.table_name, request.where, request.data)
        return self._express.delete(request.table_name, request.where)

    def forget(self, job: Job) -> None:
        """Let go of a job that waits in vain."""
        for write in self._gathered:
            if write.job is job:
                self._gathered.remove(write)
                return

    # --- groups -------------------------------------------------------------------

    def _send(self) -> None:
        """Send what was gathered, where a pipeline is idle."""
        self._is_due = False
        now = perf_counter()
        while self._gathered:
            pipeline = self.fleet.with_room(1, now)
            if pipeline is None:
                break
            if not pipeline.session.groups:
                # as all of them will be
                self._never = True
                self.fleet.retire(pipeline)
                break
            self._send_group(pipeline, now)
        if not self._gathered:
            return
        if self.fleet.busy:
            self.fleet.grow(now)
            return
        gathered = list(self._gathered)
        self._gathered.clear()
        for member in gathered:
            if member.was_grouped or member.job.claim():
                self._again(member.job)

    def _send_group(self, pipeline: Pipeline[WriteGroup], now: float) -> None:
        """Send a group."""
        members: List[GroupedWrite] = []
        while self._gathered and len(members) < _MOST:
            member = self._gathered.popleft()
            if member.was_grouped and is_over(member.job.deadline):
                self._refuse(member.job)
            elif member.was_grouped or member.job.claim():
                members.append(member)
        if not members:
            return
        group = WriteGroup(members, now)
        try:
            pipeline.put(group, [m.write.statement for m in members], now)
        except DriverError as error:
            logger.debug("a group of writes is left to the threads: %s", error)
            for member in members:
                self._again(member.job)
            return
        for member in members:
            member.job.deadline.interrupt = partial(self._stop, pipeline, group)

    def on_replies(self, pipeline: Pipeline[WriteGroup], replies: List[Reply]) -> None:
        """Answer the writes of a group that was committed; do others again."""
        for reply in replies:
            group = pipeline.under_way.popleft()
            if group.cut_off is not None:
                group.cut_off.cancel()
            for member in group.members:
                member.job.deadline.interrupt = None
            if reply.code is None:
                self._answer(group, reply)
            else:
                self._do_again(group, reply)
        if not pipeline.under_way:
            self.fleet.yield_idle(pipeline)
        self._send()

    def _answer(self, group: WriteGroup, reply: Reply) -> None:
        """Answer writes that were committed."""
        self.groups += 1
        self.answered += len(group.members)
        for member, result in zip(group.members, reply.results):
            job = member.job
            answer: FieldResult
            try:
                answer = SuccessResult(
                    {_ANSWERS[type(job.request)]: member.write.answer(result)}
                )
            except DriverError as error:
                answer = ErrorResult.of_error(error)
            self._owner.answer(job, answer)

    def _do_again(self, group: WriteGroup, reply: Reply) -> None:
        """Do the writes of a group again that was undone: the one that failed, and
        those that fail again, on threads."""
        logger.debug("a group of writes was undone: %s", reply.message)
        now = perf_counter()
        failed = len(reply.results)
        rest: List[GroupedWrite] = []
        for place, member in enumerate(group.members):
            job = member.job
            if is_over(job.deadline):
                self._refuse(job)
            elif place == failed or member.was_grouped or failed >= len(group.members):
                if place == failed:
                    self._failed.note(job.request, now)
                self._again(job)
            else:
                member.was_grouped = True
                rest.append(member)
        self._gathered.extendleft(reversed(rest))

    def _refuse(self, job: Job) -> None:
        """Answer a write of which nothing was applied, and whose time is up."""
        error = interruption(job.deadline)
        assert isinstance(error, DriverError)
        self._owner.answer(job, ErrorResult.of_error(error))

    # --- those that end badly -----------------------------------------------------

    def on_lost(self, pipeline: Pipeline[WriteGroup], error: DriverError) -> None:
        """Say of the writes of a connection that was lost that nobody knows, unless
        they were not sent as a whole."""
        groups = list(pipeline.under_way)
        pipeline.under_way.clear()
        was_sent = not pipeline.session.has_unsent
        self.fleet.retire(pipeline)
        unknown = OutcomeUnknownError(
            f"the connection to the server was lost while a statement ran:"
            f" {error.message}",
            database_code=error.database_code,
        )
        for group in groups:
            if group.cut_off is not None:
                group.cut_off.cancel()
            for member in group.members:
                member.job.deadline.interrupt = None
                if was_sent:
                    self._owner.answer(member.job, ErrorResult.of_error(unknown))
                else:
                    self._again(member.job)
        self._send()

    def _stop(self, pipeline: Pipeline[WriteGroup], group: WriteGroup) -> None:
        """Have the server stop a group, one of which was cancelled or has run out of
        time; the others are done again then."""
        if group.cut_off is not None:
            return
        group.cut_off = self._loop.call_later(
            _GRACE, partial(self._cut_off, pipeline, group)
        )
        # a thread of its own: a server that does not answer holds it up
        threading.Thread(
            target=pipeline.session.cancel, name="cancel", daemon=True
        ).start()

    def _cut_off(self, pipeline: Pipeline[WriteGroup], group: WriteGroup) -> None:
        """Give up a connection whose server does not stop a group."""
        if group in pipeline.under_way:
            self.on_lost(pipeline, DriverError("the server did not stop it in time"))
