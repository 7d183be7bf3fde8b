"""Open cursors: whose they are, and how they end when nobody ends them.

Loop thread only, except :meth:`CursorWatch.note`.
"""

from __future__ import annotations

from functools import partial
from typing import Any, Callable, Dict, Iterable

from ..cursor_table import CursorTable
from ..messages.base_result import FieldResult
from ..request import CloseCursorRequest
from ..result import DataResult, ErrorResult, SuccessResult
from .job import Job
from .peer import Peer


class CursorWatch:
    """The open cursors of all clients."""

    def __init__(
        self, cursors: CursorTable, do_aside: Callable[[Callable[[], None]], None]
    ) -> None:
        """Watch ``cursors``.

        Args:
            do_aside: has something done on a thread that may wait for the database.
        """
        self._cursors = cursors
        self._do_aside = do_aside

    def note(self, job: Job, result: FieldResult) -> None:
        """Note which cursor a client has open after a request about one; safe from the
        lanes' threads, before the client hears of it."""
        cursors = job.peer.cursors
        cursors.pop(getattr(job.request, "cursor", ""), None)
        if isinstance(result, DataResult) and result.cursor is not None:
            entry = job.transaction
            cursors[result.cursor] = None if entry is None else entry.transaction_id

    def refusal(self, job: Job) -> FieldResult:
        """Return the result of a request about a cursor that its client has not, or
        whose transaction has ended."""
        request: Any = job.request
        if type(request) is CloseCursorRequest:
            return SuccessResult({"done": False})
        return ErrorResult.of_error(self._cursors.not_open(request.cursor))

    def close_of(self, peer: Peer) -> None:
        """Close what a client has left open; none of its requests may be under way."""
        if peer.cursors:
            cursors: Dict[str, Any] = dict(peer.cursors)
            peer.cursors.clear()
            self._do_aside(partial(self._close, cursors))

    def close_idle(self) -> None:
        """Close what nobody has used for too long."""
        if len(self._cursors):
            self._do_aside(self._cursors.close_idle)

    def _close(self, cursors: Iterable[str]) -> None:
        """Close cursors."""
        for cursor in cursors:
            self._cursors.close(cursor)
