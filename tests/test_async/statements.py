"""Statements that last."""

from __future__ import annotations

#: Reads for ever.
ENDLESS = (
    "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c)"
    " SELECT count(*) FROM c"
)


def endless_write(table: str) -> str:
    """Return a statement that writes into a table for ever."""
    return (
        f"INSERT INTO {table} (name) WITH RECURSIVE c(x) AS"
        " (SELECT 1 UNION ALL SELECT x + 1 FROM c)"
        " SELECT 'x' || (SELECT max(y) FROM"
        " (WITH RECURSIVE d(y) AS (SELECT 1 UNION ALL SELECT y + 1 FROM d)"
        " SELECT y FROM d)) FROM c"
    )
