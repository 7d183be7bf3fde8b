"""A statement over a table, ready to run."""

from __future__ import annotations

from typing import Any, NamedTuple, Optional, Sequence, Tuple

from .storage import RowsDecoder


class Lookup(NamedTuple):
    """Reads and locks the rows that a write is about to meet, for a database whose
    writes return no rows.

    What the write would return is these rows, with the assigned values in their places.

    Attributes:
        sql: a SELECT of the wanted columns that locks its rows.
        params: in stored form.
        assigned: the place in each row, and the value in stored form, of the columns
            that the write assigns.
    """

    sql: str
    params: Sequence[Any]
    assigned: Sequence[Tuple[int, Any]]


class Statement(NamedTuple):
    """A statement, ready to run.

    Attributes:
        sql: the text.
        params: in stored form.
        columns: of the result, empty for a write that returns nothing.
        decode: turns result rows into Python values, None where they are that.
        lookup: to be run first, in the same transaction, where a write is to return
            rows and the database's writes return none.
    """

    sql: str
    params: Sequence[Any]
    columns: Tuple[str, ...]
    decode: Optional[RowsDecoder]
    lookup: Optional[Lookup] = None
