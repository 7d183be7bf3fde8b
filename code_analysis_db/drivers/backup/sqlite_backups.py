"""Backups of a SQLite file: whole copies of it.

A restore is one transaction of the database file, made by SQLite's backup interface:
others see the old database, or the new one.
"""

from __future__ import annotations

from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from typing import Any, Dict, Iterator, Optional

from ...dialects.ddl import create_table
from ...dialects.sqlite import SQLiteDialect
from ...exceptions import BackupError, DriverError
from ...progress import Progress, ProgressListener
from ..execution_context import ExecutionContext
from ..sqlite_catalogue import SQLiteCatalogue
from ..sqlite_database import SQLiteDatabase
from ..sqlite_session import SQLiteSession
from .backup_file import BackupFile
from .backup_mark import Origin, no_backup, read_mark, remove_mark
from .backup_reader import check_index_names, check_is_portable
from .backups import Backups
from .sqlite_copy import PAGES, SQLiteCopy, open_backup


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
            SQLiteCopy(self._database, self._context).write(file.path, progress)
            return str(file.publish())
        finally:
            file.close()

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
            source = open_backup(path, self._context, read_only=True)
        except DriverError as error:
            raise no_backup(backup, error.message) from error
        with closing(source):
            origin = read_mark(source, backup)
            if origin is not None:
                _check_fits(origin)
            with self._fitted(source) as fitted:
                database.write_alone(partial(self._put_back, fitted, progress))
        self._catalogue.forget()
        names = database.read(self._catalogue.names_in)
        left_out = [] if origin is None else list(origin.left_out)
        return {"backup": str(path), "tables": names, "left_out": left_out}

    @contextmanager
    def _fitted(self, source: SQLiteSession) -> Iterator[SQLiteSession]:
        """Give a backup with pages of the size that the database has.

        SQLite cannot change the size in a database that is used, so a backup with
        others is written anew first, beside the database.

        Raises:
            BackupError: there is no space for that.
        """
        size = self._database.read(_page_size)
        if _page_size(source) == size:
            yield source
            return
        file = BackupFile(str(self._database.path.parent), self._database.path.stem)
        try:
            try:
                source.query(f"PRAGMA page_size = {size}")
                source.query("VACUUM INTO ?", (str(file.path),))
            except DriverError as error:
                if error.code not in ("disk_full", "storage", "query"):
                    raise
                raise BackupError(
                    f"the backup's pages cannot be made {size} bytes long, as those of"
                    f" the database: {error.message}",
                    database_code=error.database_code,
                ) from error
            with closing(open_backup(file.path, self._context)) as fitted:
                yield fitted
        finally:
            file.close()

    def _put_back(
        self,
        source: SQLiteSession,
        progress: Optional[ProgressListener],
        target: SQLiteSession,
    ) -> None:
        """Copy the backup over the database."""
        target.rollback()
        source.copy_into(target, PAGES, partial(_tell, progress))
        remove_mark(target)


def _page_size(session: SQLiteSession) -> int:
    """Return the size of a database's pages, in bytes."""
    ((size,),) = session.query("PRAGMA page_size")
    return int(size)


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


def _tell(progress: Optional[ProgressListener], done: int, total: int) -> None:
    """Tell how many pages are done."""
    if progress is not None:
        progress(Progress("restore", "", done, total))
