"""Backups of a SQLite file: whole copies, made by SQLite's own backup interface.

A copy is read under one snapshot, so that others go on reading and writing and it comes
to its end however much they write.  A restore is one transaction of the database file.
"""

from __future__ import annotations

from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any, Dict, Optional

from ...dialects.ddl import create_table
from ...dialects.sqlite import SQLiteDialect
from ...exceptions import BackupError, DriverError
from ...progress import Progress, ProgressListener
from ..execution_context import ExecutionContext
from ..sqlite_catalogue import SQLiteCatalogue
from ..sqlite_config import SQLiteConfig
from ..sqlite_database import SQLiteDatabase
from ..sqlite_file import DatabaseFile
from ..sqlite_session import SQLiteSession
from .backup_file import BackupFile
from .backup_mark import Origin, no_backup, read_mark, remove_mark, write_mark
from .backup_reader import check_index_names, check_is_portable
from .backups import Backups

_PAGES = 256
"""Copied between two looks at the deadline."""


class SQLiteBackups(Backups[SQLiteSession]):
    """Makes and restores copies of one file."""

    def __init__(
        self,
        database: SQLiteDatabase,
        catalogue: SQLiteCatalogue,
        context: ExecutionContext,
    ) -> None:
        """Copy ``database``; ``catalogue`` is to forget it when it was restored."""
        self._database = database
        self._catalogue = catalogue
        self._context = context

    def make(self, directory: str, progress: Optional[ProgressListener] = None) -> str:
        """Copy the database into a new file of ``directory``, and return its path.

        Raises:
            BackupError: it cannot be written; nothing of it is left.
        """
        config = self._database.config
        name = "memory" if config.in_memory else Path(config.path).stem
        file = BackupFile(directory, name)
        try:
            with closing(self._open(file.path, read_only=False)) as target:
                self._copy(target, progress)
            return str(file.publish())
        finally:
            file.close()

    def _copy(
        self, target: SQLiteSession, progress: Optional[ProgressListener]
    ) -> None:
        """Copy the database as it is now."""
        with closing(self._database.open_session()) as source:
            source.control("BEGIN")
            source.query("SELECT count(*) FROM sqlite_master")
            try:
                target.query("PRAGMA journal_mode = OFF")
                source.copy_into(target, _PAGES, partial(_tell, progress, "backup"))
                target.query("PRAGMA journal_mode = DELETE")
                write_mark(target)
            except BackupError:
                raise
            except DriverError as error:
                if error.code not in ("disk_full", "storage", "query", "corrupt"):
                    raise
                raise BackupError(
                    f"the backup could not be written: {error.message}",
                    database_code=error.database_code,
                ) from error

    def restore(
        self, backup: str, progress: Optional[ProgressListener] = None
    ) -> Dict[str, Any]:
        """Make the database what it was; readers see the old one or the new one.

        Raises:
            BackupError: the file is no backup, or damaged; nothing was changed.
            UnsupportedError: it is one of a server, with what SQLite lacks; nothing
                was changed.
        """
        path = Path(backup).absolute()
        if not path.is_file():
            raise BackupError(f"there is no backup {backup!r}")
        database = self._database
        try:
            source = self._open(path, read_only=True)
        except DriverError as error:
            raise no_backup(backup, error.message) from error
        with closing(source):
            origin = read_mark(source, backup)
            if origin is not None:
                _check_fits(origin)
            database.write_alone(partial(self._put_back, source, backup, progress))
        self._catalogue.forget()
        names = database.read(self._catalogue.names_in)
        return {"backup": str(path), "tables": names}

    def _put_back(
        self,
        source: SQLiteSession,
        backup: str,
        progress: Optional[ProgressListener],
        target: SQLiteSession,
    ) -> None:
        """Copy the backup over the database."""
        sizes = [s.query("PRAGMA page_size")[0][0] for s in (source, target)]
        if sizes[0] != sizes[1]:
            raise BackupError(
                f"backup {backup!r} has pages of {sizes[0]} bytes, the database of"
                f" {sizes[1]}; restore it into a new file and use that"
            )
        target.rollback()
        source.copy_into(target, _PAGES, partial(_tell, progress, "restore"))
        remove_mark(target)

    def _open(self, path: Path, *, read_only: bool) -> SQLiteSession:
        """Open a backup."""
        config = SQLiteConfig(path=str(path), synchronous="off")
        return SQLiteSession(
            DatabaseFile(path), config, self._context, read_only=read_only
        )


def _check_fits(origin: Origin) -> None:
    """See that SQLite can have the tables of a server's backup.

    Raises:
        UnsupportedError: it cannot.
    """
    dialect = SQLiteDialect()
    for table in origin.tables:
        check_is_portable(table, origin.product, dialect.name)
        create_table(table, dialect)
    check_index_names(origin.tables, dialect.name)


def _tell(
    progress: Optional[ProgressListener], phase: str, done: int, total: int
) -> None:
    """Tell how many pages are done."""
    if progress is not None:
        progress(Progress(phase, "", done, total))
