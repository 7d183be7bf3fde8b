"""The SQLite file with its sessions: one that writes, readers, those of transactions.

The reading sessions see the database as last committed and never wait for the writer
(WAL).  Writes outside transactions are made here, each in a transaction of its own.
"""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path
from typing import Any, Dict, List, Optional, Sequence

import attrs

from ..dialects.statement import Statement
from ..exceptions import DriverConnectionError
from .database import Database
from .execution_context import ExecutionContext
from .interruption import check_deadline
from .scope import R, Work
from .sqlite_config import SQLiteConfig
from .sqlite_cursor import SQLiteCursor
from .sqlite_file import DatabaseFile
from .sqlite_memory_file import MemoryFile
from .sqlite_pool import SQLitePool
from .sqlite_session import SQLiteSession
from .writer_lock import WriterLock

_IDLE_READERS = 8
_IDLE_WRITERS = 4
_MAX_SESSIONS = 64
"""Of each kind; every one has a cache and two file descriptors."""


class SQLiteDatabase(Database[SQLiteSession]):
    """An open database.

    Attributes:
        config: how it was opened.
        writer: the lock of whoever writes.
        write_session: for writes outside transactions; used under ``writer``.
        readers: sessions that cannot write.
        writers: sessions for transactions.
    """

    def __init__(self, config: SQLiteConfig, context: ExecutionContext) -> None:
        """Open the file, making it where it is missing.

        Raises:
            DriverConnectionError: it cannot be opened.
            CorruptDatabaseError: it is no database, or damaged.
        """
        self._context = context
        self._memory: Optional[MemoryFile] = None
        if config.in_memory:
            self._memory = MemoryFile()
            path = self._memory.path
            config = attrs.evolve(config, synchronous="off")
        else:
            path = Path(os.path.abspath(config.path))
        self._file = DatabaseFile(path)
        self.config = config
        self.writer = WriterLock(context, config.busy_timeout)
        try:
            self.write_session = self._open_write_session()
        except BaseException:
            self._remove_memory()
            raise
        self.readers = self._pool(read_only=True, keep=_IDLE_READERS)
        self.writers = self._pool(read_only=config.read_only, keep=_IDLE_WRITERS)

    def _pool(self, *, read_only: bool, keep: int) -> SQLitePool:
        """Return an empty pool of sessions of one kind."""
        return SQLitePool(
            partial(self._open_session, read_only=read_only),
            self._context,
            keep=keep,
            limit=_MAX_SESSIONS,
            timeout=self.config.busy_timeout,
        )

    def _open_session(self, *, read_only: bool) -> SQLiteSession:
        """Open one more session."""
        return SQLiteSession(
            self._file, self.config, self._context, read_only=read_only
        )

    def _open_write_session(self) -> SQLiteSession:
        """Open the first session, and see that the file is a database in WAL mode."""
        session = self._open_session(read_only=self.config.read_only)
        try:
            session.query("SELECT count(*) FROM sqlite_master")
            self._file.remember()
            if not self.config.read_only:
                ((mode,),) = session.query("PRAGMA journal_mode = WAL")
                if mode != "wal":
                    raise DriverConnectionError(
                        f"database file {str(self._file.path)!r} cannot use"
                        f" a write-ahead log (its journal mode stays {mode!r});"
                        " network file systems cannot share one"
                    )
        except BaseException:
            session.close()
            raise
        return session

    @property
    def path(self) -> Path:
        """Where the file is; that of a private database is the driver's own."""
        return self._file.path

    def close(self) -> None:
        """Close every session."""
        self.readers.close()
        self.writers.close()
        self.write_session.close()
        self._remove_memory()

    def _remove_memory(self) -> None:
        """Remove the file of a private database."""
        if self._memory is not None:
            self._memory.remove()
            self._memory = None

    # --- statements outside transactions ------------------------------------------

    def write(self, work: Work[SQLiteSession, R], *, several: bool) -> R:
        """Run ``work`` with the write session, in a transaction of its own.

        Even a single statement gets BEGIN and COMMIT: an interrupt can come just after
        the commit that a bare statement ends with, and must not be reported of it.
        """
        self.writer.acquire("a write outside transactions")
        try:
            check_deadline(self._context)
            session = self.write_session
            session.rollback()
            session.check_file()
            return _transacted(work, session)
        finally:
            self.writer.release()

    def write_tables(self, work: Work[SQLiteSession, R]) -> R:
        """Run ``work``, which changes tables, in a transaction of its own, on a session
        that does not enforce foreign keys; checking them is the work's."""
        self.writer.acquire("a change of tables")
        try:
            check_deadline(self._context)
            self._file.check()
            session = self._open_session(read_only=self.config.read_only)
            try:
                session.control("PRAGMA foreign_keys = OFF")
                return _transacted(work, session)
            finally:
                session.close()
        finally:
            self.writer.release()

    def write_alone(self, work: Work[SQLiteSession, R]) -> R:
        """Run ``work`` with the write session outside any transaction (VACUUM)."""
        self.writer.acquire("a statement that runs alone")
        try:
            self.write_session.check_file()
            return work(self.write_session)
        finally:
            self.writer.release()

    def open_session(self) -> SQLiteSession:
        """Return a new session that only reads; it is the caller's to close."""
        return self._open_session(read_only=True)

    def read(self, work: Work[SQLiteSession, R]) -> R:
        """Run ``work``, which only reads, with a session of its own."""
        session = self.readers.take()
        try:
            return work(session)
        finally:
            self.readers.give_back(session)

    def look(self, work: Work[SQLiteSession, R]) -> R:
        """Run ``work``, which reads the tables' definitions, at one moment."""
        session = self.readers.take()
        try:
            session.control("BEGIN")
            return work(session)
        finally:
            self.readers.give_back(session)

    def open_cursor(
        self, statement: Statement, *, stream: bool = False
    ) -> SQLiteCursor:
        """Start a read on a session of its own."""
        session = self.readers.take()
        try:
            return SQLiteCursor(session, statement, self._read_done)
        except BaseException:
            self.readers.give_back(session)
            raise

    def first_rows(self, statement: Statement, count: int) -> List[Sequence[Any]]:
        """Run a read and return its first rows, ``count`` at most."""
        session = self.readers.take()
        try:
            rows = session.first_rows(statement.sql, statement.params, count)
        finally:
            self.readers.give_back(session)
        decode = statement.decode
        return decode(rows) if decode is not None and rows else rows

    def _read_done(self, cursor: SQLiteCursor) -> None:
        """Take back the session of a cursor that was closed."""
        self.readers.give_back(cursor.session)

    # --- care ---------------------------------------------------------------------

    def maintain(self) -> None:
        """Move the write-ahead log into the file, as far as nobody is disturbed."""
        if self.config.read_only or not self._file_size("-wal"):
            return
        session = self.writers.take()
        try:
            session.query("PRAGMA wal_checkpoint(PASSIVE)")
        finally:
            self.writers.give_back(session)

    def stats(self) -> Dict[str, Any]:
        """Return the sizes of the file and its log, and how many sessions there are."""
        ((pages, page_size, free),) = self.read(_page_counts)
        return {
            "path": self.config.path,
            "file_bytes": self._file_size(""),
            "wal_bytes": self._file_size("-wal"),
            "page_size": page_size,
            "page_count": pages,
            "free_pages": free,
            "read_sessions": len(self.readers),
            "transaction_sessions": len(self.writers),
        }

    def _file_size(self, suffix: str) -> int:
        """Return the bytes of the file with that suffix, 0 where there is none."""
        try:
            return os.stat(f"{self._file.path}{suffix}").st_size
        except OSError:
            return 0


def _transacted(work: Work[SQLiteSession, R], session: SQLiteSession) -> R:
    """Run the work in a transaction that writes."""
    session.control("BEGIN IMMEDIATE")
    try:
        result = work(session)
        session.commit()
    except BaseException:
        session.rollback()
        raise
    return result


def _page_counts(session: SQLiteSession) -> List[Sequence[Any]]:
    """Return the pages of the file, the bytes of each, and how many are free."""
    return session.query(
        "SELECT page_count, page_size, freelist_count FROM pragma_page_count,"
        " pragma_page_size, pragma_freelist_count"
    )
