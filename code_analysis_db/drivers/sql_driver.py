"""A driver of a SQL database: rows and raw SQL, in its dialect.

This module is the façade, with ``sql_tables`` and ``sql_connection`` under it.  A
driver brings the parts that do the work: the database with its sessions, the scopes, a
catalogue of the tables, what changes tables, writes rows and runs raw SQL (see
:class:`~.sql_connection.SqlParts`).
"""

from __future__ import annotations

from functools import partial
from typing import Any, Dict, List, Mapping, Optional, Sequence, Union

from ..dialects.sql_text import SqlText, bind, bind_many, read_sql
from ..dialects.selection import Selection
from ..dialects.statement import Statement
from ..fulltext import parse_query
from ..exceptions import (
    DriverQueryError,
    InvalidValueError,
    UnknownTableError,
)
from ..rows import RowBlock
from ..schema import Table, near_hint
from .base import Params
from .row_cursor import RowCursor
from .row_operations import SNIPPET_LENGTH, OrderBy, Returning, RowId, Where
from .row_writer import PlannedRows
from .scope import R, S, Scope, Work
from .search_hits import shown_hits
from .sql_tables import SqlTables, may_be_outdated, table_method


class SqlDriver(SqlTables[S]):
    """A SQL database, as tables."""

    # --- writing ------------------------------------------------------------------

    @table_method
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
        scope = self._scopes.current(transaction_id)
        statements = self._catalogue.statements(table_name, scope)
        planned: List[PlannedRows] = []
        for block in blocks:
            plan = statements.insert_plan(block.columns, on_conflict, returning)
            planned.append((plan, plan.encode(block.rows)))
        return self._writer.insert(scope, statements, planned, returning)

    @table_method
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
        scope = self._scopes.current(transaction_id)
        statements = self._catalogue.statements(table_name, scope)
        planned: List[PlannedRows] = []
        for block in blocks:
            plan = statements.upsert_plan(block.columns, conflict_columns, returning)
            planned.append((plan, plan.encode(block.rows)))
        return self._writer.insert(scope, statements, planned, returning)

    @table_method
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
        _check_max_affected(max_affected)
        scope = self._scopes.current(transaction_id)
        return self._writer.update(
            scope,
            self._catalogue.statements(table_name, scope),
            where,
            data,
            returning,
            all_rows=all_rows,
            max_affected=max_affected,
        )

    @table_method
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
        _check_max_affected(max_affected)
        scope = self._scopes.current(transaction_id)
        return self._writer.delete(
            scope,
            self._catalogue.statements(table_name, scope),
            where,
            returning,
            all_rows=all_rows,
            max_affected=max_affected,
        )

    # --- reading ------------------------------------------------------------------

    @table_method
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
        stream: bool = False,
        transaction_id: Optional[str] = None,
    ) -> RowCursor:
        """Start a select and return its cursor."""
        scope = self._scopes.current(transaction_id)
        statement = self._catalogue.statements(table_name, scope).select(
            where, columns, limit, offset, order_by, distinct, after
        )
        return scope.open_cursor(statement, stream=stream)

    def select_few(self, wanted: Selection, most: int) -> Optional[RowBlock]:
        """Return the rows that match, None where there are more than ``most``."""
        try:
            scope = self._scopes.current(wanted.transaction_id)
            statements = self._catalogue.statements(wanted.table_name, scope)
            statement = statements.make_select(wanted)
            rows = scope.first_rows(statement, most + 1)
        except DriverQueryError as error:
            if not may_be_outdated(error):
                raise
            # The usual way finds out whether somebody else has changed the schema.
            return super().select_few(wanted, most)
        if len(rows) > most:
            return None
        return RowBlock(list(statement.columns), rows)

    @table_method
    def count(
        self,
        table_name: str,
        where: Optional[Where] = None,
        *,
        transaction_id: Optional[str] = None,
    ) -> int:
        """Return how many rows match."""
        scope = self._scopes.current(transaction_id)
        statement = self._catalogue.statements(table_name, scope).count(where)
        ((number,),) = self._rows(statement, scope).rows
        return int(number)

    @table_method
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
        scope = self._scopes.current(transaction_id)
        statement = self._catalogue.statements(table_name, scope).aggregate(
            aggregates, where, group_by
        )
        return self._rows(statement, scope)

    @table_method
    def search(
        self,
        table_name: str,
        query: str,
        *,
        index: Optional[str] = None,
        where: Optional[Where] = None,
        columns: Optional[Sequence[str]] = None,
        limit: int = 20,
        offset: Optional[int] = None,
        snippet_length: int = SNIPPET_LENGTH,
        transaction_id: Optional[str] = None,
    ) -> RowBlock:
        """Return the best of the rows that a query finds."""
        scope = self._scopes.current(transaction_id)
        search = self._catalogue.statements(table_name, scope).make_search(
            parse_query(query),
            index,
            where,
            columns,
            limit,
            offset,
            snippet_length > 0,
        )
        rows: List[Sequence[Any]] = []
        for statement in search.tries:
            rows = self._rows(statement, scope).rows
            if len(rows) >= search.limit:
                break
        return shown_hits(search, rows, snippet_length)

    def _rows(self, statement: Statement, scope: Scope[S]) -> RowBlock:
        """Run a read and return all of its rows."""
        cursor = scope.open_cursor(statement)
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
        """Run one statement of the database's own SQL."""
        text = read_sql(sql, self._dialect)
        bound, values = bind(text, params, self._dialect)
        if text.is_ddl or text.runs_alone:
            self._scopes.refuse_inside(transaction_id, text.verb)
        scope = self._scopes.current(transaction_id)
        work = partial(self._raw.write, text, bound, values)
        written = self._fulltext_written(text, scope)
        try:
            if text.is_read:
                return self._raw.read(scope, bound, values)
            if text.runs_alone:
                return self._database.write_alone(work)
            if written:
                return scope.write(self._followed(work, written), several=True)
            return scope.write(work, several=self._raw.write_is_several)
        except UnknownTableError as error:
            error.message += near_hint(error.table, self._catalogue.names(scope))
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
        work = partial(self._raw.write_many, bound, sets)
        scope = self._scopes.current(transaction_id)
        written = self._fulltext_written(text, scope)
        return scope.write(self._followed(work, written), several=True)

    def _fulltext_written(self, text: SqlText, scope: Scope[S]) -> List[Table]:
        """Return the tables with fulltext indexes that a raw statement may write, and
        whose indexes do not follow by themselves."""
        fulltext = self._dialect.fulltext
        if fulltext is None or fulltext.follows_raw_sql or text.is_read or text.is_ddl:
            return []
        if text.runs_alone or text.verb == "DELETE":
            return []
        lowered = text.sql.lower()
        tables = self._catalogue.fulltext_tables(scope)
        return [table for table in tables if table.name.lower() in lowered]

    def _followed(self, work: Work[S, R], tables: Sequence[Table]) -> Work[S, R]:
        """Return work after which the words of the tables are right."""

        def followed(session: S) -> R:
            """Do it, and look after the tables."""
            done = work(session)
            self._upkeep.refresh(session, tables)
            return done

        return followed if tables else work

    def is_read_statement(self, sql: str) -> bool:
        """Whether the statement only reads, as far as its text tells."""
        return read_sql(sql, self._dialect).is_read


def _check_max_affected(max_affected: Optional[int]) -> None:
    """Refuse a bound that is no number of rows.

    Raises:
        InvalidValueError: it is none.
    """
    if max_affected is not None and (
        not isinstance(max_affected, int) or max_affected < 0
    ):
        raise InvalidValueError(
            f"max_affected must be an int of at least 0, not {max_affected!r}"
        )
