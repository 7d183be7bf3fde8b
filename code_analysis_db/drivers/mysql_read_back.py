"""Reads rows back that have just been written, by a key of theirs."""

from __future__ import annotations

from typing import Any, Dict, Sequence, Tuple

from ..dialects.mysql import MySQLDialect
from ..schema import Table
from .mysql_session import MySQLSession

KeyValues = Tuple[Any, ...]


def read_back(
    table: Table,
    key: Sequence[str],
    values: Sequence[KeyValues],
    wanted: Sequence[str],
    dialect: MySQLDialect,
    session: MySQLSession,
) -> Dict[KeyValues, Sequence[Any]]:
    """Return what is wanted of the rows that have these values of the key, by them;
    all in stored form.

    The rows are read as they are, also those that the transaction's snapshot lacks:
    others have made them, and the write has met them without changing anything.
    """
    if not values:
        return {}
    names = ", ".join(map(dialect.quote, (*key, *wanted)))
    listed = ", ".join(map(dialect.quote, key))
    marks = ", ".join(["(%s)"] * len(values))
    found = session.query(
        f"SELECT {names} FROM {dialect.quote(table.name)}"
        f" WHERE ({listed}) IN ({marks}) {dialect.locking_clause()}",
        values,
    )
    width = len(key)
    return {tuple(row[:width]): row[width:] for row in found}
