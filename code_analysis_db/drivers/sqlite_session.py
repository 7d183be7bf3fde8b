"""One connection to the SQLite file.

A session runs statements under the calling thread's deadline, waits for locks that
another process holds, and raises the package's errors only.  It decides nothing about
transactions beyond beginning and ending them; one thread uses it at a time.
"""

from __future__ import annotations

import sqlite3
from time import perf_counter
from typing import Any, Callable, List, Sequence

from ..dialects.sqlite_functions import AGGREGATES, COLLATIONS, FUNCTIONS
from ..exceptions import DriverConnectionError, LockTimeoutError, SerializationError
from ..schema import INTERNAL_PREFIX
from .execution_context import ExecutionContext
from .interruption import check_deadline, check_wait, is_over
from .sqlite_config import SQLiteConfig
from .sqlite_error import SQLITE_ERRORS, ErrorTranslation, is_busy, misses_key
from .sqlite_file import DatabaseFile, opening_fault

_CACHED_STATEMENTS = 512
_INSTRUCTIONS = 10_000
"""Between two looks at the deadline: 0.1 to 1 ms of SQLite's virtual machine."""
_REFUSED = "permission denied or not a regular file"
_SLICE = 0.02
"""Seconds that SQLite itself waits for a lock, deaf to the deadline."""
_DONE_SO_FAR = 0
_LOCKED = (5, 6)
_DONE = 101
"""SQLITE_OK, SQLITE_BUSY with SQLITE_LOCKED, and SQLITE_DONE, which Python 3.10 has no
names for."""
_NO_ROW = f"temp.{INTERNAL_PREFIX}no_row"
_RESET_LAST_ID = f"INSERT OR REPLACE INTO {_NO_ROW} (number) VALUES (0)"


