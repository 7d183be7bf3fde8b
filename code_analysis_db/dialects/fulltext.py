"""What a dialect makes of a fulltext index: pure text, like the rest of its SQL.

An index is kept beside the table's own columns, in hidden columns or tables whose names
start with ``INTERNAL_PREFIX``; what is in there are the words that the analyser of
:mod:`..fulltext` finds in a content, not the content.  A column may be in several
indexes; ``match`` on it needs it to be in one.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, Callable, ClassVar, List, NamedTuple, Sequence, Tuple

import attrs

from ..enums import LogicalType
from ..exceptions import DriverQueryError
from ..fulltext import Query
from ..schema import Column, DefaultValue, Index, Table, near_hint

SCORE = "_code_analysis_db_score"
"""The column of a :class:`HitsText` that the best hits have most of."""


class HiddenColumn(NamedTuple):
    """A column of words.

    Attributes:
        name: its name.
        source: the column whose words it has.
        write: makes the words of a value of that column, checked and in stored form.
    """

    name: str
    source: str
    write: Callable[[Any], str]


class HitsText(NamedTuple):
    """A select of what a query finds, by the table's primary key.

    Attributes:
        sql: the text; its columns are :attr:`keys`, then :data:`SCORE`.
        keys: the names of its columns that are the table's primary key.
    """

    sql: str
    keys: Tuple[str, ...]


class Fulltext(ABC):
    """The fulltext indexes of one dialect.

    Attributes:
        follows_raw_sql: an index follows whatever writes; else only what the driver
            writes, which looks after raw SQL for what it did.
    """

    follows_raw_sql: ClassVar[bool] = True

    def hidden(self, table: Table) -> Tuple[HiddenColumn, ...]:
        """Return the columns that the driver fills beside those of the table."""
        return tuple(
            hidden
            for index in fulltext_indexes(table)
            for hidden in self.hidden_of(index)
        )

    def hidden_of(self, index: Index) -> Sequence[HiddenColumn]:
        """Return those of one index."""
        return ()

    @abstractmethod
    def created(self, table: Table, index: Index) -> List[str]:
        """Return the statements that make an index, with what is in the table."""

    @abstractmethod
    def dropped(self, table: Table, index: Index) -> List[str]:
        """Return the statements that drop an index."""

    def dropped_with_table(self, table: Table) -> List[str]:
        """Return what is left to drop once the table is gone."""
        return []

    @abstractmethod
    def condition(
        self, table: Table, index: Index, query: Query, params: List[Any]
    ) -> str:
        """Return the test of a row for a query that asks for something, never NULL,
        and append its parameters."""

    @abstractmethod
    def hits(
        self, table: Table, index: Index, query: Query, most: int, params: List[Any]
    ) -> HitsText:
        """Return the select of what a query finds, the best ones but no more than
        ``most``, and append its parameters."""


def with_hidden(table: Table, hidden: Sequence[HiddenColumn]) -> Table:
    """Return a table with hidden columns, for statements that write them."""
    added = tuple(
        Column(column.name, LogicalType.TEXT, nullable=False) for column in hidden
    )
    return attrs.evolve(table, columns=table.columns + added)


def hidden_writer(
    hidden: HiddenColumn, table: Table, columns: Sequence[str]
) -> Callable[[Sequence[Any]], str]:
    """Return what makes the value of a hidden column from a row with these columns: of
    what its source has there, else of the default that it gets."""
    write = hidden.write
    if hidden.source in columns:
        place = columns.index(hidden.source)
        return lambda row: write(row[place])
    default = table.by_name[hidden.source].default
    words = write(default.value if isinstance(default, DefaultValue) else None)
    return lambda row: words


def index_of_column(table: Table, column: str) -> Index:
    """Return the fulltext index that a column is in.

    Raises:
        DriverQueryError: it is in none, or in several.
    """
    found = [i for i in table.indexes if i.fulltext and column in i.column_names]
    if len(found) == 1:
        return found[0]
    names = [index.name for index in found]
    reason = f"it is in {names}; use search with index=" if found else "it is in none"
    raise DriverQueryError(
        f"'match' needs a column of one fulltext index; {column!r} of table"
        f" {table.name!r}: {reason}"
        + ("" if found else ", 'contains' searches without an index"),
        table=table.name,
        column=column,
    )


def index_of_name(table: Table, name: Any = None) -> Index:
    """Return the fulltext index of that name, or the only one for None.

    Raises:
        DriverQueryError: there is none, or no only one.
    """
    found = {index.name: index for index in table.indexes if index.fulltext}
    if name is None and len(found) == 1:
        return next(iter(found.values()))
    if isinstance(name, str) and name in found:
        return found[name]
    if not found:
        reason = "add one: {'columns': [...], 'fulltext': True}"
    elif name is None:
        reason = f"say by index= which of {sorted(found)}"
    else:
        reason = f"there are {sorted(found)}{near_hint(name, found)}"
    what = "a fulltext index" if name is None else f"the fulltext index {name!r}"
    raise DriverQueryError(
        f"search of table {table.name!r} needs {what}: {reason}", table=table.name
    )


def fulltext_indexes(table: Table) -> Sequence[Index]:
    """Return the fulltext indexes of a table."""
    return [index for index in table.indexes if index.fulltext]
