"""A moment of a SQLite database that its file alone holds, without the log.

A reading transaction keeps the frames of the write-ahead log that it may need from
being moved into the file, or written over: a checkpoint, of whatever process, stops at
the oldest reader's mark (https://www.sqlite.org/walformat.html, 2.3).  So where all of
the log had been moved when the transaction began, the file stays as it is as long as
the transaction lasts, and is what the transaction sees.  Others write on into the log.
"""

from __future__ import annotations

import attrs

from ...exceptions import LockTimeoutError, StorageError
from ..sqlite_database import SQLiteDatabase
from ..sqlite_session import SQLiteSession

_ATTEMPTS = 4


@attrs.frozen
class _Beginning:
    """What was seen when a transaction began.

    Attributes:
        is_moved: whether all of the log was in the file.
        is_quiet: whether nobody wrote since.
    """

    is_moved: bool
    is_quiet: bool


def begin_settled(session: SQLiteSession, database: SQLiteDatabase) -> bool:
    """Begin a reading transaction, of a moment that the file alone holds if there is
    one; return whether it is.

    There is none where somebody reads what is old for long, or other processes write
    all the time.  This one's writers are asked to wait, only if need be.
    """
    seen = _begin(session, database)
    for _ in range(_ATTEMPTS):
        if seen.is_moved and seen.is_quiet:
            return True
        session.rollback()
        if seen.is_quiet:
            seen = _begin(session, database)
        else:
            seen = _begin_undisturbed(session, database)
    return seen.is_moved and seen.is_quiet


def _begin(session: SQLiteSession, database: SQLiteDatabase) -> _Beginning:
    """Move the log into the file, and begin.

    The version of the data is another one once somebody else has committed.
    """
    before = _data_version(session)
    is_moved = _move_log(database)
    session.control("BEGIN")
    session.query("SELECT count(*) FROM sqlite_master")
    return _Beginning(is_moved, _data_version(session) == before)


def _begin_undisturbed(session: SQLiteSession, database: SQLiteDatabase) -> _Beginning:
    """Begin while no other session of the driver writes, if they let us."""

    def begin(_: SQLiteSession) -> _Beginning:
        """Begin, beside the session that writes."""
        return _begin(session, database)

    try:
        return database.write_alone(begin)
    except LockTimeoutError:
        return _begin(session, database)


def _data_version(session: SQLiteSession) -> int:
    """Return a number that changes with the data."""
    ((version,),) = session.query("PRAGMA data_version")
    return int(version)


def _move_log(database: SQLiteDatabase) -> bool:
    """Move the write-ahead log into the file; tell whether all of it was moved.

    FULL waits a moment for those who read what is old.  Beside somebody who writes it
    moves what it can.
    """
    session = database.writers.take()
    try:
        ((_, frames, moved),) = session.query("PRAGMA wal_checkpoint(FULL)")
    except StorageError:
        # the database's disk is full, or fails: all the more it is to be saved
        return False
    finally:
        database.writers.give_back(session)
    return bool(frames == moved >= 0)
