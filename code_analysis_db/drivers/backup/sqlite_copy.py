"""A copy of a SQLite database as it is at one moment, in a new file.

Others go on reading and writing, and it comes to its end however much they write.  Of a
large database the file is copied as a file, where it holds the moment by itself (see
:mod:`.settled_snapshot`), which takes half the time of SQLite's own backup interface.
"""

from __future__ import annotations

import os
from contextlib import closing
from pathlib import Path
from typing import Optional

from ...exceptions import BackupError, DriverError
from ...progress import Progress, ProgressListener
from ..execution_context import ExecutionContext
from ..interruption import check_deadline
from ..sqlite_config import SQLiteConfig
from ..sqlite_database import SQLiteDatabase
from ..sqlite_file import DatabaseFile
from ..sqlite_session import SQLiteSession
from .backup_mark import write_mark
from .file_copy import FileCopy
from .settled_snapshot import begin_settled

PAGES = 256
"""Copied by SQLite between two looks at the deadline."""
LARGE = 16_000_000
"""Bytes from which on it is worth while to start a process."""
_OF_THE_COPY = ("disk_full", "storage", "query", "corrupt")
_VERSIONS = 18
"""Where the file says in two bytes whether it has a write-ahead log."""
_NO_LOG = b"\1\1"
_SIZE = "SELECT page_count, page_size FROM pragma_page_count, pragma_page_size"


class SQLiteCopy:
    """Copies one database."""

    def __init__(self, database: SQLiteDatabase, context: ExecutionContext) -> None:
        """Copy ``database``, under the deadline of ``context``."""
        self._database = database
        self._context = context

    def write(self, path: Path, progress: Optional[ProgressListener]) -> None:
        """Make a backup of a file that is empty.

        Raises:
            BackupError: it cannot be written.
        """
        try:
            with closing(self._database.open_session()) as source:
                if not self._copy_file(source, path, progress):
                    self._copy_pages(source, path, progress)
            _forget_log(path)
            with closing(open_backup(path, self._context)) as target:
                target.query("PRAGMA journal_mode = MEMORY")
                write_mark(target)
        except DriverError as error:
            if error.code not in _OF_THE_COPY:
                raise
            raise BackupError(
                f"the backup could not be written: {error.message}",
                database_code=error.database_code,
            ) from error

    # --- by the system ------------------------------------------------------------

    def _copy_file(
        self,
        source: SQLiteSession,
        path: Path,
        progress: Optional[ProgressListener],
    ) -> bool:
        """Copy the file as it is on disk, in a process of its own.

        Returns:
            False where that cannot be, or is not worth while; a transaction of the
            source may have begun.
        """
        if not self._is_worth_while(source) or not FileCopy.is_possible():
            return False
        if not begin_settled(source, self._database):
            return False
        ((pages, page_size),) = source.query(_SIZE)
        try:
            with FileCopy(self._database.path, path, pages * page_size) as copy:
                for done in copy.portions():
                    check_deadline(self._context)
                    _tell(progress, done // page_size, pages)
        except ChildProcessError:
            os.truncate(path, 0)
            return False
        source.check_file()
        return True

    def _is_worth_while(self, source: SQLiteSession) -> bool:
        """Tell whether the database is large, and has a log that can be moved."""
        if self._database.config.read_only:
            return False
        ((pages, page_size),) = source.query(_SIZE)
        return bool(pages * page_size >= LARGE)

    # --- by SQLite ----------------------------------------------------------------

    def _copy_pages(
        self,
        source: SQLiteSession,
        path: Path,
        progress: Optional[ProgressListener],
    ) -> None:
        """Copy page by page, under one snapshot."""
        if not source.in_transaction:
            source.control("BEGIN")
            source.query("SELECT count(*) FROM sqlite_master")

        def told(done: int, total: int) -> None:
            """Tell how many pages are done."""
            _tell(progress, done, total)

        with closing(open_backup(path, self._context)) as target:
            target.query("PRAGMA journal_mode = OFF")
            source.copy_into(target, PAGES, told)


def _forget_log(path: Path) -> None:
    """Make a copied file one that is used without a write-ahead log."""
    with path.open("r+b") as target:
        target.seek(_VERSIONS)
        target.write(_NO_LOG)


def open_backup(
    path: Path, context: ExecutionContext, *, read_only: bool = False
) -> SQLiteSession:
    """Open a backup, or a file that is to become one."""
    config = SQLiteConfig(path=str(path), synchronous="off")
    return SQLiteSession(DatabaseFile(path), config, context, read_only=read_only)


def _tell(progress: Optional[ProgressListener], done: int, total: int) -> None:
    """Tell how many pages are done."""
    if progress is not None:
        progress(Progress("backup", "", done, total))
