"""A table in plain Python: its rows, and what the constraints say of them."""

from __future__ import annotations

from typing import Any, Dict, FrozenSet, List, Mapping, Optional, Set, Tuple, Type

import attrs

from code_analysis_db.exceptions import (
    CheckViolationError,
    DriverError,
    NotNullViolationError,
    UniqueViolationError,
)
from code_analysis_db.rows import Row
from code_analysis_db.schema import Table
from code_analysis_db.schema.default_form import default_value

CHECKED = "n"
"""A column of this name has the check that it is not negative."""

Faults = Set[Type[DriverError]]


@attrs.define
class ModelTable:
    """A table.

    Attributes:
        schema: its definition.
        rows: what it holds, each row complete.
        highest: the highest number that its numbered key ever had.
    """

    schema: Table
    rows: List[Row] = attrs.field(factory=list)
    highest: int = 0

    def copy(self) -> ModelTable:
        """Return a copy that changes by itself."""
        return ModelTable(self.schema, [dict(row) for row in self.rows], self.highest)

    @property
    def kinds(self) -> Dict[str, str]:
        """The types of the columns."""
        return {column.name: column.type.value for column in self.schema.columns}

    def complete(self, given: Mapping[str, Any]) -> Row:
        """Return a row with the defaults of the columns that it lacks."""
        return {
            column.name: given.get(column.name, default_value(column))
            for column in self.schema.columns
        }

    def add(self, row: Row) -> Row:
        """Take a complete row, and note its number."""
        self.rows.append(row)
        self.note_numbers()
        return row

    def note_numbers(self) -> None:
        """Note the highest number."""
        key = self.schema.numbered_key
        if key is not None:
            numbers = [row[key] for row in self.rows if row[key] is not None]
            self.highest = max([self.highest, *numbers])

    def row_id(self, row: Row) -> Any:
        """Return what an insert returns for the row."""
        key = self.schema.single_key
        if key is None:
            return 0
        value = row[key]
        return str(value) if self.kinds[key] == "UUID" else value

    def met_by(self, row: Row) -> Dict[FrozenSet[str], Row]:
        """Return the rows that have a key of ``row``, by the columns of the key."""
        met: Dict[FrozenSet[str], Row] = {}
        for key in self.schema.unique_keys:
            values = _values(row, key)
            for other in self.rows:
                if values is not None and _values(other, key) == values:
                    met[frozenset(key)] = other
        return met

    def row_faults(self, row: Row) -> Faults:
        """Return what is wrong with a row by itself."""
        faults: Faults = set()
        if any(
            row[column.name] is None
            for column in self.schema.columns
            if not column.nullable
        ):
            faults.add(NotNullViolationError)
        checked = row.get(CHECKED)
        if self.schema.checks and checked is not None and checked < 0:
            faults.add(CheckViolationError)
        return faults

    def key_faults(self) -> Faults:
        """Return whether two rows have the same key."""
        for key in self.schema.unique_keys:
            held = [_values(row, key) for row in self.rows]
            filled = [values for values in held if values is not None]
            if len(set(filled)) < len(filled):
                return {UniqueViolationError}
        return set()


def _values(row: Row, key: Tuple[str, ...]) -> Optional[Tuple[Any, ...]]:
    """Return the values of a key, None where one of them is NULL."""
    values = tuple(row[name] for name in key)
    return None if None in values else values
