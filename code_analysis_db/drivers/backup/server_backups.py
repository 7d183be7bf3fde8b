"""Backups of a database on a server: its tables and rows, in a SQLite file.

A backup is one moment of all tables, read on a connection beside the pool's.  Kept are
tables as the driver describes them, rows, the numbers that keys were given, version and
history of the schema; not functions and rights, nor views and triggers, which a restore
names in its report.
"""

from __future__ import annotations

from abc import abstractmethod
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import (
    Any,
    Callable,
    Dict,
    Iterator,
    List,
    Optional,
    Sequence,
    Tuple,
)

from ...dialects.base import Dialect
from ...dialects.ddl import create_indexes, create_table, foreign_key
from ...dialects.fulltext import fulltext_indexes
from ...dialects.insert_plan import InsertPlan
from ...dialects.table_statements import TableStatements
from ...exceptions import BackupError, DriverError
from ...progress import Progress, ProgressListener
from ...schema import Table
from ..existing_table import ExistingTable
from ..interruption import check_deadline
from ..pooled.catalogue import PooledCatalogue
from ..pooled.pool import SS
from ..sync.history import History
from .backup_file import BackupFile
from .backup_mark import Origin
from .backup_parts import BackupParts
from .backup_reader import BackupReader, check_is_kept
from .backup_writer import BackupWriter
from .backups import Backups
from .portion import Portion

_ATTEMPTS = 5
"""At a moment in which nobody changes tables."""
_RESTORING = "restoring"
"""The property that has the backup's path while a restore cannot be undone."""
_OF_THE_FILE = ("disk_full", "storage", "corrupt")


