"""A table of the driver's own, beside those of the catalogue."""

from __future__ import annotations

from typing import Any, Generic, List, Sequence

from ...dialects.base import Dialect
from ...dialects.ddl import create_table
from ...schema import Table
from ..catalogue import Catalogue
from ..scope import S


class OwnTable(Generic[S]):
    """A table whose rows the driver writes and reads, in the order of their ids.

    It is made when it is first written to.
    """

    def __init__(self, table: Table, catalogue: Catalogue[S], dialect: Dialect) -> None:
        """Keep rows in ``table``, whose key numbers them."""
        self._table = table
        self._catalogue = catalogue
        self._dialect = dialect
        self._name = dialect.quote(table.name)
        self._columns = [
            column.name for column in table.columns if column.name != table.numbered_key
        ]

    def prepare(self, session: S) -> None:
        """Make the table where it is missing."""
        if not self._catalogue.has_table(session, self._table.name):
            for sql in create_table(self._table, self._dialect):
                session.query(sql)

    def add(self, session: S, values: Sequence[Any]) -> None:
        """Add a row: a value for each column but the key."""
        self.prepare(session)
        marks = ", ".join([self._dialect.placeholder] * len(values))
        session.query(
            f"INSERT INTO {self._name} ({self._listed()}) VALUES ({marks})", values
        )

    def rows(self, session: S) -> List[Sequence[Any]]:
        """Return the rows without their ids, the first one first."""
        if not self._catalogue.has_table(session, self._table.name):
            return []
        key = self._dialect.quote(str(self._table.numbered_key))
        return session.query(
            f"SELECT {self._listed()} FROM {self._name} ORDER BY {key}"
        )

    def clear(self, session: S) -> None:
        """Delete all rows."""
        session.query(f"DELETE FROM {self._name}")

    def _listed(self) -> str:
        """Return the quoted names of the columns but the key."""
        return ", ".join(map(self._dialect.quote, self._columns))
