"""What a sync leaves in a table that may lose nothing."""

from __future__ import annotations

from typing import Dict, Iterable, List, Tuple

import attrs

from ...dialects.base import Dialect
from ...dialects.lexicon import Lexicon
from ...dialects.sql_scanner import scan
from ...schema import Column, Conversion, Table, TableDifference, conversion
from .plan import Left
from .wording import type_text

_DROP = "allow_destructive=True would drop it, with what is in it"
_NARROW = "allow_destructive=True would change it, if every value fits"


class Retention:
    """What stays of a table as it is, though the definition says otherwise: columns
    that it has not, with the keys and indexes that they are in, and columns whose
    values may not fit.  What holds no data (indexes, constraints, defaults) is as is
    wanted."""

    def __init__(self, difference: TableDifference, dialect: Dialect) -> None:
        """Find what would be lost by the difference."""
        self._difference = difference
        self._columns = difference.dropped_columns
        self._names = frozenset(column.name for column in self._columns)
        self._lexicon = dialect.lexicon
        self._narrowed: Dict[str, Column] = {
            change.after.name: change.before
            for change in difference.changed_columns
            if conversion(change.before, change.after) is Conversion.NARROWING
        }

    def kept(self, table: Table) -> Table:
        """Return what a wanted table becomes."""
        columns = tuple(
            (
                _retained(self._narrowed[column.name], column)
                if column.name in self._narrowed
                else column
            )
            for column in table.columns
        )
        gone, named = self._difference, {index.name for index in table.indexes}
        return attrs.evolve(
            table,
            columns=columns + self._columns,
            uniques=table.uniques
            + tuple(u for u in gone.dropped_uniques if self._needs(u.columns)),
            foreign_keys=table.foreign_keys
            + tuple(k for k in gone.dropped_foreign_keys if self._needs(k.columns)),
            checks=table.checks
            + tuple(c for c in gone.dropped_checks if self._is_named(c.expression)),
            indexes=table.indexes
            + tuple(
                index
                for index in gone.dropped_indexes
                if self._needs(index.column_names) and index.name not in named
            ),
        )

    def left(self) -> List[Left]:
        """Return what is left, in words."""
        table = self._difference.before.name
        left = [Left(table, c.name, _reason_of_dropped(c)) for c in self._columns]
        wanted = self._difference.after.by_name
        return left + [
            Left(table, before.name, _reason_of_narrowed(before, wanted[name]))
            for name, before in self._narrowed.items()
        ]

    def _needs(self, columns: Tuple[str, ...]) -> bool:
        """Tell whether something is about columns that stay, which are not renamed."""
        renamed = self._difference.renamed_columns
        return not self._names.isdisjoint(columns) and not any(
            name in renamed for name in columns
        )

    def _is_named(self, sql: str) -> bool:
        """Tell whether SQL names a column that stays."""
        return names_any(sql, self._names, self._lexicon)


def names_any(sql: str, names: Iterable[str], lexicon: Lexicon) -> bool:
    """Tell whether SQL has one of the names in it."""
    folded = {name.casefold() for name in names}
    return bool(folded) and any(
        piece.kind in ("word", "name") and piece.text.strip('"`[]').casefold() in folded
        for piece in scan(sql, lexicon)
    )


def _retained(before: Column, after: Column) -> Column:
    """Return a column of the type before that is as is wanted in all else; but a
    default of another type, which it cannot have."""
    default = after.default if before.type is after.type else before.default
    return attrs.evolve(
        before, name=after.name, nullable=after.nullable, default=default
    )


def _reason_of_dropped(column: Column) -> str:
    """Return why a column is left that the definition has not."""
    reason = f"the definition has no such column; {_DROP}"
    if column.nullable or column.default is not None or column.autoincrement:
        return reason
    return (
        f"{reason}; until then rows are refused that give it no value, since it is"
        " NOT NULL and has no default"
    )


def _reason_of_narrowed(before: Column, after: Column) -> str:
    """Return why a column keeps its type."""
    reason = f"it stays {type_text(before)}, and is to be {type_text(after)}"
    if before.type is not after.type and before.default != after.default:
        reason = f"{reason}, and its default stays with the type"
    return f"{reason}; {_NARROW}"
