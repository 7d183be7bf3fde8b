"""The SQLite driver.

Configuration: see :class:`~.sqlite_config.SQLiteConfig` and
:class:`~.limits.Limits`; only ``path`` must be given.

    >>> driver = SQLiteDriver()
    >>> driver.connect({"path": ":memory:"})
    >>> driver.create_table({"name": "t", "columns": [{"name": "a", "type": "TEXT"}]})
    True
    >>> driver.insert("t", {"a": "x"})
    1
    >>> driver.disconnect()

This module is the façade: tables are changed by ``sqlite_tables``, rows written by
``sqlite_rows``, raw SQL run by ``sqlite_raw``; ``sqlite_connection`` has the rest.
"""

from __future__ import annotations

from functools import partial, wraps
from typing import (
    Any,
    Callable,
    Dict,
    List,
    Mapping,
    Optional,
    Sequence,
    TypeVar,
    Union,
    cast,
)

from ..dialects.sql_text import bind, bind_many, read_sql
from ..dialects.table_statements import Statement, TableStatements
from ..exceptions import (
    DriverIntegrityError,
    DriverQueryError,
    InvalidValueError,
    UnknownColumnError,
    UnknownTableError,
    UnsupportedError,
)
from ..rows import RowBlock
from ..schema import near_hint
from .base import Params
from .row_cursor import RowCursor
from .row_operations import OrderBy, Returning, RowId, Where
from .sqlite_connection import SQLiteConnection
from .sqlite_raw import read, write, write_many
from .sqlite_rows import PlannedRows, change_rows, insert_returning, insert_rows

_Method = TypeVar("_Method", bound=Callable[..., Any])


def _table_method(method: _Method) -> _Method:
    """Wrap a method whose first argument is a table's name.

    Where it meets an unknown name and another process has changed the schema in the
    meantime, it is run again with the schema read anew: nothing was done.  Constraint
    errors get the table, which SQLite does not always say.
    """

    @wraps(method)
    def run(self: SQLiteDriver, table_name: str, *args: Any, **kwargs: Any) -> Any:
        """Run the method."""
        try:
            return method(self, table_name, *args, **kwargs)
        except (UnknownTableError, UnknownColumnError):
            if not self.is_schema_outdated():
                raise
            return method(self, table_name, *args, **kwargs)
        except DriverIntegrityError as error:
            error.table = error.table or table_name
            raise

    return cast(_Method, run)


