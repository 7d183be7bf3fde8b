"""Upserts of one row in two statements: an update, else an insert.

MySQL's own upsert is set off by any key; this one minds the key that is meant, and
raises the error of any other that is met.  It takes two round trips.
"""

from __future__ import annotations

from typing import Any, List, Sequence

import attrs

from ..dialects.insertion import Insertion
from ..dialects.mysql import MySQLDialect
from ..exceptions import UniqueViolationError
from .mysql_literal import statement
from .mysql_session import MySQLSession
from .row_operations import RowId


def upsert_one(
    insertion: Insertion,
    row: Sequence[Any],
    dialect: MySQLDialect,
    session: MySQLSession,
) -> RowId:
    """Update the row that has the key, or insert it, and return its id."""
    values = dict(zip(insertion.columns, row))
    key = [values[name] for name in insertion.conflict_columns]
    meets = None not in key
    update = _update(insertion, dialect)
    params = [values[name] for name in insertion.assigned] + key
    given: RowId = None if insertion.key is None else row[insertion.key]
    for may_race in (True, False):
        if meets:
            reply = session.run(statement(update, params))
            if reply.affected:
                return given if given is not None else reply.last_id
        try:
            plain = attrs.evolve(insertion, on_conflict=None)
            reply = session.run(statement(plain.text(dialect, 1), row))
        except UniqueViolationError:
            # of another key; or somebody else has just inserted the row
            if not may_race or not meets:
                raise
        else:
            return given if given is not None else reply.last_id
    raise AssertionError("the second insert returns or raises")


def _update(insertion: Insertion, dialect: MySQLDialect) -> str:
    """Return the update, which tells the number of the row that it meets."""
    quote = dialect.quote
    sets: List[str] = [f"{quote(name)} = %s" for name in insertion.assigned]
    numbered = insertion.table.numbered_key
    if numbered is not None and numbered not in insertion.assigned:
        sets.append(f"{quote(numbered)} = LAST_INSERT_ID({quote(numbered)})")
    tests = [f"{quote(name)} = %s" for name in insertion.conflict_columns]
    return (
        f"UPDATE {quote(insertion.table.name)} SET {', '.join(sets)}"
        f" WHERE {' AND '.join(tests)}"
    )
