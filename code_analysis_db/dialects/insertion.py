"""What an insert does, apart from the statements that do it.

A driver whose server does not do all of it in one statement (no RETURNING, say), or
has a quicker way in (COPY), works from this.
"""

from __future__ import annotations

from typing import List, Optional, Sequence, Tuple

import attrs

from ..enums import OnConflict
from ..schema import Table
from .base import Dialect


@attrs.frozen(slots=True, eq=False)
class Insertion:
    """An insert or upsert of rows that have the same columns.

    Attributes:
        table: the table.
        columns: that the rows have, in the order of their values.
        on_conflict: what a row does that meets a key which exists: UPDATE updates the
            row with the same ``conflict_columns``, and any other key is an error;
            IGNORE leaves it out, whichever key it is; None raises.
        conflict_columns: the key of UPDATE, else empty.
        assigned: what the existing row gets from the new one; never empty with UPDATE
            (the key to itself where the rows have nothing else).
        returning: the columns that are wanted back, empty for none.
        key: the place of the single-column primary key among ``columns``, None where
            the rows lack it or the table has none.
        numbered: whether the table numbers a row whose key is None or lacking.
        told: whether the id of a row is known only from what the statement meets: an
            existing row's, or none at all.
    """

    table: Table
    columns: Tuple[str, ...]
    on_conflict: Optional[OnConflict] = None
    conflict_columns: Tuple[str, ...] = ()
    assigned: Tuple[str, ...] = ()
    returning: Tuple[str, ...] = ()
    key: Optional[int] = None
    numbered: bool = False
    told: bool = False

    def head(self, dialect: Dialect) -> str:
        """Return ``INSERT INTO t (a, b)``, or without columns ``INSERT INTO t``."""
        target = f"INSERT INTO {dialect.quote(self.table.name)}"
        if not self.columns:
            return target
        return f"{target} ({', '.join(map(dialect.quote, self.columns))})"

    def text(self, dialect: Dialect, row_count: int, terms: Sequence[str] = ()) -> str:
        """Return the statement for so many rows.

        Args:
            terms: the SQL of what it returns of each row.
        """
        values = dialect.default_row(self.table)
        if self.columns:
            values = values_clause(dialect.placeholder, len(self.columns), row_count)
        return f"{self.head(dialect)} {values}{self.tail(dialect, terms)}"

    def tail(self, dialect: Dialect, terms: Sequence[str] = ()) -> str:
        """Return what follows the values: conflict clause and RETURNING, each with a
        space before it."""
        tail = ""
        if self.on_conflict is not None:
            clause = dialect.on_conflict(
                self.table, self.conflict_columns, self.assigned
            )
            tail = f" {clause}"
        if terms:
            tail += f" RETURNING {', '.join(terms)}"
        return tail

    def returned_terms(self, dialect: Dialect, names: Sequence[str]) -> List[str]:
        """Return what a RETURNING clause has for columns of the table."""
        columns = self.table.by_name
        return [dialect.returned_term(columns[name]) for name in names]


def values_clause(placeholder: str, columns: int, rows: int) -> str:
    """Return ``VALUES (?, ?), (?, ?), …``."""
    row = f"({', '.join([placeholder] * columns)})"
    return f"VALUES {', '.join([row] * rows)}"
