"""A transaction on one session: what an id of ``begin_transaction`` stands for, and
what makes the operations of one caller's block one.

A driver adds how its database begins, guards and loses transactions.
"""

from __future__ import annotations

import threading
from abc import abstractmethod
from typing import Callable, List, Optional, Set

from ..exceptions import DriverTransactionError
from .row_cursor import RowCursor
from .scope import S, Scope


class Transaction(Scope[S]):
    """Statements on a session that are committed or rolled back together.

    Several threads may use it, one after another: its lock is held while a statement
    runs.

    Attributes:
        name: what errors call it.
        ended: why it ended, None while it is open.
    """

    def __init__(
        self,
        name: str,
        session: S,
        done: Optional[Callable[[S], None]] = None,
    ) -> None:
        """Make an open transaction.

        Args:
            done: takes the session when the transaction has ended.
        """
        self.name = name
        self.ended: Optional[str] = None
        self._session = session
        self._done = done
        self._savepoints: List[str] = []
        self._savepoint_number = 0
        self._cursors: Set[RowCursor] = set()
        self._lock = threading.RLock()

    @property
    def has_write_lock(self) -> bool:
        """Whether it keeps all others from writing."""
        return False

    def give_way(self) -> None:
        """Note that something was asked for which has to run outside of it."""
        return None

    # --- savepoints ---------------------------------------------------------------

    def create_savepoint(self) -> str:
        """Set a savepoint and return its name."""
        with self._lock:
            self._begin()
            self._savepoint_number += 1
            savepoint = f"savepoint_{self._savepoint_number}"
            self._control(self._session.savepoint, savepoint)
            self._savepoints.append(savepoint)
            return savepoint

    def release_savepoint(self, savepoint: str) -> None:
        """Keep what was done since the savepoint; later ones go with it."""
        with self._lock:
            self._forget_savepoint(savepoint)
            self._control(self._session.release, savepoint)

    def rollback_to_savepoint(self, savepoint: str) -> None:
        """Undo what was done since the savepoint; later ones go with it."""
        with self._lock:
            self._forget_savepoint(savepoint)
            self._control(self._session.rollback_to, savepoint)

    def _forget_savepoint(self, savepoint: str) -> None:
        """Take the savepoint and those after it off the list."""
        self._check_open()
        if savepoint not in self._savepoints:
            raise DriverTransactionError(
                f"unknown savepoint {savepoint!r} in {self.name}"
            )
        del self._savepoints[self._savepoints.index(savepoint) :]

    # --- end ----------------------------------------------------------------------

    def commit(self) -> None:
        """Commit; where that fails, roll back and raise."""
        with self._lock:
            self._check_open()
            self._close_cursors()
            try:
                self._commit()
            except BaseException as error:
                self.rollback(f"its commit failed: {error}")
                raise
            self._close("committed")

    def rollback(self, reason: str) -> None:
        """Roll back, if it has not ended; ``reason`` says why."""
        with self._lock:
            if self.ended is None:
                try:
                    self._close_cursors()
                    self._session.rollback()
                finally:
                    self._close(reason)

    # --- parts --------------------------------------------------------------------

    @abstractmethod
    def _begin(self) -> None:
        """See that the transaction is open, in the database too."""

    def _commit(self) -> None:
        """Commit in the database."""
        self._session.commit()

    def _control(self, step: Callable[[str], None], savepoint: str) -> None:
        """Run a step of the session's over a savepoint."""
        step(savepoint)

    def _check_open(self) -> None:
        """Refuse to go on after the end."""
        if self.ended is not None:
            raise DriverTransactionError(f"{self.name} has ended: {self.ended}")

    def _close_cursors(self) -> None:
        """Close the reads that are still open."""
        for cursor in list(self._cursors):
            cursor.close()

    def _close(self, reason: str) -> None:
        """Note the end and let go of the session."""
        self._close_cursors()
        self.ended = reason
        if self._done is not None:
            self._done(self._session)
