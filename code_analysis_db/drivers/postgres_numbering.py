"""The numbers of a table's rows, which a sequence of the server's gives out.

Numbers for many rows are taken from the sequence beforehand, so that each row's is
known.  A number that a caller gives is made known to the sequence, which is never moved
back: other sessions may be taking numbers at the same time.
"""

from __future__ import annotations

from typing import Any, List, Sequence, Tuple

from ..dialects.postgres import PostgresDialect
from ..schema import Table
from .postgres_session import PostgresSession

_MOST_STEPS = 10_000
"""A longer way is jumped, in the microseconds between a look at the sequence and the
jump; somebody who took more numbers than this in them would be set back."""

_FIRST = 1
"""The number that a sequence starts with."""

_SEQUENCE = "pg_get_serial_sequence(%s, %s)"

# the number given out last; NULL where none was
_ADVANCE = f"""
SELECT CASE WHEN gap > {_MOST_STEPS} THEN setval(sequence, highest)
 WHEN gap > 0 THEN (SELECT max(number) FROM
  (SELECT nextval(sequence) AS number FROM generate_series(1, gap)) AS stepped) END
FROM (SELECT sequence, highest,
 highest - coalesce(pg_sequence_last_value(sequence), 0) AS gap
 FROM (SELECT {_SEQUENCE}::regclass AS sequence, %s::bigint AS highest) AS asked
) AS looked;"""

# the sequence is looked up once, not for each row
_NUMBERS = f"""
 SELECT nextval((SELECT {_SEQUENCE}::regclass)) AS number FROM generate_series(1, %s)"""

_TAKE = f"SELECT min(number), max(number) FROM ({_NUMBERS}) AS taken"


def advance(
    table: Table, highest: int, dialect: PostgresDialect
) -> Tuple[str, List[Any]]:
    """Return a statement, to stand before another in one message, after which the next
    number is above ``highest``; and its parameters.  Nothing where it is in any case.
    """
    if highest < _FIRST:
        return "", []
    return _ADVANCE, [*_owner(table, dialect), highest]


def take(
    session: PostgresSession, table: Table, count: int, dialect: PostgresDialect
) -> Sequence[int]:
    """Take numbers for so many rows, in ascending order."""
    params = [*_owner(table, dialect), count]
    ((first, last),) = session.query(_TAKE, params)
    if last - first + 1 == count:
        return range(first, last + 1)
    # others took numbers in between, and those are not known
    return sorted(row[0] for row in session.query(_NUMBERS, params))


def _owner(table: Table, dialect: PostgresDialect) -> List[Any]:
    """Return the table, quoted, and the column that a sequence numbers."""
    return [dialect.quote(table.name).replace("%%", "%"), table.numbered_key]
