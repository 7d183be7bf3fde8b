"""The writes of table rows on SQLite."""

from __future__ import annotations

from typing import List, Sequence, Tuple

from ..dialects.statement import Statement
from ..enums import RowIdSource
from .row_operations import RowId
from .row_writer import PlannedRows, Rows, RowWriter
from .sqlite_session import SQLiteSession


class SQLiteRowWriter(RowWriter[SQLiteSession]):
    """Writes rows; SQLite numbers the rows of a statement consecutively."""

    def insert_rows(
        self, planned: Sequence[PlannedRows], session: SQLiteSession
    ) -> List[RowId]:
        """Insert the rows and return their ids, in the rows' order."""
        ids: List[RowId] = []
        for plan, encoded in planned:
            for step in plan.steps(encoded):
                cursor = session.execute(step.sql, step.params)
                if step.source is RowIdSource.GIVEN:
                    assert step.row_ids is not None
                    ids += step.row_ids
                elif step.source is RowIdSource.GENERATED:
                    last = cursor.lastrowid
                    assert last is not None
                    ids += range(last - step.row_count + 1, last + 1)
                else:
                    returned = session.fetch_all(cursor)
                    ids.append(returned[0][0] if returned else None)
        return ids

    def run_change(
        self, statement: Statement, session: SQLiteSession
    ) -> Tuple[int, Rows]:
        """Run an UPDATE or DELETE and return how many rows it met, and its rows."""
        cursor = session.execute(statement.sql, statement.params)
        if not statement.columns:
            return cursor.rowcount, []
        rows = session.fetch_all(cursor)
        return len(rows), rows
