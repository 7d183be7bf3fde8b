"""The writes of table rows: what is sent to a session, and what comes of it.

Each function runs inside a scope's ``write``, which undoes it where it fails.
"""

from __future__ import annotations

from typing import Any, List, Optional, Sequence, Tuple, Union

from ..dialects.insert_plan import InsertPlan
from ..dialects.table_statements import Statement
from ..enums import RowIdSource
from ..exceptions import GuardError
from ..rows import RowBlock
from .row_operations import RowId
from .sqlite_session import SQLiteSession

PlannedRows = Tuple[InsertPlan, List[Sequence[Any]]]
"""A plan, and the rows that it encoded."""


def insert_rows(planned: Sequence[PlannedRows], session: SQLiteSession) -> List[RowId]:
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


def insert_returning(
    planned: Sequence[PlannedRows], session: SQLiteSession
) -> List[Sequence[Any]]:
    """Insert the rows and return them as stored, in the rows' order."""
    rows: List[Sequence[Any]] = []
    for plan, encoded in planned:
        returned: List[Sequence[Any]] = []
        for step in plan.steps(encoded):
            returned += session.fetch_all(session.execute(step.sql, step.params))
        rows += plan.decode(returned) if plan.decode is not None else returned
    return rows


def change_rows(
    statement: Statement, max_affected: Optional[int], session: SQLiteSession
) -> Union[int, RowBlock]:
    """Run an UPDATE or DELETE and return how many rows it met, or the rows.

    Raises:
        GuardError: it met more than ``max_affected``.
    """
    cursor = session.execute(statement.sql, statement.params)
    rows: List[Sequence[Any]] = []
    affected = cursor.rowcount
    if statement.columns:
        rows += session.fetch_all(cursor)
        affected = len(rows)
    if max_affected is not None and affected > max_affected:
        raise GuardError(
            f"{affected} rows match, more than max_affected={max_affected!r};"
            " nothing was changed"
        )
    if not statement.columns:
        return affected
    if statement.decode is not None:
        rows = statement.decode(rows)
    return RowBlock(list(statement.columns), rows)