class SQLiteDriver(SQLiteConnection):
    """A SQLite file, as tables."""

    # --- tables -------------------------------------------------------------------

    def create_table(self, schema: Dict[str, Any]) -> bool:
        """Create a table; False where it exists already (nothing is changed)."""
        self._scopes.refuse_inside(None, "creating a table")
        return self._tables.create(schema)

    def drop_table(self, table_name: str) -> bool:
        """Drop a table; False where there is none."""
        self._scopes.refuse_inside(None, "dropping a table")
        return self._tables.drop(table_name)

    @_table_method
    def alter_table(self, table_name: str, changes: Dict[str, Any]) -> bool:
        """Change a table as told, as far as SQLite does without a rebuild."""
        self._scopes.refuse_inside(None, "altering a table")
        return self._tables.alter(table_name, changes)

    def list_tables(self) -> List[str]:
        """Return the tables' names, sorted, without the driver's own."""
        return self._catalogue.names()

    def get_table_info(self, table_name: str) -> List[Dict[str, Any]]:
        """Describe the columns of a table or view."""
        return self._catalogue.describe(table_name).column_info()

    def get_schema_version(self) -> str:
        """Return the version that the last schema sync stored, ``""`` for none."""
        return self._catalogue.schema_version()

    def sync_schema(
        self, schema_definition: Dict[str, Any], backup_dir: Optional[str] = None
    ) -> Dict[str, Any]:
        """Refuse: this driver creates and alters tables one by one only.

        Raises:
            UnsupportedError: always.
        """
        raise UnsupportedError(
            "the sqlite driver does not synchronise schemas; use create_table and"
            " alter_table"
        )

    # --- writing ------------------------------------------------------------------

    @_table_method
    def insert_blocks(
        self,
        table_name: str,
        blocks: Sequence[RowBlock],
        *,
        on_conflict: Optional[str] = None,
        returning: Returning = None,
        transaction_id: Optional[str] = None,
    ) -> Union[List[RowId], RowBlock]:
        """Insert rows, all or nothing, and return their ids in the rows' order."""
        statements = self._catalogue.statements(table_name)
        planned: List[PlannedRows] = []
        for block in blocks:
            plan = statements.insert_plan(block.columns, on_conflict, returning)
            planned.append((plan, plan.encode(block.rows)))
        return self._insert(statements, planned, returning, transaction_id)

    @_table_method
    def upsert_blocks(
        self,
        table_name: str,
        blocks: Sequence[RowBlock],
        *,
        conflict_columns: Optional[Sequence[str]] = None,
        returning: Returning = None,
        transaction_id: Optional[str] = None,
    ) -> Union[List[RowId], RowBlock]:
        """Insert each row, or update the one that has its ``conflict_columns``."""
        statements = self._catalogue.statements(table_name)
        planned: List[PlannedRows] = []
        for block in blocks:
            plan = statements.upsert_plan(block.columns, conflict_columns, returning)
            planned.append((plan, plan.encode(block.rows)))
        return self._insert(statements, planned, returning, transaction_id)

    def _insert(
        self,
        statements: TableStatements,
        planned: Sequence[PlannedRows],
        returning: Returning,
        transaction_id: Optional[str],
    ) -> Union[List[RowId], RowBlock]:
        """Send planned rows and return their ids, or the rows."""
        scope = self._scopes.current(transaction_id)
        several = len(planned) != 1 or len(planned[0][1]) != 1
        if returning is None:
            ids: List[RowId] = []
            if planned:
                ids = scope.write(partial(insert_rows, planned), several=several)
            return ids
        names = None if returning == "*" else returning
        columns = list(statements.select(columns=names, limit=0).columns)
        if not planned:
            return RowBlock(columns, [])
        work = partial(insert_returning, planned)
        return RowBlock(columns, scope.write(work, several=True))

    @_table_method
    def update_rows(
        self,
        table_name: str,
        where: Where,
        data: Mapping[str, Any],
        *,
        all_rows: bool = False,
        max_affected: Optional[int] = None,
        returning: Returning = None,
        transaction_id: Optional[str] = None,
    ) -> Union[int, RowBlock]:
        """Update the rows that match and return how many matched, or the rows."""
        statements = self._catalogue.statements(table_name)
        statement = statements.update(where, data, returning, all_rows)
        return self._change(statement, max_affected, transaction_id)

    @_table_method
    def delete_rows(
        self,
        table_name: str,
        where: Where,
        *,
        all_rows: bool = False,
        max_affected: Optional[int] = None,
        returning: Returning = None,
        transaction_id: Optional[str] = None,
    ) -> Union[int, RowBlock]:
        """Delete the rows that match and return how many, or the rows."""
        statements = self._catalogue.statements(table_name)
        statement = statements.delete(where, returning, all_rows)
        return self._change(statement, max_affected, transaction_id)

    def _change(
        self,
        statement: Statement,
        max_affected: Optional[int],
        transaction_id: Optional[str],
    ) -> Union[int, RowBlock]:
        """Send an UPDATE or DELETE."""
        if max_affected is not None and (
            not isinstance(max_affected, int) or max_affected < 0
        ):
            raise InvalidValueError(
                f"max_affected must be an int of at least 0, not {max_affected!r}"
            )
        return self._scopes.current(transaction_id).write(
            partial(change_rows, statement, max_affected),
            several=max_affected is not None or bool(statement.columns),
        )

    # --- reading ------------------------------------------------------------------

    @_table_method
    def open_select(
        self,
        table_name: str,
        where: Optional[Where] = None,
        columns: Optional[Sequence[str]] = None,
        limit: Optional[int] = None,
        offset: Optional[int] = None,
        order_by: Optional[OrderBy] = None,
        *,
        distinct: bool = False,
        after: Optional[Sequence[Any]] = None,
        transaction_id: Optional[str] = None,
    ) -> RowCursor:
        """Start a select and return its cursor."""
        statement = self._catalogue.statements(table_name).select(
            where, columns, limit, offset, order_by, distinct, after
        )
        return self._scopes.current(transaction_id).open_cursor(statement)

    @_table_method
    def count(
        self,
        table_name: str,
        where: Optional[Where] = None,
        *,
        transaction_id: Optional[str] = None,
    ) -> int:
        """Return how many rows match."""
        statement = self._catalogue.statements(table_name).count(where)
        ((number,),) = self._rows(statement, transaction_id).rows
        return int(number)

    @_table_method
    def aggregate(
        self,
        table_name: str,
        aggregates: Mapping[str, Sequence[str]],
        where: Optional[Where] = None,
        group_by: Optional[Sequence[str]] = None,
        *,
        transaction_id: Optional[str] = None,
    ) -> RowBlock:
        """Aggregate the rows that match."""
        statement = self._catalogue.statements(table_name).aggregate(
            aggregates, where, group_by
        )
        return self._rows(statement, transaction_id)

    def _rows(self, statement: Statement, transaction_id: Optional[str]) -> RowBlock:
        """Run a read and return all of its rows."""
        cursor = self._scopes.current(transaction_id).open_cursor(statement)
        try:
            return RowBlock(cursor.columns, cursor.fetch_all())
        finally:
            cursor.close()

    # --- raw SQL ------------------------------------------------------------------

    def execute(
        self,
        sql: str,
        params: Optional[Params] = None,
        *,
        transaction_id: Optional[str] = None,
    ) -> Dict[str, Any]:
        """Run one statement of SQLite's SQL."""
        text = read_sql(sql, self._dialect)
        bound, values = bind(text, params, self._dialect)
        if text.is_ddl or text.runs_alone:
            self._scopes.refuse_inside(transaction_id, text.verb)
        scope = self._scopes.current(transaction_id)
        work = partial(write, text, bound, values)
        try:
            if text.is_read:
                return read(scope, bound, values, self._types)
            if text.runs_alone:
                return self._database.write_alone(work)
            return scope.write(work, several=True)
        except UnknownTableError as error:
            error.message += near_hint(error.table, self._catalogue.names())
            error.args = (error.message,)
            raise
        finally:
            if text.is_ddl:
                self._catalogue.forget()

    def execute_many(
        self,
        sql: str,
        params_list: Sequence[Params],
        *,
        transaction_id: Optional[str] = None,
    ) -> int:
        """Run one statement for each set of parameters, all or nothing.

        Raises:
            DriverQueryError: the statement reads, or changes the schema.
        """
        text = read_sql(sql, self._dialect)
        if text.is_read or text.is_ddl or text.runs_alone:
            raise DriverQueryError(
                f"execute_many takes INSERT, UPDATE and DELETE, not {text.verb}; use"
                " execute"
            )
        bound, sets = bind_many(text, params_list, self._dialect)
        work = partial(write_many, bound, sets)
        return self._scopes.current(transaction_id).write(work, several=True)

    def is_read_statement(self, sql: str) -> bool:
        """Whether the statement only reads, as far as its text tells."""
        return read_sql(sql, self._dialect).is_read
