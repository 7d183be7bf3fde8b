"""The cursors that clients have open, under their ids."""

from __future__ import annotations

import secrets
import threading
import time
from contextlib import suppress
from typing import Any, Dict, List, Optional, Sequence, Tuple

import attrs

from .drivers.row_cursor import RowCursor
from .exceptions import DriverError, DriverQueryError

_MAX_OPEN = 48


@attrs.define
class _OpenCursor:
    """A cursor, when it was last used, and the lock of the one who fetches."""

    cursor: RowCursor
    used: float
    transaction_id: Optional[str]
    lock: threading.Lock = attrs.field(factory=threading.Lock)


class CursorTable:
    """Opens, finds and closes cursors; safe from any thread."""

    def __init__(self, idle_timeout: float) -> None:
        """Make an empty table whose cursors may be idle for ``idle_timeout`` s."""
        self._idle_timeout = idle_timeout
        self._open: Dict[str, _OpenCursor] = {}

    def __len__(self) -> int:
        """Return how many cursors are open."""
        return len(self._open)

    def add(self, cursor: RowCursor, transaction_id: Optional[str]) -> str:
        """Keep ``cursor`` and return its id."""
        cursor_id = secrets.token_hex(8)
        self._open[cursor_id] = _OpenCursor(cursor, time.monotonic(), transaction_id)
        return cursor_id

    def check_room(self) -> None:
        """Refuse one more cursor where too many are open.

        Each holds a connection of the database, and short reads need some too.

        Raises:
            DriverQueryError: the limit is reached.
        """
        if len(self._open) >= _MAX_OPEN:
            raise DriverQueryError(
                f"{_MAX_OPEN} cursors are open already: read streams to their end, or"
                " close them"
            )

    def fetch(
        self, cursor_id: str, count: int
    ) -> Tuple[List[str], List[Sequence[Any]], bool]:
        """Return (columns, next rows, whether there may be more).

        A cursor that has come to its end, or failed, is closed.

        Raises:
            DriverQueryError: there is no such cursor.
        """
        entry = self._open.get(cursor_id)
        if entry is None:
            raise self.not_open(cursor_id)
        with entry.lock:
            more = False
            try:
                rows = entry.cursor.fetch(count)
                more = len(rows) == count
            finally:
                entry.used = time.monotonic()
                if not more:
                    self.close(cursor_id)
            return entry.cursor.columns, rows, more

    def not_open(self, cursor_id: str) -> DriverQueryError:
        """Return the error for the use of a cursor that is not open."""
        return DriverQueryError(
            f"cursor {cursor_id!r} is not open: it came to its end, was idle longer"
            f" than {self._idle_timeout:g} s, or its transaction or client ended"
        )

    def close(self, cursor_id: str) -> bool:
        """Close a cursor; False where it is not open."""
        entry = self._open.pop(cursor_id, None)
        if entry is None:
            return False
        # The connection behind it may be broken already: it is gone either way.
        with suppress(DriverError):
            entry.cursor.close()
        return True

    def close_of_transaction(self, transaction_id: str) -> None:
        """Close what a transaction that ends has open."""
        for cursor_id, entry in list(self._open.items()):
            if entry.transaction_id == transaction_id:
                self.close(cursor_id)

    def close_idle(self) -> None:
        """Close what nobody has used for longer than the idle time.

        What belongs to a transaction ends with it, which has an idle time of its own.
        """
        limit = time.monotonic() - self._idle_timeout
        for cursor_id, entry in list(self._open.items()):
            if entry.transaction_id is not None or entry.used >= limit:
                continue
            if entry.lock.acquire(blocking=False):
                try:
                    self.close(cursor_id)
                finally:
                    entry.lock.release()

    def close_all(self) -> None:
        """Close every cursor."""
        for cursor_id in list(self._open):
            self.close(cursor_id)