class ServerBackups(Backups[SS]):
    """Makes and restores backups of one database on a server."""

    def __init__(self, parts: BackupParts) -> None:
        """Work with the parts of a driver."""
        self._parts = parts
        self._catalogue: PooledCatalogue[SS] = parts.catalogue
        self._dialect = parts.dialect
        self._history: History[SS] = History(parts.catalogue, parts.dialect)

    # --- what each server does its own way ----------------------------------------

    @abstractmethod
    def _hold(self, session: SS, names: Sequence[str]) -> None:
        """Begin a transaction that sees one moment, in which nobody else can change
        the definitions of these tables."""

    @abstractmethod
    def _last_number(self, session: SS, table: Table) -> Optional[int]:
        """Return the number that a table gave out last, None for none."""

    @abstractmethod
    def _set_last_number(self, session: SS, table: Table, last: int) -> None:
        """Make a table's next number the one after ``last``."""

    @abstractmethod
    def _drop(self, session: SS, names: Sequence[str]) -> None:
        """Drop tables that may refer to each other; there is at least one."""

    @abstractmethod
    def _others(self, session: SS) -> List[str]:
        """Return the database's views and triggers in words."""

    @abstractmethod
    def _insert(self, session: SS, work: Callable[[SS], object]) -> None:
        """Insert a portion of rows."""

    def _fitted(self, tables: Sequence[Table]) -> Tuple[Table, ...]:
        """Return the tables of a backup as the server can have them.

        Raises:
            UnsupportedError: it cannot.
        """
        return tuple(tables)

    # --- making -------------------------------------------------------------------

    def make(self, directory: str, progress: Optional[ProgressListener] = None) -> str:
        """Copy the tables into a new file of ``directory``, and return its path.

        Raises:
            BackupError: it cannot be written, or a restore was cut off; nothing of it
                is left.
            UnsupportedError: a table has columns that the server computes.
        """
        file = BackupFile(directory, self._parts.name)
        try:
            with closing(self._parts.connect()) as session:
                session.watch.run(self._copy, session, file.path, progress)
            return str(file.publish())
        finally:
            file.close()

    def _copy(
        self, session: SS, path: Path, progress: Optional[ProgressListener]
    ) -> None:
        """Copy all tables as they are at one moment."""
        found = self._held(session)
        self.check_whole(session)
        for existing in found.values():
            check_is_kept(existing)
        try:
            with closing(BackupWriter(path, self._parts.context, found)) as target:
                self._fill(target, session, found, progress)
        except DriverError as error:
            if error.code not in _OF_THE_FILE:
                raise
            raise BackupError(
                f"the backup could not be made: {error.message}",
                database_code=error.database_code,
            ) from error

    def _held(self, session: SS) -> Dict[str, ExistingTable]:
        """Begin the transaction of a backup, and return the tables.

        Raises:
            BackupError: others change tables all the time.
        """
        fault: Optional[DriverError] = None
        for _ in range(_ATTEMPTS):
            names = list(self._catalogue.read_schema(session))
            try:
                self._hold(session, names)
                found = self._catalogue.read_schema(session)
            except DriverError as error:
                # a table may have been dropped or changed in between
                if session.is_broken:
                    raise
                check_deadline(self._parts.context)
                fault = error
            else:
                if list(found) == names:
                    return found
            session.rollback()
        reason = "tables are made and dropped all the time"
        raise BackupError(
            "the backup could not begin:"
            f" {reason if fault is None else fault.message}"
        ) from fault

    def _fill(
        self,
        target: BackupWriter,
        session: SS,
        found: Dict[str, ExistingTable],
        progress: Optional[ProgressListener],
    ) -> None:
        """Write everything into the file."""
        numbers: Dict[str, int] = {}
        for name, existing in found.items():
            target.add(existing.stated, self._portions(session, existing, progress))
            if existing.table.numbered_key is not None:
                last = self._last_number(session, existing.table)
                if last is not None:
                    numbers[name] = last
        tables = tuple(existing.stated for existing in found.values())
        target.finish(
            Origin(self._dialect.name, tables, tuple(self._others(session))),
            self._catalogue.version_in(session),
            self._history.entries(session),
            numbers,
        )

    def _portions(
        self,
        session: SS,
        existing: ExistingTable,
        progress: Optional[ProgressListener],
    ) -> Iterator[List[Sequence[Any]]]:
        """Yield the rows of a table, as Python values."""
        table = existing.table
        statements = TableStatements(table, self._dialect)
        total = 0
        if progress is not None:
            count = statements.count()
            ((total,),) = session.query(count.sql, count.params)
        statement = statements.select(columns=existing.stated.column_names)
        with closing(session.stream(statement.sql, statement.params)) as stream:
            done, portion = 0, Portion()
            while rows := stream.fetch(portion.rows):
                check_deadline(self._parts.context)
                portion.saw(rows)
                yield statement.decode(rows) if statement.decode else rows
                done += len(rows)
                _tell(progress, "backup", table.name, done, total)
        if not done:
            _tell(progress, "backup", table.name, 0, 0)

    # --- restoring ----------------------------------------------------------------

    def restore(
        self, backup: str, progress: Optional[ProgressListener] = None
    ) -> Dict[str, Any]:
        """Make the database what it was; tables that the backup lacks are dropped.

        It is one transaction where the server can undo definitions.  Else (MySQL) all
        values are checked first, and then the tables dropped: a restore that was cut
        off, or failed, is to be run again, from the beginning, until it ends.  Before
        that the database can neither be backed up nor synced.

        Raises:
            BackupError: the file is no backup, or damaged; nothing was changed.
            UnsupportedError: the server has not what the tables need; nothing was
                changed.
            InvalidValueError: a value does not go into its column.
        """
        with closing(BackupReader(backup, self._parts.context)) as source:
            tables = self._fitted(source.tables(self._dialect))
            statements = [_statements(table, self._dialect) for table in tables]
            if not self._dialect.has_transactional_ddl:
                self._check_values(source, tables)
            self._parts.tables.change(
                partial(self._put_back, source, tables, statements, progress)
            )
            return {
                "backup": str(source.path),
                "tables": sorted(table.name for table in tables),
                "left_out": source.left_out(),
            }

    def _check_values(self, source: BackupReader, tables: Sequence[Table]) -> None:
        """See that all values go into their columns, before what was there is gone."""
        for table in tables:
            plan = self._plan(table)
            for rows in source.portions(table):
                check_deadline(self._parts.context)
                plan.encode(rows)

    def _plan(self, table: Table) -> InsertPlan:
        """Return how rows with a value for each column are inserted."""
        return TableStatements(table, self._dialect).insert_plan(
            table.column_names, None, None
        )

    def _put_back(
        self,
        source: BackupReader,
        tables: Sequence[Table],
        statements: Sequence[Sequence[str]],
        progress: Optional[ProgressListener],
        session: SS,
    ) -> None:
        """Replace the tables, and what is kept of them."""
        if not self._dialect.has_transactional_ddl:
            self._catalogue.store_property(session, _RESTORING, str(source.path))
        names = list(self._catalogue.read_schema(session))
        if names:
            self._drop(session, names)
        for stored in self._catalogue.stored_tables(session):
            self._catalogue.remove(session, stored.name)
        for table, (created, *indexes) in zip(tables, statements):
            # the words of rows go in with them
            first = create_indexes(table, fulltext_indexes(table), self._dialect)
            for sql in (created, *first):
                session.query(sql)
            self._load(session, source, table, progress)
            for sql in indexes:
                if sql not in first:
                    session.query(sql)
        targets = {table.name: table for table in tables}
        for table in tables:
            quoted = self._dialect.quote(table.name)
            for key in table.foreign_keys:
                spelt = self._dialect.spelt(key, targets[key.table])
                clause = foreign_key(spelt, self._dialect)
                session.query(f"ALTER TABLE {quoted} ADD {clause}")
        numbers = source.numbers()
        for table in tables:
            last = numbers.get(table.name, 0)
            if table.numbered_key is not None and last > 0:
                self._set_last_number(session, table, last)
        self._catalogue.store_all(session, tables)
        self._history.replace(session, source.history())
        self._catalogue.store_version(session, source.version())
        if not self._dialect.has_transactional_ddl:
            self._catalogue.store_property(session, _RESTORING, "")

    def check_whole(self, session: SS) -> None:
        """Refuse a database that a restore has left in its middle.

        Raises:
            BackupError: it is one.
        """
        if self._dialect.has_transactional_ddl:
            return
        backup = self._catalogue.property_in(session, _RESTORING)
        if backup:
            raise BackupError(
                f"the restore of backup {backup!r} was cut off, and tables or rows are"
                " missing; run it again, or restore another backup, before anything"
                " else"
            )

    def _load(
        self,
        session: SS,
        source: BackupReader,
        table: Table,
        progress: Optional[ProgressListener],
    ) -> None:
        """Fill a table."""
        total = source.row_count(table)
        plan = self._plan(table)
        done = 0
        for rows in source.portions(table):
            check_deadline(self._parts.context)
            self._insert(session, partial(self._write, plan, rows))
            done += len(rows)
            _tell(progress, "restore", table.name, done, total)
        if not done:
            _tell(progress, "restore", table.name, 0, 0)

    def _write(self, plan: InsertPlan, rows: List[Sequence[Any]], session: SS) -> None:
        """Write a portion of rows."""
        self._parts.writer.insert_rows([(plan, plan.encode(rows))], session)


def _statements(table: Table, dialect: Dialect) -> List[str]:
    """Return what makes a table without foreign keys, which come when all are there.

    Raises:
        UnsupportedError: the server lacks what the table asks for.
    """
    return create_table(table, dialect, later=table.foreign_keys)


def _tell(
    progress: Optional[ProgressListener], phase: str, table: str, done: int, total: int
) -> None:
    """Tell how many rows of a table are done."""
    if progress is not None:
        progress(Progress(phase, table, done, max(done, total)))
