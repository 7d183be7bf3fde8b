"""A database in plain Python, as the unified interface describes it."""

from __future__ import annotations

from contextlib import contextmanager
from typing import Any, Dict, Iterator, List, Mapping, Optional, Sequence, Tuple

from code_analysis_db.enums import ReferenceAction
from code_analysis_db.exceptions import ForeignKeyViolationError, GuardError
from code_analysis_db.rows import Row
from code_analysis_db.schema import ForeignKey, Table

from ....test_dialects.where_model import matches
from .model_table import Faults, ModelTable
from .refused import Refused

Tables = Dict[str, ModelTable]


class Model:
    """Tables, and the transaction that is open on them.

    A call is refused as a whole: it raises and leaves everything as it was.

    Attributes:
        tables: as the open transaction sees them.
    """

    def __init__(self) -> None:
        """Start empty."""
        self.tables: Tables = {}
        self._saved: List[Tables] = []

    def _copy(self) -> Tables:
        """Return the tables as they are."""
        return {name: table.copy() for name, table in self.tables.items()}

    # --- transactions ------------------------------------------------------------

    @property
    def depth(self) -> int:
        """How many transactions and savepoints are open, one in the other."""
        return len(self._saved)

    @property
    def committed(self) -> Tables:
        """The tables as others see them."""
        return self._saved[0] if self._saved else self.tables

    def begin(self) -> None:
        """Begin a transaction, or set a savepoint in it."""
        self._saved.append(self._copy())

    def commit(self) -> None:
        """Commit, or release the last savepoint."""
        self._saved.pop()

    def rollback(self) -> None:
        """Roll back, as far as the last savepoint if there is one."""
        self.tables = self._saved.pop()

    @contextmanager
    def whole(self) -> Iterator[None]:
        """Make the block one: what fails in it undoes it all."""
        self.begin()
        try:
            yield
        except Refused:
            self.rollback()
            raise
        self.commit()

    # --- tables ------------------------------------------------------------------

    def create(self, definition: Mapping[str, Any]) -> bool:
        """Create a table."""
        table = Table.from_definition(definition)
        if table.name in self.tables:
            return False
        self.tables[table.name] = ModelTable(table)
        return True

    def drop(self, name: str) -> bool:
        """Drop a table that no other refers to."""
        if name not in self.tables:
            return False
        if any(other != name for other, _ in self.referring(name)):
            raise Refused(ForeignKeyViolationError)
        del self.tables[name]
        return True

    def add_column(self, name: str, column: Mapping[str, Any]) -> bool:
        """Add a column; the rows that are there get its default."""
        table = self.tables[name]
        definition = table.schema.to_definition()
        definition["columns"].append(dict(column))
        table.schema = Table.from_definition(definition)
        table.rows = [table.complete(row) for row in table.rows]
        return True

    def referring(self, name: str) -> List[Tuple[str, ForeignKey]]:
        """Return the foreign keys to a table, with the tables that have them."""
        return [
            (other, key)
            for other, table in self.tables.items()
            for key in table.schema.foreign_keys
            if key.table == name
        ]

    # --- writing -----------------------------------------------------------------

    def insert(
        self,
        name: str,
        rows: Sequence[Mapping[str, Any]],
        on_conflict: Optional[str] = None,
        conflict_columns: Optional[Sequence[str]] = None,
    ) -> List[Optional[Row]]:
        """Insert rows, or update those that have the key ``conflict_columns``; return
        each as it is stored then, None for one that was ignored."""
        with self.whole():
            table = self.tables[name]
            faults: Faults = set()
            written: List[Optional[Row]] = []
            for given in rows:
                row = table.complete(given)
                faults |= table.row_faults(row)
                met = table.met_by(row)
                target = met.get(frozenset(conflict_columns or ()))
                if target is not None:
                    target.update(given)
                    row = target
                elif met and on_conflict == "ignore":
                    written.append(None)
                    continue
                else:
                    table.add(row)
                faults |= table.row_faults(row) | table.key_faults()
                written.append(dict(row))
            self._settle(faults)
            return written

    def update(
        self,
        name: str,
        where: Mapping[str, Any],
        data: Mapping[str, Any],
        max_affected: Optional[int] = None,
    ) -> List[Row]:
        """Update rows and return them as they are then."""
        with self.whole():
            table = self.tables[name]
            matched = _matching(table.rows, where)
            faults = _guard(matched, max_affected)
            for row in matched:
                before = dict(row)
                row.update(data)
                faults |= table.row_faults(row)
                self._follow(name, before, row)
            table.note_numbers()
            faults |= table.key_faults()
            self._settle(faults)
            return [dict(row) for row in matched]

    def delete(
        self, name: str, where: Mapping[str, Any], max_affected: Optional[int] = None
    ) -> List[Row]:
        """Delete rows and return them."""
        with self.whole():
            table = self.tables[name]
            matched = _matching(table.rows, where)
            faults = _guard(matched, max_affected)
            gone = {id(row) for row in matched}
            table.rows = [row for row in table.rows if id(row) not in gone]
            for row in matched:
                self._follow(name, row, None)
            self._settle(faults)
            return [dict(row) for row in matched]

    def _follow(self, name: str, before: Row, after: Optional[Row]) -> None:
        """Do what foreign keys say to the rows that referred to a row."""
        for other, key in self.referring(name):
            referred = key.references or self.tables[name].schema.primary_key
            if after is not None and all(before[c] == after[c] for c in referred):
                continue
            action = key.on_delete if after is None else key.on_update
            table = self.tables[other]
            pairs = list(zip(key.columns, referred))
            hit = [
                row
                for row in table.rows
                if all(row[own] == before[c] for own, c in pairs)
            ]
            if action is ReferenceAction.CASCADE and after is None:
                gone = {id(row) for row in hit}
                table.rows = [row for row in table.rows if id(row) not in gone]
            elif action is ReferenceAction.CASCADE and after is not None:
                for row in hit:
                    row.update({own: after[c] for own, c in pairs})
            elif action is ReferenceAction.SET_NULL:
                for row in hit:
                    row.update({own: None for own, _ in pairs})

    def _settle(self, faults: Faults) -> None:
        """Refuse a statement that leaves faults behind."""
        for table in self.tables.values():
            for key in table.schema.foreign_keys:
                target = self.tables[key.table]
                referred = key.references or target.schema.primary_key
                there = {tuple(row[c] for c in referred) for row in target.rows}
                for row in table.rows:
                    values = tuple(row[c] for c in key.columns)
                    if None not in values and values not in there:
                        faults.add(ForeignKeyViolationError)
        if faults:
            raise Refused(*faults)


def _matching(rows: Sequence[Row], where: Mapping[str, Any]) -> List[Row]:
    """Return the rows that a condition finds."""
    return [row for row in rows if matches(row, where) is True]


def _guard(matched: Sequence[Row], max_affected: Optional[int]) -> Faults:
    """Return whether more rows match than may."""
    if max_affected is not None and len(matched) > max_affected:
        return {GuardError}
    return set()
