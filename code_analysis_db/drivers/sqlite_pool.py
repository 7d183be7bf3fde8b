"""SQLite sessions that wait for their next use."""

from __future__ import annotations

from .session_pool import SessionPool
from .sqlite_session import SQLiteSession


class SQLitePool(SessionPool[SQLiteSession]):
    """A bounded number of sessions of one kind; thread-safe."""

    def _stop(self, session: SQLiteSession) -> None:
        """Close a session that may be in use: its statement is interrupted."""
        session.interrupt()
        session.close()
