"""An express session in the event loop, with what is under way on it.

What is put on a pipeline in one round of the loop is sent at its end, in one go.
Whoever owns the pipeline is told of the replies, and of its end.  Loop thread only.
"""

from __future__ import annotations

from collections import deque
from contextlib import suppress
from time import perf_counter
from typing import Deque, Generic, List, Protocol, Sequence, TypeVar

from ..dialects.statement import Statement
from ..drivers.express_session import ExpressSession, Reply, Wants
from ..event_loop import READ, WRITE, EventLoop
from ..exceptions import DriverError

F = TypeVar("F")
"""What is under way: a read, a group of writes."""


class PipelineOwner(Protocol[F]):
    """What a pipeline tells about."""

    def on_replies(self, pipeline: "Pipeline[F]", replies: List[Reply]) -> None:
        """Replies have come; they are those of the first that are under way."""

    def on_lost(self, pipeline: "Pipeline[F]", error: DriverError) -> None:
        """The connection is of no more use."""


class Pipeline(Generic[F]):
    """A session and what is under way on it.

    Attributes:
        session: the session.
        under_way: what was sent and is not answered, in its order.
        since: when the first of them came to be the first, in seconds of
            ``time.perf_counter``; of an idle one, when it came to be idle.
        leaving: whether it is to be closed when nothing is under way any more.
        held_up: whether what is under way lasts; nothing new is to come behind it.
    """

    def __init__(
        self, session: ExpressSession, loop: EventLoop, owner: PipelineOwner[F]
    ) -> None:
        """Listen to ``session``."""
        self.session = session
        self.under_way: Deque[F] = deque()
        self.since = perf_counter()
        self.leaving = False
        self.held_up = False
        self._loop = loop
        self._owner = owner
        self._descriptor = session.fileno()
        self._is_due = False
        self._is_gone = False
        loop.register(self._descriptor, READ, self._on_events)

    def put(self, item: F, statements: Sequence[Statement], now: float) -> None:
        """Have statements sent at the end of the round.

        Raises:
            DriverError: a value cannot be sent this way; nothing was taken.
        """
        self.session.put(statements)
        if not self.under_way:
            self.since = now
        self.under_way.append(item)
        if not self._is_due:
            self._is_due = True
            self._loop.call_soon(self._flush)

    def leave(self) -> None:
        """Hear no more of the session."""
        self._is_gone = True
        # the socket of a connection that was lost may be closed already
        with suppress(OSError):
            self._loop.unregister(self._descriptor)

    def _flush(self) -> None:
        """Send what was put."""
        self._is_due = False
        if self._is_gone:
            return
        try:
            wants = self.session.flush()
        except DriverError as error:
            self._owner.on_lost(self, error)
            return
        if wants is Wants.WRITE:
            self._loop.modify(self._descriptor, READ | WRITE)
        elif wants is Wants.NOTHING:
            self._receive()

    def _on_events(self, events: int) -> None:
        """Go on as the socket allows."""
        if events & WRITE:
            self._loop.modify(self._descriptor, READ)
            self._flush()
        if events & ~WRITE and not self._is_gone:
            self._receive()

    def _receive(self) -> None:
        """Take what has come."""
        try:
            replies = self.session.receive()
        except DriverError as error:
            self._owner.on_lost(self, error)
            return
        if replies:
            self._owner.on_replies(self, replies)
            self.since = perf_counter()
