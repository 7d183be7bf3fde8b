"""A database in memory that runs what the dialect writes."""

from __future__ import annotations

import sqlite3
import weakref
from typing import Any, Dict, List, Optional, Sequence

from code_analysis_db.dialects.ddl import create_table
from code_analysis_db.dialects.insert_plan import InsertPlan
from code_analysis_db.dialects.sqlite import SQLiteDialect
from code_analysis_db.dialects.sqlite_functions import AGGREGATES, COLLATIONS
from code_analysis_db.dialects.table_statements import Statement, TableStatements
from code_analysis_db.enums import RowIdSource
from code_analysis_db.schema import Table

DIALECT = SQLiteDialect()


class Database:
    """One table in memory, which is closed when nobody has it any more.

    Attributes:
        table: the table.
        statements: makes statements over it.
        connection: the database.
    """

    def __init__(
        self, columns: Sequence[Dict[str, Any]], name: str = "t", **parts: Any
    ) -> None:
        """Create the table."""
        self.table = Table.from_definition(
            {"name": name, "columns": list(columns), **parts}
        )
        self.statements = TableStatements(self.table, DIALECT)
        self.connection = sqlite3.connect(":memory:", isolation_level=None)
        weakref.finalize(self, self.connection.close)
        for collation, compare in COLLATIONS.items():
            self.connection.create_collation(collation, compare)
        for function, (count, aggregate) in AGGREGATES.items():
            self.connection.create_aggregate(function, count, aggregate)
        for sql in create_table(self.table, DIALECT):
            self.connection.execute(sql)

    def run(self, statement: Statement) -> List[Dict[str, Any]]:
        """Run a statement and return its rows as dicts."""
        rows = self.connection.execute(statement.sql, statement.params).fetchall()
        decoded = statement.decode(rows) if statement.decode else rows
        return [dict(zip(statement.columns, row)) for row in decoded]

    def select(self, where: Any = None, **arguments: Any) -> List[Dict[str, Any]]:
        """Select rows."""
        return self.run(self.statements.select(where, **arguments))

    def insert(
        self, columns: Sequence[str], rows: Sequence[Sequence[Any]], **arguments: Any
    ) -> List[Any]:
        """Insert rows and return their ids."""
        return self.apply(self.statements.insert_plan(columns, **arguments), rows)

    def apply(self, plan: InsertPlan, rows: Sequence[Sequence[Any]]) -> List[Any]:
        """Run an insert plan; return the ids, or the rows that it returns."""
        ids: List[Any] = []
        returned: List[Sequence[Any]] = []
        for step in plan.steps(plan.encode(rows)):
            cursor = self.connection.execute(step.sql, step.params)
            given: Optional[Sequence[Any]] = step.row_ids
            if plan.returning_columns:
                returned += cursor.fetchall()
            elif step.source is RowIdSource.GENERATED:
                last = cursor.lastrowid or 0
                ids += range(last - step.row_count + 1, last + 1)
            elif given is not None:
                ids += given
            else:
                told = cursor.fetchall()
                ids.append(told[0][0] if told else None)
        if plan.returning_columns:
            return list(plan.decode(returned) if plan.decode else returned)
        return ids
