"""The rows that stand in the way of a change, counted before anything is changed.

They are looked at as they are to be (see :mod:`.projection`): what concerns a column
that is new, renamed or of another type is counted over the values that it will have.
"""

from __future__ import annotations

from typing import Generic, List, Mapping, Optional, Sequence, Tuple

import attrs

from ...dialects.base import Dialect
from ...dialects.ddl import partial_condition
from ...dialects.sql_scanner import check_expression
from ...enums import LogicalType
from ...exceptions import DriverQueryError, SchemaSyncError
from ...schema import (
    CheckConstraint,
    Column,
    Conversion,
    ForeignKey,
    Index,
    Table,
    TableDifference,
    conversion,
)
from ...schema.key_limit import text_key_limits
from ..scope import S
from .projection import Projection
from .wording import type_text


class Preflight(Generic[S]):
    """Counts rows through one session."""

    def __init__(
        self, session: S, dialect: Dialect, differences: Mapping[str, TableDifference]
    ) -> None:
        """Know what is to become of the tables that there are.

        Args:
            session: reads.
            dialect: of the database.
            differences: by the tables' names after the sync; empty ones among them.
        """
        self._session = session
        self._dialect = dialect
        self._differences = differences

    def orphans(self, difference: TableDifference, key: ForeignKey) -> Optional[str]:
        """Return which rows refer to no row by a foreign key that there is, in words;
        None for none, or where what it refers to is not known."""
        parent = self._differences.get(key.table)
        names = () if parent is None else key.references or parent.after.primary_key
        if parent is None or len(names) != len(key.columns):
            return None
        if not parent.after.by_name.keys() >= set(names):
            return None
        return self._orphans(difference, key, "the table cannot be built anew so")

    def obstacles(self, difference: TableDifference) -> List[str]:
        """Return which rows stand in the way of a difference, in words.

        Raises:
            SchemaSyncError: they cannot be counted; the session's transaction may be
                of no more use.
        """
        found = [
            *self._nulls(difference),
            *self._missing_values(difference),
            *self._misfits(difference),
            *self._long_texts(difference),
            *self._twins(difference),
            *(
                self._orphans(difference, key, "is to be a foreign key")
                for key in difference.added_foreign_keys
            ),
            *(self._failures(difference, c) for c in difference.added_checks),
        ]
        return [obstacle for obstacle in found if obstacle is not None]

    # --- what is counted ----------------------------------------------------------

    def _nulls(self, difference: TableDifference) -> List[Optional[str]]:
        """Count NULLs in columns that take none any more."""
        return [
            self._said(
                f"{self._counting(difference.before)} WHERE"
                f" {self._quoted(change.before.name)} IS NULL",
                f"column {change.before.name!r} of table {difference.before.name!r} is"
                " NULL in {rows}, and is to be NOT NULL; give them values first",
            )
            for change in difference.changed_columns
            if change.before.nullable and not change.after.nullable
        ]

    def _missing_values(self, difference: TableDifference) -> List[Optional[str]]:
        """Count the rows that lack a value for a new column."""
        return [
            self._said(
                self._counting(difference.before),
                f"column {column.name!r} is new in table {difference.before.name!r},"
                " takes no NULL and has no default; there is no value for it in"
                " {rows}: give it a default, or add it nullable and fill it first",
            )
            for column in difference.added_columns
            if not column.nullable
            and column.default is None
            and not column.autoincrement
        ]

    def _misfits(self, difference: TableDifference) -> List[Optional[str]]:
        """Count the values that their column's new type does not hold exactly, and on
        SQLite those that are none of the old type."""
        found: List[Optional[str]] = []
        for change in difference.changed_columns:
            before, after = change.before, change.after
            test = self._dialect.misfit(self._quoted(before.name), before, after)
            if test is not None:
                narrows = conversion(before, after) is Conversion.NARROWING
                missed = type_text(after if narrows else before)
                found.append(
                    self._said(
                        f"{self._counting(difference.before)} WHERE {test}",
                        f"column {before.name!r} of table {difference.before.name!r}"
                        f" has a value that is no {missed} in {{rows}}, and"
                        " nothing is cut or rounded; change or delete them first",
                    )
                )
        return found

    def _long_texts(self, difference: TableDifference) -> List[Optional[str]]:
        """Count the texts that are longer than the keys which they come into take."""
        old_names = {new: old for old, new in difference.renamed_columns.items()}
        before, limits = difference.before.by_name, _limits(difference.before)
        projection = Projection(difference, self._dialect)
        found: List[Optional[str]] = []
        for name, limit in _limits(difference.after).items():
            old = before.get(old_names.get(name, name))
            if old is None:
                continue
            if old.type is LogicalType.TEXT:
                known = (limits.get(old.name), old.length)
                if any(most is not None and most <= limit for most in known):
                    continue
            kept = attrs.evolve(_TEXT, name=name, length=limit)
            test = self._dialect.misfit(self._quoted(name), _TEXT, kept)
            found.append(
                self._said(
                    f"SELECT COUNT(*) FROM {projection.source()} WHERE {test}",
                    f"column {name!r} of table {difference.before.name!r} comes into a"
                    f" key, which takes {limit} characters, and has more in {{rows}};"
                    " shorten or delete them first",
                )
            )
        return found

    def _twins(self, difference: TableDifference) -> List[Optional[str]]:
        """Count the rows that are the same by what is to be unique."""
        keys: List[Tuple[Sequence[str], Optional[Index]]] = [
            (unique.columns, None)
            for unique in difference.after.uniques
            if unique in difference.added_uniques
            or _is_read(difference, unique.columns)
        ]
        keys += [
            (index.column_names, index)
            for index in difference.after.indexes
            if index.unique
            and (
                index in difference.added_indexes
                or _is_read(difference, index.column_names)
            )
        ]
        primary_key = difference.after.primary_key
        if difference.has_new_primary_key or _is_read(difference, primary_key):
            keys.append((primary_key, None))
        return [self._twins_of(difference, columns, i) for columns, i in keys]

    def _twins_of(
        self,
        difference: TableDifference,
        columns: Sequence[str],
        index: Optional[Index],
    ) -> Optional[str]:
        """Count the rows that are the same by some columns, within an index."""
        table = difference.after
        if not columns or any(table.by_name[name].autoincrement for name in columns):
            return None
        tests = [f"{self._quoted(name)} IS NOT NULL" for name in columns]
        if index is not None and index.where is not None:
            tests.append(f"({partial_condition(table, index.where, self._dialect)}\n)")
        terms = ", ".join(self._dialect.term(table.by_name[name]) for name in columns)
        source = Projection(difference, self._dialect).source()
        return self._said(
            f"SELECT COALESCE(SUM(n), 0) FROM (SELECT COUNT(*) AS n FROM {source}"
            f" WHERE {' AND '.join(tests)} GROUP BY {terms} HAVING COUNT(*) > 1) AS c",
            f"{_listed(columns)} of table {difference.before.name!r} is the same as in"
            " another row in {rows}, and is to be unique; change or delete all but one"
            " of each first",
        )

    def _orphans(
        self, difference: TableDifference, key: ForeignKey, reason: str
    ) -> Optional[str]:
        """Count the rows that refer to no row."""
        parent = self._differences.get(key.table)
        tests = [f"c.{self._quoted(name)} IS NOT NULL" for name in key.columns]
        if parent is not None:
            names = key.references or parent.after.primary_key
            same = " AND ".join(
                f"p.{self._quoted(other)} = c.{self._quoted(one)}"
                for one, other in zip(key.columns, names)
            )
            source = Projection(parent, self._dialect).source("p")
            tests.append(f"NOT EXISTS (SELECT 1 FROM {source} WHERE {same})")
        source = Projection(difference, self._dialect).source("c")
        return self._said(
            f"SELECT COUNT(*) FROM {source} WHERE {' AND '.join(tests)}",
            f"{_listed(key.columns)} of table {difference.before.name!r} refers to no"
            f" row of table {key.table!r} in {{rows}}, and {reason}; change or delete"
            " them first",
        )

    def _failures(
        self, difference: TableDifference, check: CheckConstraint
    ) -> Optional[str]:
        """Count the rows that a check refuses.

        Raises:
            SchemaSyncError: it does not go with the types as they are to be.
        """
        sql = self._dialect.escape_raw(
            check_expression(check.expression, self._dialect.lexicon, "a check")
        )
        source = Projection(difference, self._dialect).source()
        said = f"check ({check.expression.strip()}) of table {difference.before.name!r}"
        try:
            return self._said(
                f"SELECT COUNT(*) FROM {source} WHERE NOT ({sql}\n)",
                f"{said} fails in {{rows}}; change or delete them first",
            )
        except DriverQueryError as error:
            if type(error) is not DriverQueryError:
                raise
            raise SchemaSyncError(
                f"{said} does not go with the columns as they are to be:"
                f" {error.message}; drop or change it",
                table=difference.before.name,
                database_code=error.database_code,
            ) from error

    # --- the parts of the queries -------------------------------------------------

    def _said(self, sql: str, text: str) -> Optional[str]:
        """Return the text with the number of rows that a query counts, None for no
        row."""
        ((count,),) = self._session.query(sql)
        rows = int(count)
        if not rows:
            return None
        return text.replace("{rows}", f"{rows} row" if rows == 1 else f"{rows} rows")

    def _counting(self, table: Table) -> str:
        """Return how a count of a table's rows starts."""
        return f"SELECT COUNT(*) FROM {self._quoted(table.name)}"

    def _quoted(self, name: str) -> str:
        """Return a name as SQL."""
        return self._dialect.quote(name)


_TEXT = Column("", LogicalType.TEXT)
"""Text of any length."""


def _limits(table: Table) -> Mapping[str, int]:
    """Return how long the texts of a table may be that are in keys."""
    keys: List[Sequence[str]] = list(table.unique_keys)
    keys += [key.columns for key in table.foreign_keys]
    return text_key_limits(table.columns, keys)


def _is_read(difference: TableDifference, columns: Sequence[str]) -> bool:
    """Tell whether texts of a key are read as values of another type: different texts
    can be the same value (``1.5`` and ``1.50``)."""
    return any(
        change.after.name in columns
        and change.before.type is LogicalType.TEXT
        and change.after.type is not LogicalType.TEXT
        for change in difference.changed_columns
    )


def _listed(columns: Sequence[str]) -> str:
    """Return columns in words."""
    names = ", ".join(map(repr, columns))
    return f"column {names}" if len(columns) == 1 else f"the group of columns {names}"
