"""What the readers of all databases share: what was stored and what is there, made one.

A table that the database has just as it was stored is what its definition says.  In any
other, made by somebody else or changed by him, a column keeps its stored definition as
far as the database still says the same of it; the rest is taken from native types and
texts.  Its checks and the conditions of its indexes are the database's own texts: which
text was meant by a stored one is not known any more.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Dict, Generic, List, Optional, Sequence

import attrs

from ...dialects.base import Dialect
from ...dialects.fulltext import fulltext_indexes
from ...enums import LogicalType
from ...schema import INTERNAL_PREFIX, Column, Table
from ...schema.column import Default
from ..existing_table import ExistingTable
from ..scope import S
from .native_table import NativeColumn, NativeTable, snapshot_columns


class TableReader(ABC, Generic[S]):
    """Reads the tables of one kind of database."""

    def __init__(self, dialect: Dialect) -> None:
        """Read what the dialect has declared."""
        self._dialect = dialect

    # --- what each database does its own way --------------------------------------

    @abstractmethod
    def names(self, session: S) -> List[str]:
        """Return the names of the tables, sorted, those of the driver among them."""

    @abstractmethod
    def read(self, session: S, name: Optional[str] = None) -> Dict[str, NativeTable]:
        """Return tables by their names, in a few queries.

        Args:
            session: that reads.
            name: of the one table or view that is wanted; None for all tables but
                those that stand and fall with something else (partitions, tables of
                extensions, what is beneath a virtual table).
        """

    @abstractmethod
    def column(self, native: NativeColumn) -> Column:
        """Return the column that a native type makes, without its default."""

    @abstractmethod
    def default(self, native: NativeColumn, column: Column) -> Default:
        """Return the default of a column, whose text is there."""

    @abstractmethod
    def named(self, table: Table, native: NativeTable) -> Table:
        """Return a table with the names that its constraints have in the database."""

    @abstractmethod
    def made(self, session: S, native: NativeTable, columns: Sequence[Column]) -> Table:
        """Return the table with all its keys, checks and indexes as they are there."""

    # --- what is common -----------------------------------------------------------

    def existing(
        self,
        session: S,
        native: NativeTable,
        stored: Optional[Table] = None,
        snapshot: Optional[str] = None,
    ) -> ExistingTable:
        """Return a table by what the database says and what was stored.

        Args:
            session: that reads.
            native: what the database says.
            stored: the definition that is kept, None for none.
            snapshot: what the database said when it was stored, None for unknown.
        """
        if stored is not None and snapshot is not None and native.snapshot == snapshot:
            named = self.named(stored, native)
            return ExistingTable(
                named, native.native_types, stored, True, native.generated
            )
        columns = self._columns(native, stored, snapshot)
        table = self._with_fulltext(self.made(session, native, columns), native, stored)
        return ExistingTable(table, native.native_types, table, False, native.generated)

    def _with_fulltext(
        self, table: Table, native: NativeTable, stored: Optional[Table]
    ) -> Table:
        """Return a table with the fulltext indexes that were stored, whose hidden
        columns are there as well as those that they are over."""
        fulltext = self._dialect.fulltext
        if fulltext is None or stored is None or not native.hidden:
            return table
        there = {column.name for column in native.hidden}
        kept = tuple(
            index
            for index in fulltext_indexes(stored)
            if there.issuperset(c.name for c in fulltext.hidden_of(index))
            and all(name in table.by_name for name in index.column_names)
        )
        return attrs.evolve(table, indexes=table.indexes + kept)

    def _columns(
        self, native: NativeTable, stored: Optional[Table], snapshot: Optional[str]
    ) -> List[Column]:
        """Return the columns, those that are as they were stored among them."""
        known: Dict[str, Column] = {}
        if stored is not None:
            fitted = self._dialect.fitted(stored).columns
            known = {
                declared.name: column
                for declared, column in zip(fitted, stored.columns)
                if self._dialect.native_type(declared)
                == native.native_types.get(declared.name)
            }
        before = {} if snapshot is None else snapshot_columns(snapshot)
        return [
            self._column(column, known.get(column.name), before.get(column.name))
            for column in native.columns
        ]

    def _column(
        self,
        native: NativeColumn,
        known: Optional[Column],
        before: Optional[NativeColumn],
    ) -> Column:
        """Return a column.

        Args:
            native: what the database says.
            known: the stored definition, where its type is still the one.
            before: what the database said when that was stored.
        """
        if known is None:
            column = self.column(native)
            return attrs.evolve(column, default=self._default(native, column))
        if before == native:
            return known
        default = known.default
        if before is None or before.default != native.default:
            default = self._default(native, known)
        return attrs.evolve(known, nullable=native.nullable, default=default)

    def _default(self, native: NativeColumn, column: Column) -> Default:
        """Return the default of a column, None for none."""
        if native.default is None or native.is_generated or native.is_numbered:
            return None
        return self.default(native, column)


def is_hidden(columns: Sequence[str]) -> bool:
    """Tell whether an index is over columns that the driver has put there."""
    return any(name.startswith(INTERNAL_PREFIX) for name in columns)


def is_unnumbered(key: Sequence[str], columns: Sequence[Column]) -> bool:
    """Tell whether a key is a single integer column that the database does not number:
    it then is a key like any other."""
    return len(key) == 1 and any(
        column.name == key[0]
        and column.type is LogicalType.INTEGER
        and not column.autoincrement
        for column in columns
    )