class SQLiteSession:
    """A ``sqlite3`` connection in autocommit mode.

    Attributes:
        may_wait: whether waiting for a lock can help; False in a transaction that
            has read, whose snapshot is out of date once another process writes.
    """

    __slots__ = (
        "_connection",
        "_context",
        "_errors",
        "_file",
        "_path",
        "_busy_timeout",
        "_deaf",
        "may_wait",
    )

    def __init__(
        self,
        file: DatabaseFile,
        config: SQLiteConfig,
        context: ExecutionContext,
        *,
        read_only: bool,
    ) -> None:
        """Open the file and set the connection up.

        Raises:
            DriverConnectionError: the file cannot be opened.
            CorruptDatabaseError: it is no database.
            StorageError: it is not the one that was opened before.
        """
        self._context = context
        self._file = file
        self._path = str(file.path)
        self._busy_timeout = config.busy_timeout
        self._deaf = False
        self.may_wait = True
        self._errors = ErrorTranslation(file.path, context)
        with self._errors:
            self._connection = self._open(read_only)
        try:
            if file.is_known:
                file.check()
            with self._errors:
                self._set_up(config)
        except BaseException:
            self._connection.close()
            raise

    def _open(self, read_only: bool) -> sqlite3.Connection:
        """Return a new connection."""
        path = self._file.path
        mode = "ro" if read_only else "rw" if self._file.is_known else "rwc"
        try:
            return sqlite3.connect(
                f"{path.as_uri()}?mode={mode}",
                uri=True,
                timeout=_SLICE,
                isolation_level=None,
                check_same_thread=False,
                cached_statements=_CACHED_STATEMENTS,
            )
        except sqlite3.OperationalError as error:
            if self._file.is_known:
                self._file.check()
            raise DriverConnectionError(
                f"cannot open database file {self._path!r}:"
                f" {opening_fault(path, read_only=read_only) or _REFUSED}",
                database_code="SQLITE_CANTOPEN",
            ) from error

    def _set_up(self, config: SQLiteConfig) -> None:
        """Set the pragmas and functions that every session has."""
        connection = self._connection
        for name, collation in COLLATIONS.items():
            connection.create_collation(name, collation)
        for name, (arguments, aggregate) in AGGREGATES.items():
            connection.create_aggregate(name, arguments, aggregate)
        for name, (arguments, function) in FUNCTIONS.items():
            connection.create_function(name, arguments, function, deterministic=True)
        connection.set_progress_handler(self._must_stop, _INSTRUCTIONS)
        for pragma in (
            "foreign_keys = ON",
            f"synchronous = {config.synchronous}",
            f"cache_size = {config.cache_size}",
            f"mmap_size = {config.mmap_size}",
        ):
            self.query(f"PRAGMA {pragma}")
        if config.max_page_count is not None:
            self.query(f"PRAGMA max_page_count = {config.max_page_count}")

    def _must_stop(self) -> bool:
        """Tell SQLite, while a statement runs, whether to interrupt it."""
        return not self._deaf and is_over(self._context.deadline)

    # --- statements ---------------------------------------------------------------

    def execute(self, sql: str, params: Sequence[Any] = ()) -> sqlite3.Cursor:
        """Run one statement and return its cursor, waiting for locks.

        Raises:
            LockTimeoutError: another process held the lock for too long.
            SerializationError: the transaction has read what others have changed.
        """
        try:
            return self._connection.execute(sql, params)
        except SQLITE_ERRORS as error:
            if misses_key(error):
                return self._execute_anew(sql, params)
            if not is_busy(error):
                raise self._errors.translated(error) from error
        return self._execute_patiently(sql, params)

    def _execute_anew(self, sql: str, params: Sequence[Any]) -> sqlite3.Cursor:
        """Read the schema, and try an upsert again.

        SQLite does that by itself for a table that it does not know, but not for an
        index that another session has made.
        """
        self.query("SELECT count(*) FROM sqlite_master")
        with self._errors:
            return self._connection.execute(sql, params)

    def translated(self, error: BaseException) -> BaseException:
        """Return the package's error for one of SQLite's."""
        return self._errors.translated(error)

    def fetch_all(self, cursor: sqlite3.Cursor) -> List[Sequence[Any]]:
        """Return the cursor's remaining rows."""
        with self._errors:
            return cursor.fetchall()

    def query(self, sql: str, params: Sequence[Any] = ()) -> List[Sequence[Any]]:
        """Run one statement and return all of its rows."""
        return self.fetch_all(self.execute(sql, params))

    def first_rows(
        self, sql: str, params: Sequence[Any], count: int
    ) -> List[Sequence[Any]]:
        """Run one statement that reads, for its first rows only."""
        try:
            return self._connection.execute(sql, params).fetchmany(count)
        except SQLITE_ERRORS as error:
            if not is_busy(error):
                raise self._errors.translated(error) from error
        with self._errors:
            return self._execute_patiently(sql, params).fetchmany(count)

    def reset_last_id(self) -> None:
        """Make ``last_insert_rowid()`` 0 until a row gets a rowid.

        SQLite keeps the one of an earlier statement where an upsert updates or a table
        has no rowids.
        """
        try:
            self._connection.execute(_RESET_LAST_ID)
        except sqlite3.OperationalError:
            self.query(f"CREATE TABLE {_NO_ROW} (number INTEGER PRIMARY KEY)")
            self.query(_RESET_LAST_ID)

    def _execute_patiently(self, sql: str, params: Sequence[Any]) -> sqlite3.Cursor:
        """Try the statement again until the lock is free or the time is up."""
        until = perf_counter() + self._busy_timeout
        while True:
            if not self.may_wait:
                raise SerializationError(
                    "another process writes, and this transaction has read already;"
                    " begin it with write=True",
                    database_code="SQLITE_BUSY_SNAPSHOT",
                )
            check_wait(self._context)
            try:
                return self._connection.execute(sql, params)
            except SQLITE_ERRORS as error:
                if not is_busy(error):
                    raise self._errors.translated(error) from error
                if perf_counter() >= until:
                    raise LockTimeoutError(
                        f"database file {self._path!r} is locked by another process;"
                        f" waited {self._busy_timeout:g} s",
                        database_code="SQLITE_BUSY",
                    ) from error

    def copy_into(
        self, target: SQLiteSession, pages: int, told: Callable[[int, int], None]
    ) -> None:
        """Make the target's database a copy of this one, in one transaction.

        Args:
            pages: that are copied between two looks at the deadline.
            told: called with the pages done and those that there are.

        Raises:
            LockTimeoutError: another process held a lock for too long.
        """
        until = perf_counter() + self._busy_timeout

        def step(status: int, left: int, total: int) -> None:
            """Look at the time after a portion, or after a lock was not had."""
            nonlocal until
            if status != _DONE:
                check_deadline(self._context)
            if status == _DONE_SO_FAR:
                until = perf_counter() + self._busy_timeout
            elif status in _LOCKED and perf_counter() >= until:
                raise LockTimeoutError(
                    f"database file {target._path!r} is locked by another process;"
                    f" waited {self._busy_timeout:g} s",
                    database_code="SQLITE_BUSY",
                )
            told(total - left, total)

        try:
            self._connection.backup(
                target._connection, pages=pages, progress=step, sleep=_SLICE
            )
        except SQLITE_ERRORS as error:
            raise target.translated(error) from error

    # --- transactions -------------------------------------------------------------

    def check_file(self) -> None:
        """See that what is written will be where the database is.

        Raises:
            StorageError: the file was deleted, or another is in its place.
        """
        self._file.check()

    @property
    def in_transaction(self) -> bool:
        """Whether a transaction is open; SQLite may have ended it by itself."""
        return self._connection.in_transaction

    def control(self, sql: str) -> None:
        """Run a statement of transaction control, which no deadline interrupts.

        An interrupt could be reported of a commit that was done.
        """
        self._deaf = True
        try:
            self.execute(sql)
        finally:
            self._deaf = False

    def rollback(self) -> None:
        """Roll back what is open, if anything is."""
        self.may_wait = True
        if self._connection.in_transaction:
            self.control("ROLLBACK")

    def commit(self) -> None:
        """Commit what is open."""
        self.control("COMMIT")

    def savepoint(self, name: str) -> None:
        """Set a savepoint."""
        self.control(f"SAVEPOINT {name}")

    def release(self, name: str) -> None:
        """Forget a savepoint and keep what was done since."""
        self.control(f"RELEASE {name}")

    def rollback_to(self, name: str) -> None:
        """Undo what was done since a savepoint, and forget it."""
        self.control(f"ROLLBACK TO {name}")
        self.control(f"RELEASE {name}")

    def interrupt(self) -> None:
        """Stop what runs in the session; safe from any thread."""
        self._connection.interrupt()

    def close(self) -> None:
        """Close the connection; what is open is rolled back."""
        with self._errors:
            self._connection.close()
