"""Lets a request's deadline stop what a session runs for it.

A request to cancel that comes late must not hit the session's next statement: the watch
waits until it is sent, and has the session absorb it.
"""

from __future__ import annotations

import logging
import threading
from functools import partial
from typing import Any, Callable, Optional, Protocol, TypeVar

from ..execution_context import Deadline, ExecutionContext
from ..interruption import check_deadline
from .canceller import Canceller

logger = logging.getLogger(__name__)

_R = TypeVar("_R")
_LONGEST_SENDING = 5.0


class Watched(Protocol):
    """What a watch needs of its session; see :class:`~.session.ServerSession`."""

    is_broken: bool

    def cancel(self) -> None:
        """Ask the server to stop the statement that runs."""

    def abandon(self) -> None:
        """Shut the connection down."""

    def is_alive(self, *, ask: bool) -> bool:
        """Tell whether the server holds the connection; asking absorbs a late
        cancel."""


class StatementWatch:
    """The watch over one session."""

    def __init__(
        self, session: Watched, context: ExecutionContext, canceller: Canceller
    ) -> None:
        """Watch ``session``, for the requests of the threads that use it."""
        self._session = session
        self._context = context
        self._canceller = canceller
        self._deadline: Optional[Deadline] = None
        self._asked = False
        self._sent = threading.Event()
        self._lock = threading.Lock()

    def run(self, call: Callable[..., _R], *args: Any) -> _R:
        """Run ``call``, which uses the session, under the thread's deadline.

        Raises:
            RequestCancelledError: the request was cancelled before.
            RequestTimeoutError: its time ran out before.
        """
        deadline = self._context.deadline
        if deadline is None:
            return call(*args)
        self._deadline = deadline
        # first to be found, then to look: a cancel in between must not be missed
        deadline.interrupt = partial(self._canceller.stop, self, deadline)
        try:
            check_deadline(self._context)
            return call(*args)
        finally:
            deadline.interrupt = None
            self._leave()

    def _leave(self) -> None:
        """Note that the call is over, once no request to cancel is on its way.

        Until then the session counts as running, so that it is cut off where the server
        does not answer any more.
        """
        with self._lock:
            if not self._asked:
                self._deadline = None
                return
        session = self._session
        if not session.is_broken:
            if not self._sent.wait(_LONGEST_SENDING):
                session.abandon()
            session.is_alive(ask=True)
        with self._lock:
            self._deadline = None
            self._asked = False

    # --- on the canceller's threads -----------------------------------------------

    def take_stop(self, deadline: Deadline) -> bool:
        """Whether a call under ``deadline`` runs that was not asked to stop yet; it
        counts as asked from now on."""
        with self._lock:
            if self._deadline is not deadline or self._asked:
                return False
            self._asked = True
            self._sent.clear()
            return True

    def ask_to_stop(self) -> None:
        """Ask the server to stop the statement."""
        try:
            self._session.cancel()
        except Exception as error:  # of a database's package, whichever it is
            logger.info("a statement could not be cancelled: %s", error)
        finally:
            self._sent.set()

    def cut_off(self, deadline: Deadline) -> None:
        """Shut the connection down if the call runs still."""
        with self._lock:
            if self._deadline is deadline:
                self._session.abandon()
