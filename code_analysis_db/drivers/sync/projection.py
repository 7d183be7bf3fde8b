"""A table as it is to be, as a query of the table that there is."""

from __future__ import annotations

from typing import Dict, Optional

from ...dialects.base import Dialect
from ...schema import Column, ColumnChange, TableDifference
from ...schema.conversion import has_same_values


class Projection:
    """The rows of a table after a change of it, by their names after: a renamed column
    is there, one of another type has the values that it will have (NULL for what does
    not fit), and a new one has its default."""

    def __init__(self, difference: TableDifference, dialect: Dialect) -> None:
        """Follow ``difference``."""
        self._difference = difference
        self._dialect = dialect
        self._old_names = {new: old for old, new in difference.renamed_columns.items()}
        self._changes: Dict[str, ColumnChange] = {
            change.after.name: change for change in difference.changed_columns
        }
        self._added = {column.name for column in difference.added_columns}

    def source(self, alias: Optional[str] = None) -> str:
        """Return what stands in a FROM for the table, under its name after or another.

        Where nothing concerns the names or the values it is the table itself, whose
        indexes can be used.
        """
        difference, quote = self._difference, self._dialect.quote
        table = quote(difference.before.name)
        name = quote(alias or difference.after.name)
        if (
            not self._old_names
            and not self._added
            and not any(self.is_converted(column) for column in self._changes)
        ):
            return f"{table} AS {name}"
        terms = ", ".join(
            f"{self._term(column)} AS {quote(column.name)}"
            for column in difference.after.columns
        )
        return f"(SELECT {terms} FROM {table}) AS {name}"

    def is_converted(self, name: str) -> bool:
        """Tell whether a column gets other values, by its name after."""
        change = self._changes.get(name)
        return change is not None and not has_same_values(change.before, change.after)

    def _term(self, column: Column) -> str:
        """Return the expression of a column's value."""
        if column.name in self._added:
            default = self._dialect.default_text(column) or "NULL"
            return self._dialect.typed(default, column)
        quoted = self._dialect.quote(self._old_names.get(column.name, column.name))
        if not self.is_converted(column.name):
            return quoted
        before = self._changes[column.name].before
        value = self._dialect.converted(quoted, before, column)
        test = self._dialect.misfit(quoted, before, column)
        if test is not None:
            value = f"CASE WHEN {test} THEN NULL ELSE {value} END"
        return self._dialect.typed(value, column)
