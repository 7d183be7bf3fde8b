"""Reads a backup, for a database of any kind that it is to be restored into."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Any, Dict, Iterable, Iterator, List, Sequence, Tuple

from ...dialects.base import Dialect
from ...dialects.sqlite import SQLiteDialect
from ...dialects.table_statements import TableStatements
from ...exceptions import BackupError, DriverError, UnsupportedError
from ...schema import INTERNAL_PREFIX, NativeDefault, Table
from ..execution_context import ExecutionContext
from ..existing_table import ExistingTable
from ..sqlite_catalogue import SQLiteCatalogue
from ..sqlite_config import SQLiteConfig
from ..sqlite_cursor import SQLiteCursor
from ..sqlite_database import SQLiteDatabase
from ..sync.history import History, HistoryEntry
from .backup_mark import no_backup, read_mark
from .portion import Portion

_OTHERS = (
    "SELECT type, name, tbl_name FROM sqlite_master"
    " WHERE type IN ('view', 'trigger') ORDER BY type, name"
)


class BackupReader:
    """A backup that is a backup, and whole."""

    def __init__(self, backup: str, context: ExecutionContext) -> None:
        """Open and check it.

        Raises:
            BackupError: it is none, or damaged.
        """
        self.path = Path(backup).absolute()
        if not self.path.is_file():
            raise BackupError(f"there is no backup {backup!r}")
        self._dialect = SQLiteDialect()
        config = SQLiteConfig(path=str(self.path), read_only=True)
        try:
            self._database = SQLiteDatabase(config, context)
        except DriverError as error:
            raise no_backup(backup, error.message) from error
        try:
            self._session = self._database.write_session
            self._origin = read_mark(self._session, backup)
            self._catalogue = SQLiteCatalogue(self._database, self._dialect)
            self._found = self._catalogue.read_schema(self._session)
        except BaseException:
            self._database.close()
            raise

    def tables(self, dialect: Dialect) -> Tuple[Table, ...]:
        """Return the tables as a database of that dialect is to have them.

        Raises:
            UnsupportedError: they have what is in another database's SQL.
        """
        product = self._dialect.name
        tables = tuple(found.stated for found in self._found.values())
        if self._origin is not None:
            product, tables = self._origin.product, self._origin.tables
        for found in self._found.values():
            check_is_kept(found)
        if product != dialect.name:
            for table in tables:
                check_is_portable(table, product, dialect.name)
        return tables

    def left_out(self) -> List[str]:
        """Return what there was besides tables, and does not come back: in words."""
        if self._origin is not None:
            return list(self._origin.left_out)
        return other_objects(self._session.query(_OTHERS))

    def portions(self, table: Table) -> Iterator[List[Sequence[Any]]]:
        """Yield the rows of a table in portions, a value for each column."""
        found = self._found[table.name].table
        statement = TableStatements(found, self._dialect).select(
            columns=table.column_names
        )
        cursor = SQLiteCursor(self._session, statement, id)
        with closing(cursor):
            portion = Portion()
            while rows := cursor.fetch(portion.rows):
                portion.saw(rows)
                yield rows

    def row_count(self, table: Table) -> int:
        """Return how many rows a table has."""
        found = TableStatements(self._found[table.name].table, self._dialect)
        ((count,),) = self._session.query(found.count().sql)
        return int(count)

    def numbers(self) -> Dict[str, int]:
        """Return the number that each table gave out last."""
        if not self._catalogue.has_table(self._session, "sqlite_sequence"):
            return {}
        rows = self._session.query("SELECT name, seq FROM sqlite_sequence")
        return {name: last for name, last in rows if name in self._found}

    def version(self) -> str:
        """Return the version of the schema, ``""`` for none."""
        return self._catalogue.version_in(self._session)

    def history(self) -> List[HistoryEntry]:
        """Return the syncs that there were."""
        return History(self._catalogue, self._dialect).entries(self._session)

    def close(self) -> None:
        """Close the file."""
        self._database.close()


def other_objects(rows: Iterable[Sequence[Any]]) -> List[str]:
    """Return views and triggers of others in words.

    Args:
        rows: of ``"view"`` or ``"trigger"``, its name, and its table's.
    """
    return [
        f"view {name!r}" if kind == "view" else f"trigger {name!r} of table {table!r}"
        for kind, name, table in rows
        if not name.startswith(INTERNAL_PREFIX)
    ]


def check_is_kept(found: ExistingTable) -> None:
    """Refuse a table with columns that the database computes, which would come back as
    ordinary ones.

    Raises:
        UnsupportedError: it has some.
    """
    if found.generated:
        raise UnsupportedError(
            f"table {found.table.name!r} has columns that the database computes,"
            f" {list(found.generated)}, which a backup of rows cannot keep; use the"
            " database's own tools",
            table=found.table.name,
        )


def check_is_portable(table: Table, product: str, wanted: str) -> None:
    """Refuse a table that has texts in the SQL of another database.

    Raises:
        UnsupportedError: it has some; the first is named.
    """
    texts = [f"check {check.expression!r}" for check in table.checks]
    texts += [
        f"the default of column {column.name!r}"
        for column in table.columns
        if isinstance(column.default, NativeDefault)
    ]
    texts += [
        f"the condition of index {index.name!r}"
        for index in table.indexes
        if index.where is not None and index.where.sql is not None
    ]
    if texts:
        raise UnsupportedError(
            f"{texts[0]} of table {table.name!r} is in the SQL of {product}; restore"
            f" the backup there, not into {wanted}",
            table=table.name,
        )


def check_index_names(tables: Sequence[Table], wanted: str) -> None:
    """Refuse tables whose indexes do not each have a name of their own.

    Raises:
        UnsupportedError: two share one, as indexes of MySQL can.
    """
    owners = {table.name.lower(): table.name for table in tables}
    for table in tables:
        for index in table.indexes:
            owner = owners.setdefault(index.name.lower(), table.name)
            if owner != table.name or index.name.lower() == table.name.lower():
                raise UnsupportedError(
                    f"index {index.name!r} of table {table.name!r} has a name that is"
                    f" used for table {owner!r} too, which {wanted} does not allow;"
                    " rename one of them before the backup",
                    table=table.name,
                )
