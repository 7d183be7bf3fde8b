"""The pipelines of one kind of work: opened one at a time when they are wanted, given
back when others want their connections.

Loop thread only, but for :meth:`ExpressFleet.close`.
"""

from __future__ import annotations

import logging
import threading
from contextlib import suppress
from functools import partial
from time import perf_counter
from typing import Callable, Generic, List, Optional

from ..drivers.express import Express
from ..drivers.express_session import ExpressSession
from ..event_loop import EventLoop
from ..exceptions import DriverError
from .pipeline import F, Pipeline, PipelineOwner

logger = logging.getLogger(__name__)

_STALE = 30.0
_PAUSE = 0.25
"""Seconds until a connection is asked for again after one was wanted back."""


class ExpressFleet(Generic[F]):
    """Pipelines, in the order in which they are to be used.

    Attributes:
        pipelines: those that are open.
    """

    def __init__(
        self,
        express: Express,
        loop: EventLoop,
        aside: Callable[[Callable[[], None]], None],
        owner: PipelineOwner[F],
        ready: Callable[[], None],
        most: Optional[int] = None,
    ) -> None:
        """Open nothing yet.

        Args:
            aside: does something on a thread that may wait.
            owner: hears what pipelines tell.
            ready: called when there is a new pipeline.
            most: pipelines at most; None where only the driver sets a limit.
        """
        self.pipelines: List[Pipeline[F]] = []
        self._express = express
        self._loop = loop
        self._aside = aside
        self._owner = owner
        self._ready = ready
        self._most = most
        self._opening = False
        self._wanted = False
        self._open_from = 0.0
        self._closed = False

    @property
    def busy(self) -> bool:
        """Whether something is under way on a pipeline."""
        return any(pipeline.under_way for pipeline in self.pipelines)

    def with_room(self, most: int, now: float) -> Optional[Pipeline[F]]:
        """Return the first pipeline with less than ``most`` under way, None where there
        is none.

        One that was idle for long is closed: nobody knows whether its server is there.
        """
        for pipeline in self.pipelines:
            count = len(pipeline.under_way)
            if not count and now - pipeline.since >= _STALE:
                self.retire(pipeline)
                return self.with_room(most, now)
            if pipeline.leaving or pipeline.held_up:
                continue
            if count < most and count < pipeline.session.capacity:
                return pipeline
        return None

    # --- more of them -------------------------------------------------------------

    def grow(self, now: float) -> None:
        """Have one more pipeline opened, one at a time."""
        if self._opening or now < self._open_from:
            return
        if self._most is None or len(self.pipelines) < self._most:
            self._opening = True
            self._wanted = False
            self._aside(self._open)

    def grow_if_wanted(self) -> None:
        """Try again what failed for want of a connection."""
        if self._wanted:
            self.grow(perf_counter())

    def _open(self) -> None:
        """Open a session; on a thread."""
        session = None
        failed = False
        try:
            session = self._express.open()
        except DriverError as error:
            logger.info("no connection for short statements: %s", error)
            failed = True
        self._loop.call_soon(partial(self._opened, session, failed))

    def _opened(self, session: Optional[ExpressSession], failed: bool) -> None:
        """Take a session that was opened, or try again later."""
        self._opening = False
        if session is not None:
            pipeline = Pipeline(session, self._loop, self._owner)
            self.pipelines.append(pipeline)
            # somebody may have come to want its connection meanwhile
            self.yield_idle(pipeline)
            self._ready()
        elif failed:
            self._open_from = perf_counter() + _PAUSE
        else:
            self._wanted = True

    # --- less of them -------------------------------------------------------------

    def yield_one(self) -> None:
        """Give a connection to somebody who waits for one, at once where it is idle,
        else when what is under way on it is done."""
        if not self.pipelines or not self._express.is_short:
            return
        pipeline = min(self.pipelines, key=_load)
        if pipeline.under_way:
            pipeline.leaving = True
        else:
            self._give_up(pipeline)

    def yield_idle(self, pipeline: Pipeline[F]) -> bool:
        """Give the connection of an idle pipeline to somebody who waits for one; False
        where nobody does."""
        if not pipeline.leaving and not self._express.is_short and not self._closed:
            return False
        self._give_up(pipeline)
        return True

    def _give_up(self, pipeline: Pipeline[F]) -> None:
        """Close a pipeline, and do without it for a while."""
        self.retire(pipeline)
        self._open_from = perf_counter() + _PAUSE

    def retire(self, pipeline: Pipeline[F]) -> None:
        """Close a pipeline."""
        self._drop(pipeline)
        self._express.retire(pipeline.session)

    def stop(self, pipeline: Pipeline[F]) -> None:
        """Close a pipeline whose server is at work, and have it stop that."""
        self._drop(pipeline)
        session = pipeline.session
        # a thread of its own: a server that does not answer holds it up
        threading.Thread(
            target=self._cancel_and_retire, args=(session,), name="cancel", daemon=True
        ).start()

    def _cancel_and_retire(self, session: ExpressSession) -> None:
        """Have the server stop what it does, and close the session."""
        session.cancel()
        self._express.retire(session)

    def _drop(self, pipeline: Pipeline[F]) -> None:
        """Hear no more of a pipeline."""
        with suppress(ValueError):
            self.pipelines.remove(pipeline)
        pipeline.leave()

    def close(self) -> None:
        """Close the pipelines; what is under way is left without an answer.  Any
        thread, once the loop has ended."""
        self._closed = True
        for pipeline in list(self.pipelines):
            self.pipelines.remove(pipeline)
            self._express.retire(pipeline.session)


def _load(pipeline: Pipeline[F]) -> int:
    """Return how much is under way on a pipeline."""
    return len(pipeline.under_way)
