"""The conditions over one table, which may reach into the tables that it refers to.

``{"file_id": {"refers_to": where}}`` asks of a column that is a foreign key what the
row must be that it refers to: ``file_id IN (SELECT id FROM files WHERE …)``.
"""

from __future__ import annotations

from typing import Any, Callable, List, Mapping, Optional

from ..exceptions import DriverQueryError, UnknownTableError, UnsupportedError
from ..fulltext import parse_query
from ..schema import ForeignKey, Table
from .base import Dialect
from .column_codec import ColumnCodec
from .condition import FALSE, TRUE, Condition, not_null
from .condition_text import ConditionText
from .fulltext import index_of_column
from .where_reader import WhereReader

Others = Callable[[str], "Optional[TableConditions]"]
"""Gives the conditions of another table, None where it was not read yet."""


class UnreadTableError(UnknownTableError):
    """A statement reaches into a table that is to be read first; it never leaves the
    driver."""

    code = "unread_table"


class TableConditions:
    """Reads and writes the conditions over one table.

    Attributes:
        table: the table.
        comparands: see :meth:`.WhereReader.comparands`.
    """

    def __init__(
        self,
        table: Table,
        codecs: Mapping[str, ColumnCodec],
        dialect: Dialect,
        others: Others,
    ) -> None:
        """Prepare to read conditions.

        Args:
            others: the tables that this one may refer to.
        """
        self.table = table
        self._codecs = codecs
        self._quoted = dialect.quote(table.name)
        self._others = others
        self._dialect = dialect
        self._reader = WhereReader(
            table.name, codecs, dialect, refer=self._refer, match=self._match
        )
        self._text = ConditionText(codecs, dialect, subselect=self._subselect)
        self.comparands = self._reader.comparands

    def read(
        self, where: Optional[Mapping[str, Any]], params: List[Any], depth: int = 0
    ) -> Condition:
        """Return the condition and append its parameters; an empty one is TRUE.

        Raises:
            DriverQueryError: the condition does not fit the table.
            UnreadTableError: it reaches into a table that was not read yet.
        """
        return self._reader.read(where, params, depth) if where else TRUE

    def clause(self, condition: Condition) -> List[str]:
        """Return the words of a WHERE, none where every row matches."""
        return [] if condition is TRUE else ["WHERE", self._text.write(condition)]

    def _refer(
        self, codec: ColumnCodec, where: Any, params: List[Any], depth: int
    ) -> Condition:
        """Return the condition that a column refers to a row that is ``where``."""
        name = codec.column.name
        key = self._foreign_key(name)
        other = self._others(key.table)
        if other is None:
            raise UnreadTableError(
                f"table {key.table!r}, which column {name!r} of table"
                f" {self.table.name!r} refers to, was not read",
                table=key.table,
            )
        inner = other._reader.read(where, params, depth)
        if inner is FALSE:
            return FALSE
        if inner is TRUE:
            return not_null(name) if codec.column.nullable else TRUE
        (referred,) = key.references or other.table.primary_key
        return ("refers_to", name, key.table, referred, inner)

    def _match(self, column: str, text: str, params: List[Any]) -> Condition:
        """Return the condition that a row is found by a query of the fulltext index
        that a column is in; a query without words finds none."""
        fulltext = self._dialect.fulltext
        if fulltext is None:
            raise UnsupportedError(
                f"{self._dialect.name} offers no full-text search ('match' on column"
                f" {column!r}); 'contains' searches without an index",
                table=self.table.name,
                column=column,
            )
        index = index_of_column(self.table, column)
        query = parse_query(text)
        if not query.required:
            return FALSE
        return ("match", column, fulltext.condition(self.table, index, query, params))

    def _foreign_key(self, column: str) -> ForeignKey:
        """Return the foreign key that a column is alone.

        Raises:
            DriverQueryError: it is none.
        """
        keys = self.table.foreign_keys
        key = next((key for key in keys if key.columns == (column,)), None)
        if key is None:
            names = [key.columns[0] for key in keys if len(key.columns) == 1]
            raise DriverQueryError(
                f"'refers_to' needs a column that is a foreign key; {column!r} of table"
                f" {self.table.name!r} is none, its foreign keys are {names}",
                table=self.table.name,
                column=column,
            )
        return key

    def _subselect(self, table_name: str, column: str, condition: Condition) -> str:
        """Return the select of the referred column of the rows that match.

        Within a write MySQL reads no rows of the table that it changes; those of a
        derived table with DISTINCT it has put aside before.
        """
        other = self._others(table_name)
        if other is None:
            raise UnreadTableError(f"table {table_name!r} was not read")
        shown = other._codecs[column]
        where = other._text.write(condition)
        if table_name != self.table.name:
            return f"SELECT {shown.term} FROM {other._quoted} WHERE {where}"
        rows = f"SELECT DISTINCT {shown.quoted} FROM {other._quoted} WHERE {where}"
        return f"SELECT {shown.term} FROM ({rows}) AS referred"
