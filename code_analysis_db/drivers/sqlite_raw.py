"""Raw SQL on SQLite: what ``execute`` and ``execute_many`` send, and what they return.

Results of queries are converted where a result column is a plain column of a table
that declares one of the driver's types; the rows of RETURNING come as stored, since
SQLite does not tell where they are from.
"""

from __future__ import annotations

import sqlite3
from typing import Any, Dict, List, Sequence

from ..dialects.sql_text import SqlText
from ..dialects.table_statements import Statement
from ..rows import RowBlock
from .sqlite_result_types import SQLiteResultTypes
from .sqlite_scope import SQLiteScope
from .sqlite_session import SQLiteSession

_CHANGING = ("INSERT", "REPLACE", "UPDATE", "DELETE")
_INSERTING = ("INSERT", "REPLACE")


def read(
    scope: SQLiteScope, sql: str, params: Sequence[Any], types: SQLiteResultTypes
) -> Dict[str, Any]:
    """Run a query and return its rows as ``execute`` does."""
    cursor = scope.open_cursor(Statement(sql, params, (), None))
    try:
        names = cursor.result_columns
        rows = cursor.fetch_all()
    finally:
        cursor.close()
    decode = types.decoder(sql, names)
    return _outcome(0, 0, names, decode(rows) if decode is not None else rows)


def write(
    text: SqlText, sql: str, params: Sequence[Any], session: SQLiteSession
) -> Dict[str, Any]:
    """Run any other statement inside a scope's ``write``."""
    if text.verb in _INSERTING:
        session.reset_last_id()
    cursor = session.execute(sql, params)
    names = _names(cursor)
    rows = session.fetch_all(cursor)
    affected = last_id = 0
    if text.verb in _CHANGING:
        ((affected, last_id),) = session.query("SELECT changes(), last_insert_rowid()")
    if text.verb not in _INSERTING or not affected:
        last_id = 0
    if not names:
        return {"affected_rows": affected, "last_insert_id": last_id, "data": None}
    return _outcome(affected, last_id, names, rows)


def write_many(
    sql: str, params_list: Sequence[Sequence[Any]], session: SQLiteSession
) -> int:
    """Run a statement for each item inside a scope's ``write``."""
    affected = 0
    for params in params_list:
        cursor = session.execute(sql, params)
        if cursor.description is not None:
            session.fetch_all(cursor)
            affected += _changes(session)
        elif cursor.rowcount >= 0:
            affected += cursor.rowcount
        else:
            # sqlite3 does not see that a statement that starts with WITH writes
            affected += _changes(session)
    return affected


def _changes(session: SQLiteSession) -> int:
    """Return how many rows the last INSERT, UPDATE or DELETE met."""
    ((affected,),) = session.query("SELECT changes()")
    return int(affected)


def _names(cursor: sqlite3.Cursor) -> List[str]:
    """Return the names of the result's columns, ``[]`` for no result."""
    return [column[0] for column in cursor.description or ()]


def _outcome(
    affected: int, last_id: int, names: Sequence[str], rows: List[Sequence[Any]]
) -> Dict[str, Any]:
    """Return the result of a statement that returns rows."""
    return {
        "affected_rows": affected,
        "last_insert_id": last_id,
        "data": RowBlock(distinct_names(names), rows).to_dicts(),
    }


def distinct_names(names: Sequence[str]) -> List[str]:
    """Return the names with ``_2``, ``_3`` … appended to those that were there."""
    distinct: List[str] = []
    for name in names:
        number = 1
        free = name
        while free in distinct or (number > 1 and free in names):
            number += 1
            free = f"{name}_{number}"
        distinct.append(free)
    return distinct
