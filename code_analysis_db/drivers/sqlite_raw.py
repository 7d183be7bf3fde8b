"""Raw SQL on SQLite.

Results of queries are converted where a result column is a plain column of a table
that declares one of the driver's types; the rows of RETURNING come as stored, since
SQLite does not tell where they are from.
"""

from __future__ import annotations

import sqlite3
from typing import Any, Dict, List, Sequence, Tuple

from ..dialects.sql_text import SqlText
from .raw_sql import CHANGING, INSERTING, RawSql, outcome
from .scope import Scope
from .sqlite_result_types import SQLiteResultTypes
from .sqlite_session import SQLiteSession


class SQLiteRawSql(RawSql[SQLiteSession]):
    """Runs statements of SQLite's SQL."""

    write_is_several = True

    def __init__(self, types: SQLiteResultTypes) -> None:
        """Decode queries' rows by ``types``."""
        self._types = types

    def read(
        self, scope: Scope[SQLiteSession], sql: str, params: Sequence[Any]
    ) -> Dict[str, Any]:
        """Run a query and return its rows as ``execute`` does."""

        def run(session: SQLiteSession) -> Tuple[List[str], List[Sequence[Any]]]:
            """Return the names of the result's columns, and its rows."""
            cursor = session.execute(sql, params)
            return _names(cursor), session.fetch_all(cursor)

        names, rows = scope.read(run)
        decode = self._types.decoder(sql, names)
        return outcome(0, 0, names, decode(rows) if decode is not None else rows)

    def write(
        self, text: SqlText, sql: str, params: Sequence[Any], session: SQLiteSession
    ) -> Dict[str, Any]:
        """Run any other statement inside a scope's ``write``."""
        if text.verb in INSERTING:
            session.reset_last_id()
        cursor = session.execute(sql, params)
        names = _names(cursor)
        rows = session.fetch_all(cursor)
        affected = last_id = 0
        if text.verb in CHANGING:
            ((affected, last_id),) = session.query(
                "SELECT changes(), last_insert_rowid()"
            )
        if text.verb not in INSERTING or not affected:
            last_id = 0
        return outcome(affected, last_id, names or None, rows)

    def write_many(
        self,
        sql: str,
        params_list: Sequence[Sequence[Any]],
        session: SQLiteSession,
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

    def close(self) -> None:
        """Close the session that describes queries."""
        self._types.close()


def _changes(session: SQLiteSession) -> int:
    """Return how many rows the last INSERT, UPDATE or DELETE met."""
    ((affected,),) = session.query("SELECT changes()")
    return int(affected)


def _names(cursor: sqlite3.Cursor) -> List[str]:
    """Return the names of the result's columns, ``[]`` for no result."""
    return [column[0] for column in cursor.description or ()]
